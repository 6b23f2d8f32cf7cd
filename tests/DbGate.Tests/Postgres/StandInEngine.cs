using DbGate.Postgres;

namespace DbGate.Tests.Postgres;

/// <summary>
/// A program in the place of <c>docker</c>, for what no engine shows: what it was given, in which order, and what it would do wrong.
/// </summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
sealed class StandInEngine : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-engine-");

    /// <param name="name">docker or podman.</param>
    /// <param name="inspect">What the script does for <c>image inspect</c>.</param>
    /// <param name="info">What it states for <c>info</c>.</param>
    /// <param name="run">What it does for <c>run</c>.</param>
    public StandInEngine(
        string name = "docker", string inspect = "echo sha256:1234", string info = "[name=seccomp]", string run =
            "echo 'psql (PostgreSQL) 15.18'")
    {
        Path = System.IO.Path.Combine(folder.FullName, name);
        Log = System.IO.Path.Combine(folder.FullName, "log");
        Script.Write(
            Path,
            $"""
            #!/bin/sh
            printf '%s\n' "$(printf '%s' "$*" | tr '\n' ' ')" >>'{Log}'
            case $1 in
            image) {inspect} ;;
            info) echo '{info}' ;;
            run) {run} ;;
            esac
            """);
    }

    /// <summary>One whose image has a server.</summary>
    /// <param name="inspect">What the script does for <c>image inspect</c>.</param>
    /// <param name="version">What it does for <c>run</c> when asked for the server's version.</param>
    /// <param name="server">What it does for <c>run</c> otherwise.</param>
    public static StandInEngine OfServers(
        string inspect = "echo sha256:1234", string version = "echo 'postgres (PostgreSQL) 15.18'", string server = "exit 1") =>
        new(inspect: inspect, run: $"case $* in *--version*) {version} ;; *) {server} ;; esac");

    public string Path { get; }

    public string Log { get; }

    /// <summary>Each line the arguments of one start.</summary>
    public string[] Calls => File.Exists(Log) ? File.ReadAllLines(Log) : [];

    public async Task<EngineImage> ImageAsync() => (await EngineImage.FindAsync(15, [Path], CancellationToken.None)).Image!;

    public Task<ClientTool> FindAsync(string program = "psql", params string[] folders) =>
        ClientTools.FindAsync(program, 15, folders, [Path], CancellationToken.None);

    public void Dispose() => folder.Delete(recursive: true);
}
