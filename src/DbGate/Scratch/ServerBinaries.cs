using System.Globalization;
using System.Text.RegularExpressions;
using DbGate.Postgres;

namespace DbGate.Scratch;

/// <summary>A folder with the programs of one PostgreSQL server version, <c>postgres</c> and <c>initdb</c>.</summary>
/// <param name="Folder">The absolute path of the folder.</param>
/// <param name="Version">What <c>postgres --version</c> states, for example 15.18.</param>
sealed partial record ServerBinaries(string Folder, Version Version)
{
    /// <summary>The environment variable that names folders to look at first, separated like those of <c>PATH</c>.</summary>
    public const string FolderVariable = "DBGATE_PG_BIN";

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>The path of <c>postgres</c>.</summary>
    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>The path of <c>initdb</c>.</summary>
    public string Initdb => Path.Combine(Folder, "initdb");

    /// <summary>Every version that this machine has: those of <see cref="FolderVariable"/> first, then the newest first.</summary>
    public static async Task<IReadOnlyList<ServerBinaries>> FindAllAsync(CancellationToken cancellationToken)
    {
        var asked = await ReadAsync(Named(), cancellationToken);
        var found = await ReadAsync(WellKnown(), cancellationToken);
        return [.. asked, .. found.OrderByDescending(binaries => binaries.Version).Where(binaries => !asked.Contains(binaries))];
    }

    /// <summary>The newest version, or the newest of one major version.</summary>
    /// <exception cref="Problems.GateException">Nothing that fits is installed; the fix names the command that installs it.</exception>
    public static async Task<ServerBinaries> FindAsync(int? major, CancellationToken cancellationToken)
    {
        var all = await FindAllAsync(cancellationToken);
        return all.FirstOrDefault(binaries => major is null || binaries.Version.Major == major)
            ?? throw Missing(major, all, null);
    }

    /// <summary>None of these is of the wanted version, nor is an image, where one was looked for.</summary>
    internal static Problems.GateException Missing(int? major, IReadOnlyList<ServerBinaries> all, ImageSearch? images) =>
        Named().Length > 0 && all.Count == 0 ? ThrowawayProblems.NamedFolderHasNoServer(Environment.GetEnvironmentVariable(FolderVariable)!)
        : all.Count == 0 ? ThrowawayProblems.NoServer(major, images)
        : ThrowawayProblems.NoSuchVersion(major!.Value, all, images);

    internal static Version? ParseVersion(string text) =>
        VersionNumber().Match(text) is { Success: true } match
            ? new Version(
                int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture),
                match.Groups["minor"].Success ? int.Parse(match.Groups["minor"].ValueSpan, CultureInfo.InvariantCulture) : 0)
            : null;

    static string[] Named() => Split(Environment.GetEnvironmentVariable(FolderVariable));

    static IEnumerable<string> WellKnown() =>
    [
        .. Below("/usr/lib/postgresql", "*", "bin"), // Debian, Ubuntu
        .. Below("/usr", "pgsql-*", "bin"), // Red Hat, Rocky, SUSE by PGDG
        .. Below("/usr/libexec", "postgresql*", ""), // Alpine
        .. Below("/opt/homebrew/opt", "postgresql*", "bin"), // Homebrew
        .. Below("/usr/local/opt", "postgresql*", "bin"),
        .. Split(Environment.GetEnvironmentVariable("HOMEBREW_PREFIX"))
            .SelectMany(prefix => Below(Path.Combine(prefix, "opt"), "postgresql*", "bin")), // Homebrew elsewhere, as on Linux
        .. Below("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
        "/usr/local/pgsql/bin", // from source
        "/usr/local/bin", // the official image on Alpine
        .. Split(Environment.GetEnvironmentVariable("PATH")),
    ];

    static string[] Split(string? folders) =>
        (folders ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static IEnumerable<string> Below(string parent, string pattern, string child) =>
        Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern).Select(folder => Path.Combine(folder, child)) : [];

    static async Task<IReadOnlyList<ServerBinaries>> ReadAsync(IEnumerable<string> folders, CancellationToken cancellationToken)
    {
        var found = new List<ServerBinaries>();
        foreach (var folder in folders.Select(Resolve).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            if (await ReadVersionAsync(Path.Combine(folder, "postgres"), cancellationToken) is { } version)
            {
                found.Add(new(folder, version));
            }
        }

        return found;
    }

    /// <summary>Null too where the program does not answer: on a network folder that is gone, state.</summary>
    static async Task<Version?> ReadVersionAsync(string postgres, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            var said = await ServerAccount.Own.RunAsync(postgres, ["--version"], limit.Token);
            return said.ExitCode == 0 ? ParseVersion(said.Output) : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    // Links are followed because a package manager's link folder holds some of the programs only.
    static string? Resolve(string folder)
    {
        var postgres = new FileInfo(Path.Combine(folder, "postgres"));
        return postgres.Exists
            && Path.GetDirectoryName(postgres.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? postgres.FullName) is { } real
            && File.Exists(Path.Combine(real, "initdb"))
                ? real
                : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d+)(\.(?<minor>\d+))?", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionNumber();
}
