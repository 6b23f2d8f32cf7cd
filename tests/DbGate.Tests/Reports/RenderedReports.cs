using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Texts;

namespace DbGate.Tests.Reports;

[Parallelizable(ParallelScope.All)]
public sealed partial class RenderedReports
{
    static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String[1, 100],
        Gen.String[Gen.Char["\u001b\u009b[2J\r\n\t\u202E\u2066\u200B|<>&`*_#@:[]()!~\\ab \uFEFF"], 1, 30]);

    static IEnumerable<TestCaseData> Samples() =>
    [
        new TestCaseData("daily", SampleReports.Daily).SetArgDisplayNames("daily"),
        new TestCaseData("attacking", SampleReports.Attacking).SetArgDisplayNames("attacking"),
        new TestCaseData("passing", SampleReports.Passing).SetArgDisplayNames("passing"),
        new TestCaseData("planned", SampleReleases.Planned).SetArgDisplayNames("planned"),
    ];

    static string File(string name) => Path.Combine(Repository.Root, "tests", "DbGate.Tests", "Reports", "snapshots", name);

    static string Console(GateReport report, bool colours)
    {
        var console = new ConsoleReport(colours);
        return string.Concat(report.Steps.Select(console.Step)) + console.Verdict(report, "artifacts/dbgate/run/report.html");
    }

    [TestCaseSource(nameof(Samples))]
    public void As_JSON_are_the_committed_ones(string name, GateReport report) =>
        Snapshot.Compare(File($"{name}.json"), JsonReport.Render(report));

    [TestCaseSource(nameof(Samples))]
    public void As_Markdown_are_the_committed_ones(string name, GateReport report) =>
        Snapshot.Compare(File($"{name}.md"), MarkdownReport.Render(report));

    [TestCaseSource(nameof(Samples))]
    public void On_a_console_are_the_committed_ones(string name, GateReport report) =>
        Snapshot.Compare(File($"{name}.txt"), Console(report, colours: false));

    [Test]
    public void On_a_terminal_differ_only_in_colours() =>
        Assert.That(
            Colour().Replace(Console(SampleReports.Daily, colours: true), ""), Is.EqualTo(Console(SampleReports.Daily, colours: false)));

    [Test]
    public void As_JSON_hold_every_text_as_it_is() =>
        AnyText.Where(text => !text.Any(char.IsSurrogate)).Sample(text =>
        {
            using var json = JsonDocument.Parse(JsonReport.Render(SampleReports.With(text)));
            var problem = json.RootElement.GetProperty("problems")[0];
            return problem.GetProperty("message").GetString() == text && json.RootElement.GetProperty("target").GetString() == text;
        });

    [Test]
    public void On_a_console_keep_their_lines_and_move_no_cursor() =>
        AnyText.Sample(text =>
        {
            var lines = Console(SampleReports.With(text), colours: false).Split('\n');
            return lines.Length == Console(SampleReports.With("x"), colours: false).Split('\n').Length
                && lines.All(line => !line.Any(char.IsControl)
                && !line.TrimStart().StartsWith("::", StringComparison.Ordinal)
                && !line.Contains("##["));
        });

    [Test]
    public void On_a_console_begin_no_line_with_a_command()
    {
        var console = Console(SampleReports.With("::error::forged"), colours: false);

        Assert.That(console.Split('\n').Where(line => line.TrimStart().StartsWith("::", StringComparison.Ordinal)), Is.Empty);
        Assert.That(console, Does.Contain(@"  \::error::forged  ::error::forged"));
    }

    [Test]
    public void As_Markdown_keep_their_lines_and_cells_and_hold_no_markup() =>
        AnyText.Sample(text =>
        {
            var lines = WithoutBlocks(Unfolded(SampleReports.With(text)));
            var expected = WithoutBlocks(Unfolded(SampleReports.With("x")));
            return lines.Length == expected.Length
                && lines.Zip(expected).All(pair => Bars(pair.First) == Bars(pair.Second) && Heading(pair.First) == Heading(pair.Second))
                && lines.All(line => Code().Replace(line, "").IndexOfAny(['<', '>']) < 0);

            // The report's own fold is the only markup.
            static string Unfolded(GateReport report) => MarkdownReport.Render(report)
                .Replace("\n<details><summary>Steps, problems and measurements</summary>\n", "\n", StringComparison.Ordinal)
                .Replace("\n</details>\n", "\n", StringComparison.Ordinal);

            // A block of code ends at its own fence only.
            static string[] WithoutBlocks(string markdown)
            {
                string? fence = null;
                return [.. markdown.Split('\n').Select(line =>
                {
                    var (isIn, isFence) =
                        (fence is not null, fence is null ? line.StartsWith("```", StringComparison.Ordinal) : line == fence);
                    fence = isFence ? isIn ? null : new string('`', line.TakeWhile(c => c == '`').Count()) : fence;
                    return isIn && !isFence ? "" : line.TrimStart('`');
                })];
            }

            static int Bars(string line) => line.StartsWith('|') ? Bar().Count(line) : 0;

            static bool Heading(string line) => line.StartsWith('#');
        });

    [TestCase(0.0004, "0 ms")]
    [TestCase(0.04, "40 ms")]
    [TestCase(0.9996, "1.0 s")]
    [TestCase(9.94, "9.9 s")]
    [TestCase(10, "10 s")]
    [TestCase(99.4, "99 s")]
    [TestCase(100, "1 min 40 s")]
    [TestCase(3599.9, "59 min 59 s")]
    [TestCase(180, "3 min")]
    [TestCase(7260, "2 h 1 min")]
    [TestCase(273_600, "3 days 4 h")]
    public void Show_durations_as_people_say_them(double seconds, string shown) =>
        Assert.That(TextSanitizer.Duration(TimeSpan.FromSeconds(seconds)), Is.EqualTo(shown));

    [TestCase(0, "0 B")]
    [TestCase(999, "999 B")]
    [TestCase(1_000, "1 kB")]
    [TestCase(3_449_000, "3.4 MB")]
    [TestCase(2_100_000_000, "2.1 GB")]
    public void Show_bytes_in_decimal_units(long bytes, string shown) => Assert.That(TextSanitizer.Bytes(bytes), Is.EqualTo(shown));

    [Test]
    public void Are_written_into_a_folder_of_each_run()
    {
        using var project = new GatedProject();
        var path = ReportFolder.Write(project.Of("reports"), SampleReports.Daily);

        Assert.That(Path.GetRelativePath(project.Root, path), Is.EqualTo("reports/20261122_060000_125_production/report.md"));
        Assert.That(
            System.IO.File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "report.json")),
            Is.EqualTo(JsonReport.Render(SampleReports.Daily)));
        Assert.That(
            System.IO.File.ReadAllText(Path.ChangeExtension(path, ".html")),
            Is.EqualTo(DbGate.Reports.Html.ReleasePage.Render(SampleReports.Daily)));
    }

    [Test]
    public void That_cannot_be_written_say_so()
    {
        using var project = new GatedProject().With("reports", "a file");

        Assert.That(
            () => ReportFolder.Write(project.Of("reports"), SampleReports.Daily),
            Failure.From("DBG0011", problem => problem.Code.ExitCode == ExitCode.Environment));
    }

    [GeneratedRegex("\u001b\\[[0-9]+m")]
    private static partial Regex Colour();

    // Only an unescaped bar ends a cell.
    [GeneratedRegex(@"(?<!\\)(?:\\\\)*\|")]
    private static partial Regex Bar();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Code();
}
