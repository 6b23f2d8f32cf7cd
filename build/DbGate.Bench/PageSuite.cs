using System.Diagnostics;
using System.Globalization;
using System.Text;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Reports.Html;

namespace DbGate.Bench;

/// <summary>The release page of a run with 10,000 findings, next to the JSON of the same report.</summary>
sealed class PageSuite : IBenchSuite
{
    const int Findings = 10_000;

    public string Name => "page";

    public Task<IReadOnlyList<BenchFigure>> RunAsync(BenchOptions options, Action<string> log, CancellationToken cancellationToken)
    {
        var report = Report((int)(Findings * options.Scale));
        var (pages, json, bytes) = (new List<double>(), new List<double>(), 0);
        for (var i = 0; i <= options.Runs; i++)
        {
            var (page, text) = Time(() => ReleasePage.Render(report));
            var (other, _) = Time(() => JsonReport.Render(report));
            bytes = Encoding.UTF8.GetByteCount(text);
            log(string.Create(
                CultureInfo.InvariantCulture,
                $"{(i == 0 ? "to warm up" : $"run {i}")}: page {page:0.000} s, JSON {other:0.000} s, {bytes / 1e6:0.0} MB"));
            if (i > 0)
            {
                pages.Add(page);
                json.Add(other);
            }
        }

        return Task.FromResult<IReadOnlyList<BenchFigure>>(
        [
            new("rendering 10,000 findings", BenchFigure.Median(pages), null, "s", 1),
            new("page to JSON of 10,000 findings", BenchFigure.Median(pages), BenchFigure.Median(json), "s", 5),
            new("size of that page", bytes / 1e6, null, "MB", 10),
        ]);
    }

    static (double Seconds, string Text) Time(Func<string> render)
    {
        var watch = Stopwatch.StartNew();
        var text = render();
        return (watch.Elapsed.TotalSeconds, text);
    }

    static GateReport Report(int findings) => new()
    {
        ToolVersion = "0.0.0",
        Environment = "production",
        StartedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
        Steps =
        [
            new StepReport(
                new StepDescriptor("forbid-db-push", ""),
                new StepResult
                {
                    Summary = "many",
                    Problems = [.. Enumerable.Range(0, findings).Select(Finding)],
                },
                TimeSpan.Zero),
        ],
    };

    static Problem Finding(int index) => new(
        new ProblemCode("DBG0401", "A production path reaches a destructive command", ExitCode.Blocked),
        $"production reaches prisma db push: packages/p{index}/Dockerfile:19 CMD [\"./scripts/start.sh\"] → scripts/start.sh:5 npx prisma "
            + "db push")
    {
        Cause = $"the start command of the image of package {index}",
        State = DatabaseState.NotContacted,
        Fix = "npx prisma migrate deploy",
        Location = new SourceLocation($"packages/p{index}/scripts/start.sh", 5),
    };
}
