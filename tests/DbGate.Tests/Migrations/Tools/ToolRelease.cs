using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Steps of a release, with the real tool as the deploy command.</summary>
static class ToolRelease
{
    /// <summary>The steps of a release that change something.</summary>
    public static IStep[] Chain => [new BackupFirstStep(), new RehearseStep(), new PlanStep(), new MigrateDeployStep()];

    /// <summary>Runs the steps until one blocks.</summary>
    public static async Task<IReadOnlyList<StepReport>> RunAsync(
        GatedProject files, string command, TestDatabase database, string environment, params IStep[] steps)
    {
        var settings = files.Read(
            // dbmate's default is require
            new Dictionary<string, string>
            {
                ["DATABASE_URL"] =
                    $"{database.UrlText}{(database.UrlText.Contains('?', StringComparison.Ordinal) ? '&' : '?')}sslmode=disable",
            },
            new Dictionary<string, string>
            {
                ["environment"] = environment, ["project"] = files.Root, ["migrate-command"] = command, ["requested-by"] = "ana",
            });
        var context = new GateContext(settings, GateServices.Real);
        context.Update(state => state with { Guard = new GuardProof(0), Safety = new SafetyProof(DateTimeOffset.UtcNow) });
        await using var run = new GateRunner(context);
        var reports = new List<StepReport>();
        foreach (var step in steps)
        {
            reports.Add(await run.ExecuteAsync(step, default));
            if (reports[^1].Result.IsBlocking)
            {
                break;
            }
        }

        return reports;
    }

    /// <summary>Nothing blocked.</summary>
    public static IReadOnlyList<StepReport> Passed(this IReadOnlyList<StepReport> reports)
    {
        Assert.That(
            reports.Where(step => step.Result.IsBlocking)
                .SelectMany(step => step.Result.Problems)
                .Select(problem => $"{problem.Code.Id} {problem.Message}: {problem.Cause}"), Is.Empty);
        return reports;
    }
}
