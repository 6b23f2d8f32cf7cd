using DbGate.Postgres;
using DbGate.Publishing;

namespace DbGate.Gates;

/// <summary>The edges of the process, so that a test can hold them.</summary>
/// <param name="Clock">Time.</param>
/// <param name="Progress">Where long work shows how far it is.</param>
/// <param name="Evidence">What the stores know of backups and restore tests.</param>
public sealed record World(TimeProvider Clock, IProgressDisplay Progress, IBackupEvidence Evidence)
{
    /// <summary>Who can be asked; null when nobody sits there.</summary>
    public IPrompt? Prompt { get; init; }

    /// <summary>The account that claims to be an approver; null: this process's.</summary>
    public Evidence.Approvals.Account? Account { get; init; }

    /// <summary>Hears what a migration tool writes, line by line and scrubbed, from other threads; null when nobody wants to.</summary>
    public Action<string>? ChildOutput { get; init; }

    /// <summary>How sessions with the target wait; null is <see cref="SessionOptions.Default"/>.</summary>
    public SessionOptions? Sessions { get; init; }

    /// <summary>Who shows verdicts elsewhere.</summary>
    public IReadOnlyList<IReportPublisher> Publishers { get; init; } = [];

    /// <summary>Who knows of approvals that were given elsewhere.</summary>
    public IReadOnlyList<IApprovalSource> ApprovalSources { get; init; } = [];

    /// <summary>The real clock, and no display.</summary>
    public static World Real { get; } = new(TimeProvider.System, NoProgress.Instance, Backups.StoreEvidence.Instance);
}

/// <summary>Asks a person.</summary>
public interface IPrompt
{
    /// <summary>Shows the question and waits for a line; null when there is none.</summary>
    Task<string?> AskAsync(string question, CancellationToken cancellation);
}

/// <summary>Shows long work. A terminal draws a bar; elsewhere a line every 15 seconds says that it is alive.</summary>
public interface IProgressDisplay
{
    /// <summary>Begins one piece of work; dispose the result when it ends.</summary>
    /// <param name="what">What is being done, such as "dump shop_production".</param>
    /// <param name="totalBytes">How much there is, when known.</param>
    IProgressBar Begin(string what, long? totalBytes);
}

/// <summary>One piece of long work.</summary>
public interface IProgressBar : IDisposable
{
    /// <summary>Says how far it is.</summary>
    /// <param name="doneBytes">Bytes so far.</param>
    /// <param name="detail">What is at hand, such as a table's name.</param>
    void Report(long doneBytes, string? detail = null);
}

/// <summary>For doors without a console.</summary>
sealed class NoProgress : IProgressDisplay, IProgressBar
{
    public static NoProgress Instance { get; } = new();

    public IProgressBar Begin(string what, long? totalBytes) => this;

    public void Report(long doneBytes, string? detail = null)
    {
    }

    public void Dispose()
    {
    }
}
