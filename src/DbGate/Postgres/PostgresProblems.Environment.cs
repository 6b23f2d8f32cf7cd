using DbGate.Problems;

namespace DbGate.Postgres;

static partial class PostgresProblems
{
    /// <summary>Another run of DbGate holds the lock.</summary>
    public static readonly ProblemCode Lock = new("DBG0038", "Another run holds the lock", ExitCode.Locked);

    /// <summary>A pooled endpoint where a direct one is needed.</summary>
    public static readonly ProblemCode PooledEndpoint = new("DBG0039", "The endpoint is pooled", ExitCode.Blocked);

    /// <summary>A client program is not installed.</summary>
    public static readonly ProblemCode MissingTool = new("DBG0040", "A client program is missing", ExitCode.Environment);

    /// <summary>A client program does not fit the server.</summary>
    public static readonly ProblemCode UnfittingTool = new("DBG0041", "The client program does not match the server", ExitCode.Blocked);

    /// <summary>A client program has a known hole.</summary>
    public static readonly ProblemCode UnsafeTool = new("DBG0042", "The client program has a known vulnerability", ExitCode.Blocked);

    /// <summary>The server does not tell which system it is.</summary>
    public static readonly ProblemCode UnknownIdentity = new("DBG0045", "The database's identity cannot be read", ExitCode.Blocked);

    /// <summary>True where this machine has no client program for a server.</summary>
    internal static bool IsLackOfClient(Problem problem) => problem.Code == MissingTool || problem.Code == UnfittingTool;

    /// <summary>The problem that a gate reports for a pooled endpoint; with the direct URL where it is known.</summary>
    public static Problem Pooled(PostgresUrl url, Pooler pooler)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(pooler);

        return new(PooledEndpoint, $"{url.Source} leads to a connection pooler ({url.Host}:{url.Port})")
        {
            Cause = $"{pooler.Sign}; locks, dumps and migrations need one backend of their own",
            State = DatabaseState.Untouched,
            Fix = pooler.DirectUrl is { } direct
                ? $"set DIRECT_URL to the direct endpoint: {direct.Redacted}"
                : "set DIRECT_URL to the server's own address and port, past the pooler",
        };
    }

    internal static GateException LockHeld(PostgresUrl url, string purpose, LockHolder? holder) =>
        new(new(Lock, $"another {purpose} of {url.Database} is under way")
    {
        Cause = holder is null ? "the lock is held by a session that this role cannot see" : $"the lock is held by {holder}",
        State = DatabaseState.Untouched,
        Fix = holder is null
            ? "Wait until it ends, then run the task again"
            : new Fix(
                "Wait until it ends, then run the task again; if its client is gone, end the session",
                FixCommand.Sql($"select pg_terminate_backend({holder.Pid})")),
    });

    internal static GateException ToolMissing(string name, int major, ImageSearch images) =>
        new(new(MissingTool, $"{name} {major} is not installed")
    {
        Cause = $"neither {ClientTools.FolderVariable}, nor PATH, nor the usual folders of PostgreSQL {major} have {name}; "
            + $"{images.Trouble}",
        State = DatabaseState.Untouched,
        Fix = Install(major, images.Remedy),
    });

    internal static GateException ToolDoesNotFit(string name, int major, IReadOnlyList<ClientTool> found, ImageSearch images) =>
        new(new(UnfittingTool, $"the server is PostgreSQL {major}, and no {name} here fits it")
    {
        Cause = $"found {string.Join(", ", found.Select(tool => $"{tool.Version} ({tool.Path})"))}; {images.Trouble}",
        State = DatabaseState.Untouched,
        Fix = Install(major, images.Remedy),
    });

    internal static Problem BelowSecurityFloor(ClientTool tool, SecurityFloors.Floor floor) =>
        new(UnsafeTool, $"{tool.Name} {tool.Version} has a known security hole")
    {
        Severity = Severity.Warning,
        Cause = $"{floor.Advisory}: {floor.Danger}",
        Fix = floor.For(tool.Version.Major) is { } mended
            ? Install(mended.Major) with { Sentence = $"Update the PostgreSQL {mended.Major} client to {mended} or newer" }
            : $"PostgreSQL {tool.Version.Major} gets no fixes any more: upgrade",
    };

    internal static GateException IdentityUnknown(PostgresUrl url, string role) =>
        new(new(UnknownIdentity, $"the identity of {url.Database} at {Place(url)} cannot be read")
    {
        Cause = $"role {role} may not execute pg_control_system(), so that nothing proves that the backup and the migration meet the same "
            + "database",
        State = DatabaseState.Untouched,
        Fix = new("Grant it, as a superuser", FixCommand.Sql($"GRANT EXECUTE ON FUNCTION pg_control_system() TO {Sql.Identifier(role)}")),
    });

    static Fix Install(int major, string? remedy = null) => (OperatingSystem.IsMacOS(), OperatingSystem.IsWindows()) switch
    {
        (true, _) => new(
            $"Install the client programs, or run in the image postgres:{major}", FixCommand.Run("brew", "install", $"postgresql@{major}")),
        (_, true) => new(
            $"Install the client programs, or run in the image postgres:{major}",
            FixCommand.Run("winget", "install", $"PostgreSQL.PostgreSQL.{major}")),
        _ => new(
            $"Install the client programs{(remedy is null ? "" : $", or {remedy}")}; where Debian or Ubuntu lack them, run "
                + "/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh of postgresql-common first",
            FixCommand.Run("apt-get", "install", $"postgresql-client-{major}")),
    };
}
