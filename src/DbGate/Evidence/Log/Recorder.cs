using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Evidence.Rules;
using DbGate.Gates;
using DbGate.Problems;

namespace DbGate.Evidence.Log;

/// <summary>Writes the steps of a run into the evidence log. A developer's own database leaves no evidence.</summary>
static class Recorder
{
    // The record of a cancelled run must still be written; then the process has to end.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public static bool IsOn(GateContext context) => context.Environment != Targets.TargetEnvironment.Development;

    /// <summary>Says that something begins which changes the world, before it does: a run that is killed leaves this behind.</summary>
    /// <exception cref="GateException">It cannot be written; then it must not begin.</exception>
    public static async Task BeginAsync(GateContext context, StepDescriptor step, string what, IEnumerable<Fact> facts, CancellationToken cancellation)
    {
        if (IsOn(context))
        {
            await LogOf(context).AppendAsync(Entry(context, step, Outcomes.Began, what, facts, []), cancellation);
        }
    }

    /// <summary>Records how a step ended.</summary>
    /// <returns>The problem when it could not be written: it blocks, unless migrations were deployed and cannot be taken back by blocking.</returns>
    public static async Task<Problem?> EndAsync(GateContext context, StepDescriptor step, StepResult result, RecordedRules? rules = null)
    {
        if (!IsOn(context))
        {
            return null;
        }

        using var limit = new CancellationTokenSource(Patience, context.Clock);
        try
        {
            await LogOf(context).AppendAsync(
                Entry(context, step, result.IsBlocking ? Outcomes.Blocked : Outcomes.Passed, result.Summary, result.Facts, result.AllProblems) with { Rules = rules }, limit.Token);
            return null;
        }
        catch (GateException exception)
        {
            return EvidenceProblems.NotWritten(step.Name, exception.Problem.Message, hasDeployed: context.Proof<DeployProof>() is { Applied.Count: > 0 });
        }
        catch (OperationCanceledException)
        {
            return EvidenceProblems.NotWritten(step.Name, $"the store did not answer within {Patience.TotalSeconds:0} s", hasDeployed: context.Proof<DeployProof>() is { Applied.Count: > 0 });
        }
    }

    /// <summary>Records the verdict of a whole run, when one of its steps was recorded.</summary>
    public static async Task<Problem?> EndAsync(GateContext context, GateReport report)
    {
        if (!report.Steps.Any(step => step.Step.IsRecorded && !step.Result.OnlyLooked))
        {
            return null;
        }

        return await EndAsync(
            context,
            Gate,
            new StepResult
            {
                Summary = $"{(report.Verdict == Verdict.Pass ? "pass" : $"blocked, exit {(int)report.ExitCode}")}: {string.Join(", ", report.Steps.Select(step => $"{step.Step.Name} {(step.Result.IsBlocking ? "blocked" : "passed")}"))}",
                Problems = [.. report.AllProblems.Where(problem => problem.IsBlocking)],
                Facts = [.. report.NotChecked.Select(text => new Fact("not checked", text))],
            },
            NextRules(context, report));
    }

    /// <summary>What a passed release of production leaves for the next one; null when that is what the log holds already.</summary>
    static RecordedRules? NextRules(GateContext context, GateReport report)
    {
        if (report.Verdict != Verdict.Pass || context.Proof<DeployProof>() is null || context.Proof<RulesProof>() is not { } proof)
        {
            return null;
        }

        var next = RecordedRules.From(context.Settings.Rules.Next);
        return proof.Last is { } last && RecordedRules.DigestOf(last.Rules) == next.Digest ? null : next;
    }

    /// <summary>The log of the settings' first store.</summary>
    public static EvidenceLog LogOf(GateContext context)
    {
        if (context.Proof<EvidenceLog>() is { } open)
        {
            return open;
        }

        var log = new EvidenceLog(BackupStores.Open(context.Settings)[0], BackupRequests.Key(context.Settings));
        context.Prove(log);
        return log;
    }

    static readonly StepDescriptor Gate = new("gate", "The verdict of a whole run.", "");

    static EvidenceRecord Entry(
        GateContext context, StepDescriptor step, string outcome, string summary, IEnumerable<Fact> facts, IEnumerable<Problem> problems) => new()
        {
            At = context.Clock.GetUtcNow(),
            Kind = step.Name,
            Outcome = outcome,
            Environment = context.Environment.ToString().ToLowerInvariant(),
            Target = ShownTarget(context),
            Commit = Commits.Find(context.Settings.Root),
            Actor = Actors.Of(context.Settings),
            Tool = $"DbGate {GateRun.ToolVersion}",
            Summary = summary,
            Facts = [.. facts.Select(fact => new EvidenceFact(fact.Name, fact.Value))],
            RulesRecord = context.Proof<RulesProof>()?.Last?.Record,
            Problems = [.. problems.Select(problem => $"{problem.Code.Id} {problem.Severity.ToString().ToLowerInvariant()}: {problem.Message}")],
        };

    static string? ShownTarget(GateContext context)
    {
        try
        {
            return context.Target.Url.Redacted;
        }
        catch (GateException)
        {
            return null;
        }
    }
}

/// <summary>Who asks for a run.</summary>
static class Actors
{
    /// <summary>The setting, which in Actions is the actor's name; else the account of this machine.</summary>
    public static string Of(Settings settings) =>
        settings.Get(SettingsCatalog.RequestedBy) is { Length: > 0 } name ? name : Environment.UserName;
}
