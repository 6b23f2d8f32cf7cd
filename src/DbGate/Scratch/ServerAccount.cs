using System.ComponentModel;
using System.Diagnostics;
using DbGate.Problems;

namespace DbGate.Scratch;

/// <summary>The operating system's account that server programs run under, because PostgreSQL refuses to run as root.</summary>
/// <param name="Name">The account's name; null is DbGate's own.</param>
sealed record ServerAccount(string? Name)
{
    // Nothing else of DbGate's environment reaches a process of another account: it may hold secrets.
    static readonly string[] Inherited = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];

    static readonly string[] Candidates = ["postgres", "_postgres", "nobody"];

    /// <summary>The account that DbGate itself runs under.</summary>
    public static ServerAccount Own { get; } = new((string?)null);

    /// <summary>DbGate's own account, or for root an unprivileged one that exists.</summary>
    public static ServerAccount Choose() => Environment.IsPrivilegedProcess ? Unprivileged(File.ReadLines("/etc/passwd")) : Own;

    internal static ServerAccount Unprivileged(IEnumerable<string> passwd)
    {
        var existing = passwd.Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal);
        return new(Candidates.FirstOrDefault(existing.Contains) ?? throw ThrowawayProblems.NoAccount());
    }

    /// <summary>Starts a program of this account with all three streams redirected.</summary>
    public Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        if (Name is not null)
        {
            start.UserName = Name;
        }

        foreach (var name in start.Environment.Keys.Except(Inherited, StringComparer.Ordinal).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }

    /// <summary>Runs a short program to its end. Exit code 127 when it cannot be started. Killed when cancelled.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments,
        CancellationToken cancellationToken)
    {
        try
        {
            using var process = Start(program, arguments);
            try
            {
                process.StandardInput.Close();
                var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellationToken),
                    process.StandardError.ReadToEndAsync(cancellationToken));
                await process.WaitForExitAsync(cancellationToken);
                return (process.ExitCode, string.Concat(output));
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
                throw;
            }
        }
        catch (Win32Exception e)
        {
            return (127, e.Message);
        }
    }
}
