using DbGate.Gates;
using DbGate.Migrations.Lint;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Gates;

/// <summary>Waivers of dbgate.json name a rule for migrations by its code or by its name.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class WaiverNames
{
    static IEnumerable<string> Names => LintCatalog.Rules.SelectMany(rule => new[] { rule.Name, rule.Code.Id });

    [TestCaseSource(nameof(Names))]
    public async Task Cover_the_problems_of_their_rule(string name)
    {
        var code = LintCatalog.Find(name)!.Code;
        var other = LintCatalog.Rules.First(rule => rule.Code != code).Code;

        var report = await RunAsync(name, new Problem(code, "found"), new Problem(other, "another"));

        Assert.That(report.AllProblems.Where(problem => problem.IsBlocking).Select(problem => problem.Code), Is.EqualTo(new[] { other }));
        Assert.That(report.WaiversUsed.Select(waiver => waiver.Check), Is.EqualTo(new[] { name }));
    }

    [TestCase("drop-objekt", "did you mean \"drop-object\"?")]
    [TestCase("no-such-rule", "there is no rule \"no-such-rule\"")]
    public async Task Of_no_rule_are_refused(string name, string words)
    {
        var report = await RunAsync(name);

        Assert.That((report.ExitCode, report.AllProblems.Single().Code.Id), Is.EqualTo((ExitCode.Usage, "DBG0004")));
        Assert.That(report.AllProblems.Single().Message, Does.Contain(words));
    }

    [TestCase("DROP OBJECT")]
    [TestCase("DBG12")]
    [TestCase("")]
    public void That_are_neither_a_code_nor_a_name_are_refused(string name)
    {
        using var project = Project(name);

        Assert.That(() => project.Read(), Failure.From("DBG0004"));
    }

    static async Task<GateReport> RunAsync(string name, params Problem[] problems)
    {
        using var project = Project(name);
        await using var run = new GateRunner(new GateContext(project.Read()));
        await run.ExecuteAsync(
            Fake.Step((_, _) => Task.FromResult(new StepResult { Summary = "looked", Problems = [.. problems] })), default);
        return run.Report();
    }

    static GatedProject Project(string name) => new GatedProject().With(
        "dbgate.json", $$"""{ "waivers": [{ "check": "{{name}}", "reason": "meant", "who": "ana", "expires": "{{DateTime.UtcNow.AddDays(30):yyyy-MM-dd}}" }] }""");
}
