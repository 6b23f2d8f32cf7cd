using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Deploy;

/// <summary>Applies pending migrations. Whatever an engine states, the ledger is read again afterwards.</summary>
interface IDeployEngine
{
    /// <summary>How reports call it, such as "direct engine".</summary>
    string Name { get; }

    /// <summary>True when its own session holds the locks and runs the checks; false for a command of the project.</summary>
    bool HasOwnSession { get; }

    /// <summary>How it puts a file's statements into transactions; the worse case where that is not certain.</summary>
    TransactionRule Transactions { get; }

    /// <summary>Reads what is to be applied, while the caller connects. What cannot be applied is refused here already.</summary>
    Task PrepareAsync(IReadOnlyList<Migration> pending, CancellationToken cancellationToken);

    /// <summary>Applies; throws a <see cref="Problems.GateException"/> when it could not begin or knows that it failed.</summary>
    Task<DeployOutcome> DeployAsync(DeployRequest request, CancellationToken cancellationToken);
}

/// <summary>What to deploy, and where to.</summary>
/// <param name="Root">The gated project's root.</param>
/// <param name="Url">The direct URL.</param>
/// <param name="Pending">The migrations in order.</param>
/// <param name="ToolVersion">The version of the migration tool; null when unknown.</param>
/// <param name="Deadline">How long all of it may take.</param>
sealed record DeployRequest(string Root, PostgresUrl Url, IReadOnlyList<Migration> Pending, Version? ToolVersion, TimeSpan Deadline)
{
    /// <summary>Hears each line of the tool's output, scrubbed.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>Variables that the command gets besides; null takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Further texts that must not be in its environment or its output.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>
    /// For an engine with a session of its own: runs on it once both locks are held, directly before anything is written; what it throws
    /// stops the deploy.
    /// </summary>
    public Func<Session, CancellationToken, Task>? Verify { get; init; }

    /// <summary>For an engine with a session of its own: compares each transaction before its commit.</summary>
    public ICommitCheck? CommitCheck { get; init; }
}

/// <summary>What an engine did.</summary>
/// <param name="LastWords">The end of its output, scrubbed; empty when it has none.</param>
/// <param name="Failure">Why it failed, in its own words; null when it states that all is well.</param>
/// <param name="Timings">Per migration, where the engine knows.</param>
sealed record DeployOutcome(string LastWords, string? Failure, IReadOnlyList<(string Name, TimeSpan Time)> Timings)
{
    /// <summary>False when the command could not be started at all.</summary>
    public bool HasStarted { get; init; } = true;

    /// <summary>The server's own answer, where the engine has heard it.</summary>
    public PostgresFault? Fault { get; init; }

    /// <summary>What the comparison before a commit found; the file was rolled back.</summary>
    public Problem? Refusal { get; init; }
}
