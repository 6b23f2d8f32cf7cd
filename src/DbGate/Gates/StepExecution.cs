using DbGate.Configuration;
using DbGate.Git;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Releases.Rules;

namespace DbGate.Gates;

/// <summary>Runs one step to its end. Every expected failure, fault of DbGate and cancellation becomes a problem that blocks.</summary>
sealed class StepExecution(GateContext context)
{
    readonly Lazy<Checkout> checkout = new(() => ProjectCheckout.Find(context.Settings));

    public async Task<StepReport> RunAsync(IStep step, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var result = Located(await GuardedAsync(step, cancellationToken));
        await context.CloseSessionAsync();
        if (step.Descriptor.IsRecorded
            && !result.OnlyLooked
            && await EvidenceWriter.EndAsync(context, step.Descriptor, result) is { } unwritten
            && !RunRecord.IsAmong(result.AllProblems, unwritten))
        {
            result = result with { Problems = [.. result.Problems, unwritten] };
        }

        return new StepReport(step.Descriptor, AtThisMoment.From(result, context), context.Clock.GetElapsedTime(start));
    }

    /// <summary>No waiver applies: a step that did not come to its end shows nothing that could pass.</summary>
    public static StepResult Stopped(Problem problem) => new() { Summary = problem.Message, Problems = [problem] };

    async Task<StepResult> GuardedAsync(IStep step, CancellationToken cancellationToken)
    {
        try
        {
            Contacts.Follow(context.Contacts);
            context.DemandKnownWaivers();
            var unknown = await RulesOfRun.EnsureAsync(context, step.Descriptor, cancellationToken);
            var result = await step.RunAsync(context, cancellationToken);
            return result with
            {
                Problems = [.. context.Waive(result.Problems)],
                NotChecked = [.. result.NotChecked, .. unknown is null ? Array.Empty<string>() : [unknown], .. context.TakeRuleNotes()],
            };
        }
        catch (GateException exception)
            when (cancellationToken.IsCancellationRequested && exception.Problem.Code.ExitCode == ExitCode.Environment)
        {
            // What fails after the signal fails because of it: a pipeline repeats a failed environment, and must not repeat a cancelled
            // run.
            return Stopped(ConfigurationProblems.Cancelled(step.Descriptor.Name) with { Cause = exception.Problem.Message });
        }
        catch (GateException exception)
        {
            return Stopped(exception.Problem);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Stopped(ConfigurationProblems.Cancelled(step.Descriptor.Name));
        }
#pragma warning disable CA1031 // A fault of DbGate itself blocks like any other.
        catch (Exception exception)
        {
            return Stopped(ConfigurationProblems.Internal(exception));
        }
#pragma warning restore CA1031
    }

    /// <summary>Problems name files so that an editor finds them.</summary>
    StepResult Located(StepResult result) => result with
    {
        Problems = [.. result.Problems.Select(Located)],
        Checks = [
            .. result.Checks.Select(check =>
                check with { Result = check.Result with { Problems = [.. check.Result.Problems.Select(Located)] } })],
    };

    Problem Located(Problem problem) => problem with
    {
        Location = problem.Location is { } place ? place with { File = checkout.Value.InProject(place.File) } : null,
    };
}
