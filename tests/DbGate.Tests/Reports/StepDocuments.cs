using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;

namespace DbGate.Tests.Reports;

/// <summary>What <c>--json</c> prints of a step that has a document of its own.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class StepDocuments
{
    const string Document = """{"sizeBytes":1,"sizeMB":0,"tableCount":0,"tables":[]}""";

    [Test]
    public void Are_printed_alone_where_the_run_was_of_that_step() =>
        Assert.That(JsonReport.RenderForOutput(Run(Statistics)), Is.EqualTo(Document + "\n"));

    [Test]
    public void Are_part_of_the_report_where_the_run_failed_or_had_other_steps()
    {
        var failed = Statistics with
        {
            Result = Statistics.Result with
            {
                Problems = [new Problem(new ProblemCode("DBG0001", "x", ExitCode.Usage), "m")],
            },
        };
        var other = new StepReport(new StepDescriptor("doctor", ""), new StepResult { Summary = "" }, TimeSpan.Zero);

        Assert.That(
            new[] { Run(failed), Run(Statistics, other), Run(other) }.Select(JsonReport.RenderForOutput),
            Has.All.StartsWith("{\n  \"schema\": \"dbgate/gate-report\""));
    }

    static StepReport Statistics { get; } = new(
        new StepDescriptor("stats", "") { PrintsDocument = true }, new StepResult { Summary = "", Json = Document }, TimeSpan.Zero);

    static GateReport Run(params StepReport[] steps) => SampleReports.Passing with { Steps = [.. steps], Problems = [] };
}
