using DbGate.Problems;

namespace DbGate.Processes;

/// <summary>What can go wrong with a program that DbGate starts. Codes DBG0043, DBG0044 and DBG0047.</summary>
static class ProcessProblems
{
    /// <summary>The program is not there, or must not be run.</summary>
    public static readonly ProblemCode NotStarted = new("DBG0043", "A program could not be started", ExitCode.Environment);

    /// <summary>The program did not end in time.</summary>
    public static readonly ProblemCode DeadlineExceeded = new("DBG0044", "The program timed out", ExitCode.Environment);

    /// <summary>The system has no OpenSSL, and .NET needs it for hashes and TLS.</summary>
    internal static readonly ProblemCode OpenSslMissing = new("DBG0047", "OpenSSL is missing", ExitCode.Environment);

    internal static Problem NoOpenSsl() => new(OpenSslMissing, "OpenSSL (libssl.so.3) is not installed")
    {
        Cause = ".NET loads the system's libssl for hashes, signatures and TLS connections, and found none",
        State = DatabaseState.Untouched,
        Fix = new(
            "Install OpenSSL 3. The command is for Debian and Ubuntu; the package is openssl-libs on Red Hat and Fedora",
            FixCommand.Run("apt-get", "install", "libssl3")),
    };

    internal static GateException CannotStart(ChildCommand command, Exception fault) =>
        new(new(NotStarted, $"{command.Name} could not be started")
    {
        Cause = fault.Message,
        State = DatabaseState.Untouched,
        Fix = new($"Install {command.Name}, or add its folder to PATH; doctor lists what is missing", FixCommand.Gate("doctor")),
    }, fault);

    internal static GateException TookTooLong(ChildCommand command, ChildOutcome outcome) =>
        new(new(DeadlineExceeded, $"{command.Name} did not end within {command.Deadline.TotalSeconds:0.#} s")
    {
        Cause = outcome.StandardError.Length > 0
            ? $"its last words: {outcome.StandardError.Split('\n')[^1]}"
            : "it said nothing on its error output",
        State = $"{command.Name} was ended, with the processes it had started",
        Fix = "see what it waits for (a lock, a prompt, the network), then run the task again",
    });
}
