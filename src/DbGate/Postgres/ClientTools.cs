using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Postgres;

/// <summary>Finds <c>pg_dump</c>, <c>psql</c>, <c>pg_restore</c> … of the version that fits a server.</summary>
static partial class ClientTools
{
    /// <summary>Folders to look into before all others, separated like PATH.</summary>
    public const string FolderVariable = "DBGATE_PG_BIN";

    static readonly TimeSpan VersionDeadline = TimeSpan.FromSeconds(30);
    static readonly ConcurrentDictionary<(string Path, DateTime Changed), Version> Known = new();

    /// <summary>
    /// Finds a program. The server's own major version is taken where it exists. <c>pg_dump</c> and <c>pg_dumpall</c> must have it exactly
    /// (a newer one writes settings that the server does not know); the others may be newer, never older. The image <c>postgres:N</c> is
    /// asked last, where it was pulled.
    /// </summary>
    /// <param name="name">Without folder and extension.</param>
    /// <param name="serverMajor">15 for a server of 15.18.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0040: there is none; DBG0041: none fits. Both name the package to install.</exception>
    public static async Task<ClientTool> FindAsync(string name, int serverMajor, CancellationToken cancellationToken) =>
        await FindAsync(name, serverMajor, Folders(serverMajor), ContainerEngines.All, cancellationToken);

    internal static async Task<ClientTool> FindAsync(
        string name, int serverMajor, IEnumerable<string> folders, IEnumerable<string> engines, CancellationToken cancellationToken)
    {
        var found = new List<ClientTool>();
        foreach (var path in folders.Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name))
            .Distinct()
            .Where(File.Exists))
        {
            if (await ReadVersionAsync(path, cancellationToken) is { } version)
            {
                found.Add(new ClientTool(path, version));
                if (version.Major == serverMajor)
                {
                    return found[^1];
                }
            }
        }

        var exact = name is "pg_dump" or "pg_dumpall";
        var newer = found.Where(tool => !exact && tool.Version.Major > serverMajor).MinBy(tool => tool.Version);
        return newer ?? await FindInImageAsync(name, serverMajor, found, engines, cancellationToken);
    }

    static async Task<ClientTool> FindInImageAsync(
        string name, int major, List<ClientTool> found, IEnumerable<string> engines, CancellationToken cancellationToken)
    {
        var search = await ClientImage.FindAsync(name, major, engines, cancellationToken);
        return search.Image is not null ? new ClientTool(name, search.Version!) { Image = search.Image }
            : throw (found.Count == 0
                ? PostgresProblems.ToolMissing(name, major, search)
                : PostgresProblems.ToolDoesNotFit(name, major, found, search));
    }

    // Debian's /usr/bin/pg_dump is a wrapper that chooses a version by rules of its own: the versions' own folders come before PATH.
    internal static IEnumerable<string> Folders(int major) =>
        Split(Environment.GetEnvironmentVariable(FolderVariable))
            .Concat(VersionFolders(major))
            .Concat(Split(Environment.GetEnvironmentVariable("PATH")))
            .Concat(Enumerable.Range(major + 1, 8).SelectMany(VersionFolders))
            .Concat(["/opt/homebrew/opt/libpq/bin", "/usr/local/opt/libpq/bin"]);

    static IEnumerable<string> VersionFolders(int major) => OperatingSystem.IsWindows()
        ? [Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "PostgreSQL", $"{major}", "bin")]
        :
        [
            $"/usr/lib/postgresql/{major}/bin",
            $"/usr/pgsql-{major}/bin",
            $"/opt/homebrew/opt/postgresql@{major}/bin",
            $"/usr/local/opt/postgresql@{major}/bin",
            $"/Applications/Postgres.app/Contents/Versions/{major}/bin",
        ];

    static IEnumerable<string> Split(string? list) =>
        (list ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified);

    static async Task<Version?> ReadVersionAsync(string path, CancellationToken cancellationToken)
    {
        var key = (path, File.GetLastWriteTimeUtc(path));
        if (Known.TryGetValue(key, out var known))
        {
            return known;
        }

        try
        {
            var outcome = await ChildProcess.RunAsync(new ChildCommand(path, "--version") { Deadline = VersionDeadline },
                cancellationToken);
            var version = outcome.Succeeded ? ParseVersion(outcome.StandardOutput) : null;
            if (version is not null)
            {
                Known[key] = version; // What failed once may only have been too slow.
            }

            return version;
        }
        catch (GateException)
        {
            // A leftover that cannot run (a wrapper without its programs, another architecture) is as good as absent.
            return null;
        }
    }

    internal static Version? ParseVersion(string text) =>
        Shape().Match(text) is { Success: true } match
            ? new Version(Number(match.Groups["major"]), match.Groups["minor"].Success ? Number(match.Groups["minor"]) : 0)
            : null;

    static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>[0-9]{1,3})(\.(?<minor>[0-9]{1,3}))?")]
    private static partial Regex Shape();
}
