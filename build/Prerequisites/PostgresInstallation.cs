using DbGate.Processes;
using DbGate.Scratch;

namespace DbGate.Build.Prerequisites;

/// <summary>
/// How PostgreSQL's server and client programs are installed on this machine. It never fails a run: the tasks that need the programs report
/// what is missing.
/// </summary>
/// <param name="Tool">The package manager, for people.</param>
/// <param name="Commands">One after the other. Of those that install, the first that succeeds is the last that is run.</param>
sealed record PostgresInstallation(string Tool, IReadOnlyList<IReadOnlyList<string>> Commands)
{
    const string Forbidden = "DBGATE_NO_INSTALL";

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Null where it must not or cannot be done without a question. libisal2 compresses backups faster; some systems lack it.
    /// </summary>
    /// <param name="isForbidden">Whether <c>DBGATE_NO_INSTALL</c> is set.</param>
    /// <param name="isRoot">Whether this process has all rights.</param>
    /// <param name="has">Whether a program is in PATH.</param>
    public static PostgresInstallation? Choose(bool isForbidden, bool isRoot, Func<string, bool> has)
    {
        if (isForbidden)
        {
            return null;
        }

        if (has("apt-get") && (isRoot || has("sudo")))
        {
            string[] apt = [.. isRoot ? Array.Empty<string>() : ["sudo", "-n"], "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
            string[] install = [.. apt, "install", "-y", "--no-install-recommends", "postgresql"];
            return new("apt", [[.. apt, "update"], [.. install, "libisal2"], install]);
        }

        return has("brew") ? new("brew", [["brew", "install", "postgresql@17"]]) : null;
    }

    /// <summary>Looks for the programs and installs them; once for each build of this program.</summary>
    public static async Task EnsureAsync(CancellationToken cancellationToken)
    {
        var tried = Path.Combine(AppContext.BaseDirectory, "postgres-tried");
        var isForbidden = Environment.GetEnvironmentVariable(Forbidden) is { Length: > 0 };
        if (File.Exists(tried)
            || Choose(isForbidden, Environment.IsPrivilegedProcess, IsInPath) is not { } installation
            || await AreFoundAsync(cancellationToken))
        {
            return;
        }

        await File.WriteAllTextAsync(tried, "", cancellationToken);
        await Console.Error.WriteLineAsync(
            $"installing PostgreSQL's server and client programs ({installation.Tool}; {Forbidden}=1 forbids it)");
        foreach (var command in installation.Commands)
        {
            if (await RunAsync(command, cancellationToken) && command.Contains("install"))
            {
                return;
            }
        }
    }

    static async Task<bool> RunAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await ChildProcess.RunAsync(
                new ChildCommand(command[0], [.. command.Skip(1)]) { EnvironmentBase = EnvironmentBase.Inherited, Deadline = Deadline },
                cancellationToken);
            if (!outcome.Succeeded)
            {
                await Console.Error.WriteLineAsync(
                    $"{string.Join(' ', command)} ended with {outcome.ExitCode}: {outcome.StandardError.Trim()}");
            }

            return outcome.Succeeded;
        }
        catch (Problems.GateException failed)
        {
            await Console.Error.WriteLineAsync(failed.Problem.Message);
            return false;
        }
    }

    static async Task<bool> AreFoundAsync(CancellationToken cancellationToken) =>
        (IsInPath("postgres") && IsInPath("pg_dump"))
        || (await ServerBinaries.FindAllAsync(cancellationToken)).Any(server => File.Exists(Path.Combine(server.Folder, "pg_dump")));

    static bool IsInPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
