using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Readiness;
using DbGate.Releases;

namespace DbGate.Gates.Steps;

/// <summary>The release is there: ledger clean, safety rules hold, and the application itself states ready.</summary>
sealed class VerifyReadyStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("verify-ready");

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var checks = await CheckRunner.RunAsync(CheckCatalog.Ready, context, cancellationToken);
        await context.CloseSessionAsync();
        var result = new StepResult { Summary = CheckSummary.From(checks), Checks = [.. checks] };
        if (result.IsBlocking)
        {
            return result with { NotChecked = ["the application's /ready, because a check blocks"] };
        }

        return await AskAsync(context, result, cancellationToken);
    }

    static async Task<StepResult> AskAsync(GateContext context, StepResult result, CancellationToken cancellationToken)
    {
        var text = context.Settings.Get(ReadySettings.Url);
        if (text.Length == 0)
        {
            var demanded = context.IsProduction && context.Settings.Get(ReadySettings.Policy) == ReadyPolicy.Application;
            return demanded
                ? result with { Summary = "READY_URL is not set", Problems = [ReadinessProblems.NoAddress(State(context))] }
                : result with { NotChecked = ["the application's /ready: READY_URL is not set"] };
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new GateException(ReadinessProblems.Address(text));
        }

        using var http = ReadyProbe.CreateClient();
        var start = context.Clock.GetTimestamp();
        ReadyAnswer answer;
        int attempts;
        try
        {
            (answer, attempts) = await new ReadyProbe(http, context.Clock)
                .WaitAsync(address, context.Settings.Get(ReadySettings.Timeout), cancellationToken);
        }
        catch (GateException exception)
        {
            var problem = exception.Problem with { State = State(context) };
            return result with { Summary = problem.Message, Problems = [problem] }; // what was checked stays in the report
        }

        return result with
        {
            Summary = $"{result.Summary}; the application is ready",
            Facts = [
                new Fact(
                    "ready",
                    $"{answer.Said} after {context.Clock.GetElapsedTime(start).TotalSeconds:0.0} s, {attempts} "
                        + $"{(attempts == 1 ? "attempt" : "attempts")}")],
        };
    }

    /// <summary>A release that deployed must not be mistaken for one that changed nothing.</summary>
    static string State(GateContext context) => context.State.Deploy is { Applied: { Count: > 0 } applied }
        ? $"{applied.Count} {(applied.Count == 1 ? "migration IS" : "migrations ARE")} deployed "
            + $"({string.Join(", ", applied.Take(5))}{(applied.Count > 5 ? $" and {applied.Count - 5} more" : "")}); only the application "
            + "is not verified"
        : "this run deployed nothing; the ledger was read before, and is clean";
}
