using System.Globalization;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Scratch;

/// <summary>What can keep a <see cref="ThrowawayServer"/> from starting.</summary>
static class ThrowawayProblems
{
    public static readonly ProblemCode NoServerCode = new("DBG0050", "No local PostgreSQL server", ExitCode.Environment);
    public static readonly ProblemCode NoSuchVersionCode = new("DBG0051", "The PostgreSQL version is not installed", ExitCode.Environment);
    public static readonly ProblemCode NamedFolderCode =
        new("DBG0052", "The named folder does not contain a PostgreSQL server", ExitCode.Usage);
    public static readonly ProblemCode NoAccountCode = new("DBG0053", "No account to run PostgreSQL", ExitCode.Environment);
    public static readonly ProblemCode FolderCode = new("DBG0054", "The temporary folder cannot be used", ExitCode.Environment);
    public static readonly ProblemCode InitdbCode = new("DBG0055", "The initdb program failed", ExitCode.Environment);
    public static readonly ProblemCode StartCode = new("DBG0056", "The throwaway server did not start", ExitCode.Environment);

    const string State = "no throwaway server runs; the release's target was not contacted";

    /// <param name="major">The wanted version; null is any.</param>
    /// <param name="images">Why none of an image is taken; null where none was looked for.</param>
    public static GateException NoServer(int? major, ImageSearch? images = null) =>
        new(new(NoServerCode, "this machine has no PostgreSQL server programs")
    {
        Cause = $"neither {ServerBinaries.FolderVariable}, nor PATH, nor a well-known folder holds both postgres and initdb{Also(images)}",
        State = State,
        Fix = Install(major, images?.Remedy),
    });

    /// <param name="major">The wanted version.</param>
    /// <param name="found">Those that are here.</param>
    /// <param name="images">Why none of an image is taken; null where none was looked for.</param>
    public static GateException NoSuchVersion(int major, IEnumerable<ServerBinaries> found, ImageSearch? images = null) =>
        new(new(NoSuchVersionCode, $"PostgreSQL {major} is wanted, and this machine has {Versions(found)}")
        {
            Cause = string.Join(", ", found.Select(binaries => binaries.Folder)) + Also(images),
            State = State,
            Fix = Install(major, images?.Remedy),
        });

    public static GateException Unreachable(EngineImage image, int major, string reason) =>
        new(new(NoServerCode, $"the server of {image.Place} runs, and does not answer at its socket")
        {
            Cause = $"{reason}: the engine runs in a virtual machine, or is another machine's",
            State = State,
            Fix = Install(major, remedy: null),
        });

    public static GateException NamedFolderHasNoServer(string folder) =>
        new(new(NamedFolderCode, $"{ServerBinaries.FolderVariable} names no folder with postgres and initdb")
        {
            Cause = $"{ServerBinaries.FolderVariable}={folder}",
            State = State,
            Fix = $"set {ServerBinaries.FolderVariable} to the output of `pg_config --bindir` of the wanted version, or unset it",
        });

    public static GateException NoAccount() =>
        new(new(NoAccountCode, "PostgreSQL refuses to run as root, and no unprivileged account was found")
    {
        Cause = "/etc/passwd has neither postgres nor nobody",
        State = State,
        Fix = "run DbGate as an ordinary user, or add the account: useradd --system postgres",
    });

    public static GateException Folder(string folder, string reason) =>
        new(new(FolderCode, $"the temporary folder {folder} cannot be prepared")
        {
            Cause = reason,
            State = State,
            Fix = "point TMPDIR to a folder that the account of the server may enter, for example TMPDIR=/tmp",
        });

    public static GateException Initdb(ServerBinaries binaries, string output) =>
        Initdb(
            $"{binaries.Version}", output,
            $"{binaries.Initdb} --version; check the free space of the temporary folder and the locale (locale -a)");

    public static GateException Initdb(EngineImage image, string output) =>
        Initdb($"of {image.Place}", output, $"check the free space of the engine's disk: {Path.GetFileName(image.Engine)} system df");

    public static GateException Start(ServerBinaries binaries, string reason, string log) =>
        Start(
            $"PostgreSQL {binaries.Version}", reason, log,
            "correct what the server's last words name: a setting, shared memory, the free space of the temporary folder");

    public static GateException Start(EngineImage image, string reason, string log) => Start(
        $"the server of {image.Place}", reason, log,
        $"correct what the last words name: the engine, a setting, the free space of its disk ({Path.GetFileName(image.Engine)} system "
            + "df)");

    static GateException Initdb(string which, string output, string fix) =>
        new(new(InitdbCode, $"initdb {which} failed") { Cause = Tail(output), State = State, Fix = fix });

    static GateException Start(string what, string reason, string log, string fix) =>
        new(new(StartCode, $"{what} {reason}") { Cause = Tail(log), State = State, Fix = fix });

    static string Also(ImageSearch? images) => images is null ? "" : $"; {images.Trouble}";

    static string Install(int? major, string? remedy) =>
        OperatingSystem.IsMacOS()
            ? string.Create(CultureInfo.InvariantCulture, $"brew install postgresql@{major ?? 17}")
            : string.Create(CultureInfo.InvariantCulture, $"sudo apt-get install postgresql{(major is null ? "" : $"-{major}")}")
                + (remedy is null ? "" : $"; or {remedy}");

    static string Versions(IEnumerable<ServerBinaries> found) =>
        string.Join(", ", found.Select(binaries => binaries.Version.Major).Distinct().Order());

    static string Tail(string text) =>
        string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).TakeLast(10));
}
