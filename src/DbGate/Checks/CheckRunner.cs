using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>Runs checks one after another, each to an end, whatever the others state.</summary>
static class CheckRunner
{
    /// <summary>Runs them in order; an exception of any kind becomes a result that blocks.</summary>
    /// <exception cref="GateException">DBG0127: none of them ran.</exception>
    public static async Task<IReadOnlyList<CheckReport>> RunAsync(
        IEnumerable<ICheck> checks, GateContext context, CancellationToken cancellationToken)
    {
        var reports = new List<CheckReport>();
        foreach (var check in checks)
        {
            var start = context.Clock.GetTimestamp();
            var result = Waived(await RunAsync(check, context, cancellationToken), context);
            reports.Add(new CheckReport(check.Descriptor, result, context.Clock.GetElapsedTime(start)));
        }

        return reports.Exists(report => report.Result.Outcome != CheckOutcome.Skipped) ? reports
            : throw new GateException(
                CheckProblems.NoChecks(reports.Count == 0 ? "the list of checks is empty" : $"all {reports.Count} were skipped"));
    }

    static async Task<CheckResult> RunAsync(ICheck check, GateContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await check.RunAsync(context, cancellationToken);
        }
        catch (GateException exception)
        {
            return CheckResult.Errored(exception.Problem);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // What could not be checked blocks, whatever the reason was.
        catch (Exception exception)
        {
            return CheckResult.Errored(ConfigurationProblems.Internal(exception));
        }
#pragma warning restore CA1031
    }

    static CheckResult Waived(CheckResult result, GateContext context)
    {
        if (result.Outcome != CheckOutcome.Failed)
        {
            return result;
        }

        var problems = context.Waive(result.Problems);
        return problems.Any(problem => problem.IsBlocking)
            ? result with { Problems = [.. problems] }
            : CheckResult.Passed($"waived: {result.Details}", problems);
    }
}
