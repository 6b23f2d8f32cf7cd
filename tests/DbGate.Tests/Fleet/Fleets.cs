using System.Text;
using DbGate.Fleet;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Tests.Reports;

namespace DbGate.Tests.Fleet;

[Parallelizable(ParallelScope.All)]
public sealed class Fleets
{
    [Test]
    public void Are_a_list_of_names() =>
        Assert.That(FleetList.Parse("# ours\nEU_1\n\n  US_1 # the large one\r\n", "fleet"), Is.EqualTo(new[] { "EU_1", "US_1" }));

    [TestCase("# nobody\n", "it names no database")]
    [TestCase("EU_1\nUS-1\n", "line 2 is no name")]
    [TestCase("../x\n", "line 1 is no name")]
    [TestCase("EU_1\neu_1\n", "line 2 names eu_1 again")]
    public void Refuse_what_is_no_list(string text, string why) =>
        Assert.That(
            () => FleetList.Parse(text, "fleet"),
            Failure.From("DBG0574", problem => problem.Message.Contains(why, StringComparison.Ordinal)));

    [Test]
    public void Send_canaries_first_and_deal_out_the_rest()
    {
        var shards = FleetShards.Split(["A", "B", "C", "D", "E", "F"], canaries: 1, shards: 2);

        Assert.That(shards.Canary.Select(Words), Is.EqualTo(new[] { "A" }));
        Assert.That(shards.Rest.Select(Words), Is.EqualTo(new[] { "B D F", "C E" }));
    }

    [Test]
    public void Never_need_more_jobs_than_GitHub_runs()
    {
        var names = Enumerable.Range(0, 1000).Select(number => $"T{number}").ToArray();
        var shards = FleetShards.Split(names, canaries: 2, shards: 5000);

        Assert.That(shards.Rest, Has.Count.EqualTo(256));
        Assert.That(shards.Canary.Concat(shards.Rest).SelectMany(shard => shard), Is.EquivalentTo(names));
    }

    [Test]
    public void Have_no_empty_shard() =>
        Assert.That(FleetShards.Split(["A", "B"], canaries: 1, shards: 20).Rest.Select(Words), Is.EqualTo(new[] { "B" }));

    [Test]
    public async Task Hand_their_shards_to_a_matrix_as_json()
    {
        using var project = new GatedProject().With("fleet", "A\nB\nC\n");
        var result = await RunAsync(new FleetStep(), project, ("fleet-list", "fleet"), ("fleet-shards", "1"));

        Assert.That(result.Outputs, Is.EqualTo(new Fact[] { new("canary", """["A"]"""), new("rest", """["B C"]""") }));
    }

    [Test]
    public async Task Pass_when_every_database_has_a_report_that_does()
    {
        using var project = new GatedProject().With("fleet", "A\nB\n");
        Report(project, "A", SampleReports.Passing);
        Report(project, "B", SampleReports.Passing);
        var result = await RunAsync(new AggregateStep(), project, ("fleet-list", "fleet"), ("fleet-reports", "reports"));

        Assert.That((result.IsBlocking, result.Summary), Is.EqualTo((false, "2 of 2 databases pass")));
    }

    [Test]
    public async Task Count_what_is_blocked_and_what_is_missing()
    {
        using var project = new GatedProject().With("fleet", "A\nB\nC\n").With("reports/D/report.json", "{}");
        Report(project, "A", SampleReports.Passing);
        Report(project, "B", SampleReports.Daily);
        var result = await RunAsync(new AggregateStep(), project, ("fleet-list", "fleet"), ("fleet-reports", "reports"));

        Assert.That(result.Summary, Is.EqualTo("1 of 3 databases pass, 1 does not, 1 did not run"));
        Assert.That(result.Problems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0571", "DBG0572" }));
        Assert.That(result.Problems[0].Message, Does.StartWith("B ended with exit 10: DBG0205 "));
        Assert.That(result.NotChecked, Is.EqualTo(new[] { "D/report.json is no report of DbGate" }));
        Assert.That(
            result.Files.Single().Text.Split('\n').Skip(4).Select(line => line.Split('|').ElementAtOrDefault(1)?.Trim()).Take(3),
            Is.EqualTo(new[] { "B", "A", "C" }));
    }

    [Test]
    public async Task End_as_the_worst_database_does()
    {
        using var project = new GatedProject();
        Report(project, "A", SampleReports.Passing);
        var broken =
            SampleReports.Passing with { Problems =
                [new Problem(new ProblemCode("DBG0502", "A migration failed", ExitCode.MigrationFailed), "division by zero")] };
        Report(project, "B", broken);
        var result = await RunAsync(new AggregateStep(), project, ("fleet-reports", "reports"));

        Assert.That(ExitCodes.From(result.AllProblems), Is.EqualTo(ExitCode.MigrationFailed));
    }

    [Test]
    public async Task Take_the_newest_run_of_a_database()
    {
        using var project = new GatedProject();
        Report(project, "A", SampleReports.Daily with { FinishedAt = SampleReports.Passing.FinishedAt.AddHours(-1) }, "first");
        Report(project, "A", SampleReports.Passing, "second");

        Assert.That(
            (await RunAsync(new AggregateStep(), project, ("fleet-reports", "reports"))).Summary, Is.EqualTo("1 of 1 databases pass"));
    }

    [Test]
    public void Do_not_pass_when_nobody_reported()
    {
        using var project = new GatedProject().With("reports/readme.txt", "");
        Assert.That(() => RunAsync(new AggregateStep(), project, ("fleet-reports", "reports")), Failure.From("DBG0574"));
        Assert.That(() => RunAsync(new AggregateStep(), project, ("fleet-reports", "elsewhere")), Failure.From("DBG0574"));
    }

    static string Words(IReadOnlyList<string> shard) => string.Join(' ', shard);

    static void Report(GatedProject project, string name, GateReport report, string run = "run") =>
        project.With($"reports/{name}/{run}/report.json", Encoding.UTF8.GetBytes(JsonReport.Render(report)));

    static async Task<StepResult> RunAsync(IStep step, GatedProject project, params (string Option, string Value)[] options)
    {
        await using var context =
            new GateContext(project.Read(options: options.ToDictionary(option => option.Option, option => option.Value)));
        return await step.RunAsync(context, CancellationToken.None);
    }
}
