using DbGate.Backups;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Git;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Rules;

namespace DbGate.Releases.Evidence;

/// <summary>Writes the steps of a run into the evidence log. A developer's own database leaves no evidence.</summary>
static class EvidenceWriter
{
    // The record of a cancelled run must still be written; then the process has to end.
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    public static bool IsOn(GateContext context) => context.Environment != TargetEnvironment.Development;

    /// <summary>Records that a change begins, before it does: a run that is killed leaves this record.</summary>
    /// <exception cref="GateException">It cannot be written; then it must not begin.</exception>
    public static async Task BeginAsync(
        GateContext context, StepDescriptor step, string what, IEnumerable<Fact> facts, CancellationToken cancellationToken)
    {
        if (IsOn(context))
        {
            await LogOf(context).AppendAsync(Entry(context, step, Outcomes.Began, what, facts, []), cancellationToken);
        }
    }

    /// <summary>Records how a step ended.</summary>
    /// <returns>The problem when it could not be written: it blocks, unless migrations were deployed and cannot be taken back by
    /// blocking.</returns>
    public static async Task<Problem?> EndAsync(GateContext context, StepDescriptor step, StepResult result) =>
        await IsForeignAsync(context, [(step, result)]) ? null : (await AppendAsync(context, step, result, rules: null)).Unwritten;

