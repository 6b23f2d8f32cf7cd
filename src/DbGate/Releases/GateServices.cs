using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Progress;
using DbGate.Publishing;
using DbGate.Releases.Approvals;

namespace DbGate.Releases;

/// <summary>The edges of the process, so that a test can hold them.</summary>
/// <param name="Clock">Time.</param>
/// <param name="Progress">Where long work shows how far it is.</param>
/// <param name="Evidence">What the stores know of backups and restore tests.</param>
sealed record GateServices(TimeProvider Clock, IProgressDisplay Progress, IBackupEvidence Evidence)
{
    /// <summary>Who can be asked; null when no one sits there.</summary>
    public IPrompt? Prompt { get; init; }

    /// <summary>The account that claims to be an approver; null: this process's.</summary>
    public Releases.Approvals.Account? Account { get; init; }

    /// <summary>Hears what a migration tool writes, line by line and scrubbed, from other threads; null when no one wants to.</summary>
    public Action<string>? ChildOutput { get; init; }

    /// <summary>How sessions with the target wait; null is <see cref="SessionOptions.Default"/>.</summary>
    public SessionOptions? Sessions { get; init; }

    /// <summary>Who shows verdicts elsewhere.</summary>
    public IReadOnlyList<IReportPublisher> Publishers { get; init; } = [];

    /// <summary>How the host writes commands; pages and Markdown use it, too.</summary>
    public CommandStyle Style { get; init; } = CommandStyle.BuildScript;

    /// <summary>Who knows of approvals that were given elsewhere.</summary>
    public IReadOnlyList<IApprovalSource> ApprovalSources { get; init; } = [];

    /// <summary>The real clock, and no display.</summary>
    public static GateServices Real { get; } = new(TimeProvider.System, NoProgress.Instance, StoreEvidence.Instance);
}

/// <summary>Asks a person.</summary>
interface IPrompt
{
    /// <summary>Shows the question and waits for a line; null when there is none.</summary>
    Task<string?> AskAsync(string question, CancellationToken cancellationToken);

    /// <summary>The same for a secret, which is not shown while it is typed.</summary>
    Task<string?> AskSecretAsync(string question, CancellationToken cancellationToken) => AskAsync(question, cancellationToken);
}
