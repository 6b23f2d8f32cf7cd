using System.Text;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports.Actions;

namespace DbGate.Tests.Reports.Actions;

[Parallelizable(ParallelScope.All)]
public sealed class Files
{
    [Test]
    public void Of_a_summary_begin_with_the_verdict_and_end_with_what_steps_wrote()
    {
        var step = SampleReports.Daily.Steps[0];
        var report =
            SampleReports.Daily with { Steps =
                [step with { Result =
                    step.Result with { Files = [new StepFile("plan.md", "# Plan 9f2c\n"), new StepFile("plan.json", "{}")] } }] };
        var summary = StepSummary.Render(report, null);

        Assert.That(summary, Does.StartWith("# DbGate: "));
        Assert.That(summary.TrimEnd(), Does.EndWith("# Plan 9f2c\n\n</details>"));
    }

    [Test]
    public void Of_a_summary_fit_into_what_GitHub_takes()
    {
        var text = "# DbGate: Blocked (exit 10)\n" + string.Concat(Enumerable.Repeat($"- {new string('é', 200)} 🐘\n", 4000));
        var cut = StepSummary.Fit(text, "https://github.com/acme/shop/actions/runs/7");

        Assert.That(Encoding.UTF8.GetByteCount(cut), Is.LessThanOrEqualTo(StepSummary.Limit).And.GreaterThan(StepSummary.Limit - 1000));
        Assert.That(
            cut, Does.StartWith("# DbGate: Blocked (exit 10)\n").And.EndWith("All of it: <https://github.com/acme/shop/actions/runs/7>\n"));
        Assert.That(
            cut.Split('\n')[..^4],
            Has.All.Matches<string>(line => line.Length == 0 || line.StartsWith('#') || line.EndsWith("🐘", StringComparison.Ordinal)));
    }

    [Test]
    public void Of_a_summary_close_the_fence_that_the_cut_opened()
    {
        var cut =
            StepSummary.Fit($"# DbGate: pass\n````sql\n{string.Concat(Enumerable.Repeat("SELECT 1;\n```\n", 100))}````\n", null, room: 500);

        Assert.That(cut.Split('\n').Count(line => line == "````sql" || line == "````"), Is.EqualTo(2));
        Assert.That(cut, Does.Contain("````\n\n**Cut here"));
        Assert.That(Encoding.UTF8.GetByteCount(cut), Is.LessThanOrEqualTo(500));
    }

    [Test]
    public void Of_a_summary_close_the_fold_that_the_cut_opened()
    {
        var cut = StepSummary.Fit(
            $"# DbGate: Pass\n<details><summary>x</summary>\n\n{string.Concat(Enumerable.Repeat("- line\n", 100))}\n</details>\n", null,
            room: 400);

        Assert.That(cut, Does.Contain("- line\n\n</details>\n\n**Cut here"));
        Assert.That(Encoding.UTF8.GetByteCount(cut), Is.LessThanOrEqualTo(400));
    }

    [Test]
    public void Of_a_summary_write_nothing_where_nothing_fits() =>
        Assert.That(StepSummary.Fit(new string('a', 400), null, room: 10), Is.Empty);

    [Test]
    public void Of_outputs_hold_the_verdict_and_what_the_steps_hand_on()
    {
        var step = SampleReports.Daily.Steps[0];
        var report =
            SampleReports.Daily with { Steps = [step with { Result = step.Result with { Outputs = [new Fact("digest", "9f2c")] } }] };

        Assert.That(StepOutputs.From(report, "/tmp/r/report.md"), Is.EqualTo(new Fact[]
        {
            new("verdict", "pass"), new("exit-code", "0"), new("report", "/tmp/r/report.md"), new("report-folder", "/tmp/r"),
            new("digest", "9f2c"),
        }));
    }

    [Test]
    public void Of_outputs_let_no_value_begin_another_output()
    {
        var count = 0;
        var text = StepOutputs.Render([new("applied", "one\nverdict=pass"), new("verdict", "blocked")], () => $"{++count}");

        Assert.That(text, Is.EqualTo("applied<<dbgate_1\none\nverdict=pass\ndbgate_1\nverdict<<dbgate_2\nblocked\ndbgate_2\n"));
    }
}
