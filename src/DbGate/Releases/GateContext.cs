using DbGate.Configuration;
using DbGate.Migrations.Lint;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Releases;

/// <summary>What steps and checks need: the settings, the target, the clock, and what earlier steps of this run established.</summary>
public sealed class GateContext : IAsyncDisposable
{
    Lazy<Target> target;
    Session? session;
    bool areRulesNoted;

    /// <summary>Opens nothing; the database is first contacted by the step that needs it.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="services">The clock and the other edges; null: the real ones.</param>
    /// <param name="state">What was established before this run; null: nothing.</param>
    internal GateContext(Settings settings, GateServices? services = null, ReleaseState? state = null)
    {
        Settings = settings;
        Services = services ?? GateServices.Real;
        State = state ?? new ReleaseState();
        target = new Lazy<Target>(() => Target.Resolve(settings));
    }

    /// <summary>All settings.</summary>
    public Settings Settings { get; private set; }

    /// <summary>The clock and the other edges.</summary>
    internal GateServices Services { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock => Services.Clock;

    /// <summary>Whether this run has contacted a database.</summary>
    internal Contacts Contacts { get; } = new();

    /// <summary>What the commands of its messages repeat.</summary>
    internal CommandScope Scope => field ??= RunScope.From(Settings);

    /// <summary>Where the release goes.</summary>
    public TargetEnvironment Environment => Settings.Get(GeneralSettings.Environment);

    /// <summary>True for production, where the rules are strictest.</summary>
    public bool IsProduction => Environment == TargetEnvironment.Production;

    /// <summary>The database. Throws DBG0005 when no URL is set, and the URL's own problems.</summary>
    internal Target Target => target.Value;

    /// <summary>The database; null when no URL is set, for what needs none but would like to know its name.</summary>
    internal Target? FindTarget() => Target.IsConfigured(Settings) ? Target : null;

    /// <summary>Replaces the rules that judge this run.</summary>
    internal void Judge(Settings judged)
    {
        Settings = judged;
        target = new Lazy<Target>(() => Target.Resolve(judged));
    }

    /// <summary>What the rules of this run hold back, or let through until an approval: for the first step that asks.</summary>
    internal IReadOnlyList<string> TakeRuleNotes()
    {
        if (!IsProduction || areRulesNoted)
        {
            return [];
        }

        areRulesNoted = true;
        return [.. Releases.Rules.RulesOfRun.Describe(Settings.Rules)];
    }

    /// <summary>One session with the target, as the application connects, shared by the checks of a step. Not for long work.</summary>
    /// <exception cref="GateException">No connection.</exception>
    public async Task<Session> SessionAsync(CancellationToken cancellationToken) =>
        session is { IsOpen: true } ? session : session = await Session.OpenAsync(Target.Url, Services.Sessions, cancellationToken);

    /// <summary>Closes the shared session; the next step opens its own.</summary>
    internal async ValueTask CloseSessionAsync()
    {
        if (session is { } open)
        {
            session = null;
            await open.DisposeAsync();
        }
    }

    /// <summary>What the steps of this run have established so far.</summary>
    internal ReleaseState State { get; private set; }

    /// <summary>Leaves a fact for later steps of this run; it replaces an older one of its kind.</summary>
    /// <typeparam name="TFact">The fact.</typeparam>
    /// <param name="producer">The step, which declares that it produces the fact.</param>
    /// <param name="fact">The fact.</param>
    internal void Produce<TFact>(IProduces<TFact> producer, TFact fact)
        where TFact : class, IReleaseFact<TFact> => State = TFact.Place.Write(State, fact);

    /// <summary>Takes a fact that the step declares to need.</summary>
    /// <typeparam name="TFact">The fact.</typeparam>
    /// <param name="consumer">The step.</param>
    /// <exception cref="GateException">DBG0561: no step of this run has established it.</exception>
    internal TFact Consume<TFact>(IConsumes<TFact> consumer)
        where TFact : class, IReleaseFact<TFact>
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return TFact.Place.Read(State)
            ?? throw new GateException(ReleaseStateProblems.MissingInput(consumer.Descriptor.Name, TFact.Place.Name, TFact.Place.MadeBy));
    }

    /// <summary>The cluster that this run restored from an engine's backup; null: none.</summary>
    internal Backups.Providers.RestoredCluster? Cluster { get; private set; }

    /// <summary>Keeps a restored cluster until the end of the run, or until the next one.</summary>
    internal async ValueTask UseAsync(Backups.Providers.RestoredCluster? cluster)
    {
        var former = Cluster;
        Cluster = cluster;
        await (former?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>For what the run itself keeps, and no step declares.</summary>
    internal void Update(Func<ReleaseState, ReleaseState> change) => State = change(State);

    /// <summary>The waivers that were applied in this run.</summary>
    internal HashSet<Waiver> WaiversUsed { get; } = [];

    /// <summary>
    /// Applies the waivers: a waived problem becomes a warning that names who decided. An expired waiver changes nothing and is
    /// itself a problem (DBG0010). Only findings can be waived, which exit with <see cref="ExitCode.Blocked"/>: no one can decide that a
    /// server answered, or that a migration did not fail.
    /// </summary>
    public IReadOnlyList<Problem> Waive(IEnumerable<Problem> problems)
    {
        var result = new List<Problem>();
        var expired = new HashSet<Waiver>();
        var now = Clock.GetUtcNow();
        foreach (var problem in problems)
        {
            var waiver =
                problem is { IsBlocking: true, Code.ExitCode: ExitCode.Blocked }
                    ? Settings.Waivers.FirstOrDefault(waiver => Covers(waiver, problem))
                    : null;
            if (waiver is null)
            {
                result.Add(problem);
            }
            else if (problem.Code.IsProof)
            {
                result.Add(
                    problem with { Cause =
                        string.Join(
                            "; ",
                            new[] { problem.Cause,
                                $"the waiver of {waiver.Who} has no effect: a proof cannot be waived" }.OfType<string>()) });
            }
            else if (waiver.IsOutOfForce(now))
            {
                result.Add(problem);
                expired.Add(waiver);
            }
            else
            {
                WaiversUsed.Add(waiver);
                result.Add(problem with
                {
                    Severity = Severity.Warning,
                    Message = $"{problem.Message} (waived by {waiver.Who} until {waiver.Expires:yyyy-MM-dd}: {waiver.Reason})",
                });
            }
        }

        return [
            .. result,
            .. expired.Select(waiver => waiver.HasExpired(now)
                ? ConfigurationProblems.ExpiredWaiver(waiver)
                : RuleProblems.WaiverTooLong(waiver))];
    }

    /// <summary>A waiver for a rule that does not exist would look as if it were in force.</summary>
    /// <exception cref="GateException">DBG0004: a waiver names an unknown rule.</exception>
    internal void DemandKnownWaivers()
    {
        if (Settings.Waivers.FirstOrDefault(waiver => Waiver.IsName(waiver.Check)
            && LintCatalog.Find(waiver.Check) is null) is { Check: var name })
        {
            var nearest = NearestName.From(name, LintCatalog.Rules.Select(rule => rule.Name));
            throw new GateException(
                ConfigurationProblems.InvalidWaiver(
                    $"there is no rule \"{name}\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}"));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await UseAsync(null);
        await CloseSessionAsync();
    }

    static bool Covers(Waiver waiver, Problem problem) =>
        (waiver.Check == problem.Code.Id || LintCatalog.Find(waiver.Check)?.Code == problem.Code)
        && (waiver.Scope == "*" || (problem.Location is { } place
            && System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(
                waiver.Scope.Replace("**", "*"), place.File, ignoreCase: false)));
}