    /// <summary>Records the verdict of a whole run, when one of its steps was recorded.</summary>
    public static async Task<Problem?> EndAsync(GateContext context, GateReport report)
    {
        var recorded =
            report.Steps.Where(step => step.Step.IsRecorded && !step.Result.OnlyLooked).Select(step => (step.Step, step.Result)).ToArray();
        if (recorded.Length == 0 || await IsForeignAsync(context, recorded))
        {
            return null;
        }

        var next = NextRules(context, report);
        var (written, unwritten) = await AppendAsync(
            context,
            Gate,
            new StepResult
            {
                Summary = $"{(report.Verdict == Verdict.Pass ? "pass" : $"blocked, exit {(int)report.ExitCode}")}: "
                    + $"{string.Join(", ", report.Steps.Select(step =>
                        $"{step.Step.Name} {(step.Result.IsBlocking ? "blocked" : "passed")}"))}",
                Problems = [.. report.AllProblems.Where(problem => problem.IsBlocking)],
                Facts = [.. report.NotChecked.Select(text => new Fact("not checked", text))],
            },
            next);
        return unwritten ?? (IsRelease(context, report) && written is not null ? await KeepAsync(context, next, written.Sequence) : null);
    }

    static async Task<(EvidenceRecord? Written, Problem? Unwritten)> AppendAsync(
        GateContext context, StepDescriptor step, StepResult result, RecordedRules? rules)
    {
        if (!IsOn(context))
        {
            return (null, null);
        }

        using var limit = new CancellationTokenSource(Timeout, context.Clock);
        try
        {
            var entry =
                Entry(
                    context, step, result.IsBlocking ? Outcomes.Blocked : Outcomes.Passed, result.Summary, result.Facts,
                    result.AllProblems);
            return (await LogOf(context).AppendAsync(entry with { Rules = rules }, limit.Token), null);
        }
        catch (GateException exception)
        {
            return (null,
                EvidenceProblems.NotWritten(
                    step.Name, exception.Problem.Message, hasDeployed: context.State.Deploy is { Applied.Count: > 0 }));
        }
        catch (OperationCanceledException)
        {
            return (null,
                EvidenceProblems.NotWritten(
                    step.Name, $"the store did not answer within {Timeout.TotalSeconds:0} s",
                    hasDeployed: context.State.Deploy is { Applied.Count: > 0 }));
        }
    }

    /// <summary>
    /// True when steps were refused that go on with stored work, and the store has no evidence: the command was started in a folder that is
    /// no project of DbGate's, and leaves nothing there.
    /// </summary>
    static async Task<bool> IsForeignAsync(GateContext context, IReadOnlyList<(StepDescriptor Step, StepResult Result)> steps)
    {
        if (!IsOn(context) || !steps.All(step => step.Step.GoesOn && step.Result.IsBlocking))
        {
            return false;
        }

        using var limit = new CancellationTokenSource(Timeout, context.Clock);
        try
        {
            return !await LogOf(context).ReadNewestAsync(1, limit.Token).AnyAsync(limit.Token);
        }
        catch (Exception exception) when (exception is GateException or OperationCanceledException)
        {
            return false; // a store that does not answer is told when the record is written
        }
    }

    static bool IsRelease(GateContext context, GateReport report) =>
        report.Verdict == Verdict.Pass && context.State.Deploy is not null && context.State.Rules is not null;

    /// <summary>Leaves the rules of a release in the database, too.</summary>
    static async Task<Problem?> KeepAsync(GateContext context, RecordedRules? next, long record)
    {
        var rules = next is not null ? new KeptRules(record, next)
            : context.State.Rules?.Last is { } last ? new KeptRules(last.Record, RecordedRules.From(last.Rules))
            : null;
        if (rules is null
            || (context.State.KeptRules?.Kept is { } kept && kept.Record == rules.Record && kept.Rules.Digest == rules.Rules.Digest))
        {
            return null;
        }

        using var limit = new CancellationTokenSource(Timeout, context.Clock);
        try
        {
            await using var session = await Postgres.Session.OpenAsync(context.Target.DirectUrl, context.Services.Sessions, limit.Token);
            await rules.WriteAsync(session, context.Environment.ToString().ToLowerInvariant(), limit.Token);
            return null;
        }
        catch (GateException exception)
        {
            return EvidenceProblems.RulesNotKept(exception.Problem.Message);
        }
        catch (Postgres.PostgresFault fault)
        {
            return EvidenceProblems.RulesNotKept(fault.MessageText);
        }
        catch (OperationCanceledException)
        {
            return EvidenceProblems.RulesNotKept($"the server did not answer within {Timeout.TotalSeconds:0} s");
        }
    }

    /// <summary>What a passed release of production leaves for the next one; null when that is what the log holds already.</summary>
    static RecordedRules? NextRules(GateContext context, GateReport report)
    {
        if (!IsRelease(context, report) || context.State.Rules is not { } proof)
        {
            return null;
        }

        var next = RecordedRules.From(context.Settings.Rules.Next);
        return proof.Last is { } last && RecordedRules.DigestOf(last.Rules) == next.Digest ? null : next;
    }

    /// <summary>The log of the settings' first store.</summary>
    public static EvidenceLog LogOf(GateContext context)
    {
        if (context.State.EvidenceLog is { } open)
        {
            return open;
        }

        var log = new EvidenceLog(BackupStores.Open(context.Settings)[0], BackupRequests.Key(context.Settings));
        context.Update(state => state with { EvidenceLog = log });
        return log;
    }

    static readonly StepDescriptor Gate = new("gate", "");

    static EvidenceRecord Entry(
        GateContext context, StepDescriptor step, string outcome, string summary, IEnumerable<Fact> facts,
        IEnumerable<Problem> problems) => new()
        {
            At = context.Clock.GetUtcNow(),
            Kind = step.Name,
            Outcome = outcome,
            Environment = context.Environment.ToString().ToLowerInvariant(),
            Target = ShownTarget(context),
            Commit = Commits.Find(context.Settings.Root),
            Actor = Actors.From(context.Settings),
            Tool = $"DbGate {ToolVersion.Current}",
            Summary = summary,
            Facts = [.. facts.Select(fact => new EvidenceFact(fact.Name, fact.Value))],
            RulesRecord = context.State.Rules?.Last?.Record,
            Problems = [
                .. problems.Select(problem => $"{problem.Code.Id} {problem.Severity.ToString().ToLowerInvariant()}: {problem.Message}")],
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
    static readonly string[] OfWorkflow = ["GITHUB_ACTOR", "GITHUB_TRIGGERING_ACTOR"];

    /// <summary>The setting, which in Actions is the actor's name; else the account of this machine.</summary>
    public static string From(Settings settings) =>
        settings.Get(PlanSettings.RequestedBy) is { Length: > 0 } name ? name : Environment.UserName;

    /// <summary>
    /// Who else asks for a workflow run: the account that started it, and the one that ran it again. Of the process alone, never of a file.
    /// </summary>
    public static IReadOnlyList<string> OthersOf(Settings settings) =>
        IsWorkflow(settings)
            ? [.. OfWorkflow.Select(name => OfProcess(settings, name))
                .OfType<string>()
                .Where(name => !SameName(name, From(settings)))
                .Distinct(StringComparer.OrdinalIgnoreCase)]
            : [];

    static bool IsWorkflow(Settings settings) => OfProcess(settings, "GITHUB_ACTIONS") == "true";

    static bool SameName(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    static string? OfProcess(Settings settings, string name) =>
        settings.Variables.GetValueOrDefault(name) is { Text.Length: > 0, Source.Layer: SettingLayer.Environment } value
            ? value.Text
            : null;
}
