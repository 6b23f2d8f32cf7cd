namespace DbGate.Processes;

/// <summary>Where a child's environment begins.</summary>
enum EnvironmentBase
{
    /// <summary>Only what a program needs to run at all: PATH, HOME, locale, temporary folder, certificate bundle.</summary>
    Clean,

    /// <summary>DbGate's own environment, without the variables whose value holds one of <see cref="ChildCommand.Secrets"/>.</summary>
    Inherited,
}

/// <summary>How a child is asked to end before it is killed. On Windows it is killed at once.</summary>
enum StopSignal
{
    /// <summary>SIGTERM: <c>pg_dump</c> cancels its query, Node ends.</summary>
    Terminate = 15,

    /// <summary>SIGINT: <c>psql</c> cancels the running statement on the server.</summary>
    Interrupt = 2,
}

/// <summary>A program to start: never through a shell.</summary>
/// <param name="Path">The program's path, or its name to be looked up in PATH.</param>
/// <param name="Arguments">Each one argument. No secret belongs here: every user of the machine can read them.</param>
sealed record ChildCommand(string Path, params IReadOnlyList<string> Arguments)
{
    /// <summary>Where the environment begins.</summary>
    public EnvironmentBase EnvironmentBase { get; init; }

    /// <summary>Variables to set, and, with a null value, to take away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Texts that must not be in what is captured.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The child's folder; null = DbGate's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The time from the start to the end of the child.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How it is asked to end.</summary>
    public StopSignal StopSignal { get; init; } = StopSignal.Terminate;

    /// <summary>How long it may take to end when asked, before it is killed with all its children.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many characters of each captured stream are kept: the last ones.</summary>
    public int TailLength { get; init; } = 64 * 1024;

    /// <summary>Called for each captured line, scrubbed; from other threads, one stream's lines in their order. Must not throw.</summary>
    public Action<ChildLine>? OnLine { get; init; }

    /// <summary>
    /// It starts no processes. So it need not be still while it is looked for them, which with a transaction open would be a risk.
    /// </summary>
    internal bool IsAlone { get; init; }

    /// <summary>
    /// Run when this one was ended or failed: takes away what it would leave behind elsewhere, such as a container. How it ends counts for
    /// nothing.
    /// </summary>
    internal ChildCommand? CleanUp { get; init; }

    /// <summary>The program's file name, for messages.</summary>
    public string Name => System.IO.Path.GetFileName(Path);
}

/// <summary>One line that a child wrote.</summary>
/// <param name="Text">Without its end, scrubbed.</param>
/// <param name="IsError">From standard error.</param>
readonly record struct ChildLine(string Text, bool IsError);

/// <summary>How a child ended.</summary>
/// <param name="ExitCode">As the system reports it; 128 + n after signal n.</param>
/// <param name="StandardOutput">The tail of the captured output, scrubbed; empty when the caller read the stream itself.</param>
/// <param name="StandardError">The tail of the error output, scrubbed: its last words.</param>
/// <param name="Elapsed">From start to end.</param>
sealed record ChildOutcome(int ExitCode, string StandardOutput, string StandardError, TimeSpan Elapsed)
{
    /// <summary>It exited with 0.</summary>
    public bool Succeeded => ExitCode == 0;
}
