using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Storage;

namespace DbGate.Publishing;

/// <summary>What publishing came to.</summary>
/// <param name="Done">What now is where people see it, in words.</param>
/// <param name="Problems">Warnings: publishing never blocks.</param>
sealed record PublicationOutcome(IReadOnlyList<string> Done, IReadOnlyList<Problem> Problems)
{
    /// <summary>Drafts of earlier runs that were published now.</summary>
    public int CaughtUp { get; init; }
}

/// <summary>Publishes a run's verdict, and those that earlier runs had to keep. Never throws for what a service or a disk does.</summary>
static class Publications
{
    /// <summary>A check on a commit of last month reports no one anything.</summary>
    internal static readonly TimeSpan Shelf = TimeSpan.FromDays(30);

    /// <summary>One may fail for a reason of its own; after the second the service is down, and the rest is not tried.</summary>
    const int MostFailures = 2;

    // Keeping must be possible in a run that is being cancelled, and must end before the process is killed.
    static readonly TimeSpan KeepingPatience = TimeSpan.FromSeconds(5);

    /// <summary>Publishes with every publisher that is on.</summary>
    /// <param name="context">The run.</param>
    /// <param name="report">Its report; null publishes only what earlier runs kept.</param>
    /// <param name="cancellationToken">Stops publishing; the verdict is kept then.</param>
    public static async Task<PublicationOutcome> PublishAsync(GateContext context, GateReport? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (done, problems, caughtUp) = (new List<string>(), new List<Problem>(), 0);
        foreach (var publisher in context.Services.Publishers)
        {
            try
            {
                if (publisher.IsOn(context.Settings))
                {
                    var outcome = await PublishAsync(publisher, context, report, cancellationToken);
                    done.AddRange(outcome.Done);
                    problems.AddRange(outcome.Problems);
                    caughtUp += outcome.CaughtUp;
                }
            }
            catch (GateException exception)
            {
                problems.Add(exception.Problem with { Severity = Severity.Warning });
            }
#pragma warning disable CA1031 // Publishing never changes how a run ends.
            catch (Exception exception)
            {
                problems.Add(PublishingProblems.Fault(publisher.Name, exception));
            }
#pragma warning restore CA1031
        }

        return new(done, problems) { CaughtUp = caughtUp };
    }

    static async Task<PublicationOutcome> PublishAsync(
        IReportPublisher publisher, GateContext context, GateReport? report, CancellationToken cancellationToken)
    {
        var outbox = OutboxOf(context);
        var (done, problems) = (new List<string>(), new List<Problem>());
        if (report is not null)
        {
            var draft = publisher.Draft(context, report);
            var name = PendingPublications.NameOf(publisher.Name, report.StartedAt);
            var isHere = outbox.KeepHere(name, draft); // first, so that a process that is killed while it publishes loses nothing
            var result = await TryAsync(publisher, context, draft, cancellationToken);
            done.AddRange(result.Done);
            problems.AddRange(result.Refused);
            if (result.Left is { } why)
            {
                problems.Add(await KeepAsync(outbox, publisher.Name, name, draft, isHere, why, context));
                return new(done, problems); // what is older would meet the same
            }

            await outbox.ForgetAsync(name, CancellationToken.None);
        }

        var older = await CatchUpAsync(publisher, outbox, context, cancellationToken);
        return new(done, [.. problems, .. older.Problems]) { CaughtUp = older.CaughtUp };
    }

    static async Task<PublicationOutcome> CatchUpAsync(
        IReportPublisher publisher, PendingPublications outbox, GateContext context, CancellationToken cancellationToken)
    {
        var (problems, failures, caughtUp) = (new List<Problem>(), new List<string>(), 0);
        foreach (var (name, draft) in await outbox.ListAsync(publisher.Name, cancellationToken))
        {
            if (draft is null)
            {
                problems.Add(PublishingProblems.Foreign(name));
                continue;
            }

            if (!IsStale(name, publisher.Name, context.Clock.GetUtcNow()))
            {
                var result =
                    failures.Count < MostFailures
                        ? await TryAsync(publisher, context, draft, cancellationToken)
                        : new([]) { Left = failures[^1] };
                problems.AddRange(result.Refused);
                if (result.Left is { } why)
                {
                    failures.Add(why);
                }

                if (result.Left is not null || result.IsOfAnother)
                {
                    continue;
                }

                caughtUp++;
            }

            await outbox.ForgetAsync(name, cancellationToken);
        }

        return new(
            [], failures.Count == 0
                ? problems
                : [.. problems, PublishingProblems.StillWaiting(publisher.Name, failures.Count, failures[0])]) { CaughtUp = caughtUp };
    }

    static async Task<PublishResult> TryAsync(
        IReportPublisher publisher, GateContext context, string draft, CancellationToken cancellationToken)
    {
        try
        {
            return await publisher.PublishAsync(context, draft, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return new([]) { Left = "the run was cancelled" };
        }
        catch (GateException exception)
        {
            return new([]) { Left = exception.Problem.Message };
        }
#pragma warning disable CA1031 // The draft is kept, whatever happened.
        catch (Exception exception)
        {
            return new([]) { Left = $"{exception.GetType().Name}: {exception.Message}" };
        }
#pragma warning restore CA1031
    }

    static async Task<Problem> KeepAsync(
        PendingPublications outbox, string publisher, string name, string draft, bool isHere, string why, GateContext context)
    {
        using var patience = new CancellationTokenSource(KeepingPatience, context.Clock);
        bool isStored;
        try
        {
            isStored = await outbox.KeepInStoreAsync(name, draft, patience.Token);
        }
        catch (OperationCanceledException)
        {
            isStored = false;
        }

        var folder = FolderOf(context);
        return (isHere, isStored) switch
        {
            (_, true) => PublishingProblems.Waiting(
                publisher, why, isHere ? $"{folder} and the store of the backups" : "the store of the backups"),
            (true, false) => PublishingProblems.Waiting(publisher, why, folder),
            _ => PublishingProblems.Lost(publisher, why, folder),
        };
    }

    static bool IsStale(string name, string publisher, DateTimeOffset now) =>
        !DateTimeOffset.TryParseExact(
            name.AsSpan(publisher.Length + 1, Math.Min("yyyyMMdd_HHmmss_fff".Length, name.Length - publisher.Length - 1)),
            "yyyyMMdd_HHmmss_fff", null, System.Globalization.DateTimeStyles.AssumeUniversal, out var at)
        || now - at > Shelf;

    static PendingPublications OutboxOf(GateContext context) =>
        new(FolderOf(context), StoreOf(context), BackupRequests.Key(context.Settings));

    static string FolderOf(GateContext context) => Path.Combine(context.Settings.GetPath(GeneralSettings.ReportsFolder), "unpublished");

    static IObjectStore? StoreOf(GateContext context)
    {
        try
        {
            return BackupStores.Open(context.Settings)[0];
        }
        catch (GateException)
        {
            return null; // wrong settings of the store are for the steps to say that need it
        }
    }
}
