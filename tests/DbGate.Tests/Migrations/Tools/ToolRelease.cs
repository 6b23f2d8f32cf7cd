using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Steps of a release, with the real tool as the deploy command.</summary>
static class ToolRelease
{
    /// <summary>The steps of a release that change something.</summary>
    public static IStep[] Chain => [new BackupFirstStep(), new RehearseStep(), new PlanStep(), new MigrateDeployStep()];

    /// <summary>Runs the steps until one blocks.</summary>
    public static Task<IReadOnlyList<StepReport>> RunAsync(
        GatedProject files, string command, TestDatabase database, string environment, params IStep[] steps) =>
        RunAsync(files, command, database, environment, [], steps);

    /// <summary>The same with further options.</summary>
    public static async Task<IReadOnlyList<StepReport>> RunAsync(
        GatedProject files, string command, TestDatabase database, string environment, (string Name, string Value)[] options,
        params IStep[] steps)
    {
        var given = new Dictionary<string, string>
        {
            ["environment"] = environment, ["project"] = files.Root, ["migrate-command"] = command, ["requested-by"] = "ana",
        };
        foreach (var (name, value) in options)
        {
            given[name] = value;
        }

        var settings = files.Read(
            // dbmate's default is require
            new Dictionary<string, string>
            {
                ["DATABASE_URL"] =
                    $"{database.UrlText}{(database.UrlText.Contains('?', StringComparison.Ordinal) ? '&' : '?')}sslmode=disable",
            },
            given);
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

    /// <summary>Runs <c>resolve</c> as a printed command asks for it.</summary>
    public static Task<StepReport> ResolveAsync(GatedProject files, string command, TestDatabase database, GateCommand printed)
    {
        Assert.That(printed.Task, Is.EqualTo("resolve"));
        return StepAsync(
            files, command, database, new ResolveStep(),
            [.. printed.Options.Select(option => (option.Name, option.Value?.Text ?? ""))]);
    }

    /// <summary>Runs one step with options.</summary>
    public static async Task<StepReport> StepAsync(
        GatedProject files, string command, TestDatabase database, IStep step, params (string Name, string Value)[] options)
    {
        var given = new Dictionary<string, string>
        {
            ["environment"] = "staging", ["project"] = files.Root, ["migrate-command"] = command, ["requested-by"] = "ana",
        };
        foreach (var (name, value) in options)
        {
            given[name] = value;
        }

        var services = GateServices.Real with { Account = new DbGate.Releases.Approvals.Account("ben", "laptop") };
        var context = new GateContext(files.Read(new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText }, given), services);
        context.Update(state => state with { Guard = new GuardProof(0), Safety = new SafetyProof(DateTimeOffset.UtcNow) });
        await using var run = new GateRunner(context);
        return await run.ExecuteAsync(step, default);
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
