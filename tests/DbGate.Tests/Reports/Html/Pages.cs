using System.Text.RegularExpressions;
using CsCheck;
using DbGate.Gates;
using DbGate.Migrations.Failures;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;
using DbGate.Reports.Html;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Reports.Html;

/// <summary>What needs no browser; how pages look and behave in one is in DbGate.Browser.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class Pages
{
    static readonly string[] Attacks =
        ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</style><b>", "' autofocus onfocus='x", "<!--", "]]>"];

    static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String[1, 100],
        Gen.String[Gen.Char["\u001b\u009b\r\n\t\u202E\u2066\u200B<>&\"'`=/ scriptonerror\uFEFF\uD800"], 1, 40],
        Gen.Int[0, Attacks.Length - 1].Select(index => Attacks[index]));

    [Test]
    public void Are_the_same_for_the_same_report()
    {
        var first = ReleasePage.Render(SampleReleases.Planned);

        Assert.That(ReleasePage.Render(SampleReleases.Planned), Is.EqualTo(first));
    }

    [Test]
    public void Let_no_text_become_markup() =>
        AnyText.Sample(text => Shape(Everywhere(text)).SequenceEqual(Shape(Everywhere("x"))));

    [Test]
    public void Hold_no_control_character() =>
        AnyText.Sample(text => !ReleasePage.Render(Everywhere(text))
            .Any(c => (char.IsControl(c) && c != '\n') || c is '\u202E' or '\u2066' or '\u200B' or '\uFEFF'));

    [Test]
    public void Refer_to_nothing_outside() =>
        Assert.That(
            Reference().Matches(ReleasePage.Render(SampleReleases.Planned)).Select(match => match.Groups[1].Value),
            Has.All.StartsWith("#").Or.EqualTo("data:,"));

    [Test]
    public void Show_all_of_the_SQL()
    {
        const string sql = "-- first\nALTER TABLE a ADD b text; -- why\n\n/* more */ SELECT ';' ;;\n-- the end\n";
        var plan = SamplePlans.Plan with { Migrations = [new("1_a", sql)] };
        var page = ReleasePage.Render(SampleReleases.Planned with { Release = SampleReleases.Facts with { Plan = plan } });
        var shown = string.Join('\n', Statement().Matches(page).Select(match => System.Net.WebUtility.HtmlDecode(match.Groups[1].Value)));

        Assert.That(shown.Where(c => !char.IsWhiteSpace(c)), Is.EqualTo(sql.Where(c => !char.IsWhiteSpace(c))));
        Assert.That(Statement().Count(page), Is.EqualTo(2));
    }

    [Test]
    public void Stay_small_however_large_a_migration_is()
    {
        var plan =
            SamplePlans.Plan with { Migrations =
                [new("1_huge", string.Concat(Enumerable.Repeat("INSERT INTO a VALUES (1);\n", 100_000)))] };
        var page = ReleasePage.Render(SampleReleases.Planned with { Release = SampleReleases.Facts with { Plan = plan } });

        Assert.That(page, Has.Length.LessThan(100_000));
        Assert.That(page, Does.Contain("plan.json"));
    }

    [Test]
    public void Show_the_failing_statement_of_a_migration_however_large_it_is()
    {
        var sql = string.Concat(Enumerable.Range(1, 100_000).Select(number => $"INSERT INTO a VALUES ({number});\n"));
        var page =
            ReleasePage.Render(
                SampleReleases.Planned with { Release = new ReleaseFacts { FailedRehearsal = Rehearsed(Failed(sql, 77_777)) } });

        Assert.That(page, Has.Length.LessThan(3_000_000));
        Assert.That(
            page,
            Does.Contain("<li class=\"fails\"><pre><code>INSERT INTO a VALUES (77777);</code>").And.Match(
                "Statements [0-9]+ to [0-9]+ of 100000"));
    }

    static GateReport Everywhere(string text)
    {
        var plan = SamplePlans.WithLoss with
        {
            RequestedBy = text,
            Findings = [new("DBG0240", "warning", text, text, text, text)],
            NotChecked = [$"a {text}"],
            Waivers = [$"b {text}"],
            RollbackOptions = [new(text, [text], 1, text)],
        };
        var failure = Failed("SELECT 1;", 1) with { Migration = text, Words = text };
        return SampleReports.With(
            text) with { Release =
                SampleReleases.Facts with { Plan = plan, ApprovalsNotCounted = [text], FailedRehearsal = Rehearsed(failure),
                    FailedDeploy = new(failure, [text], text, null, [text], text, [new(text, [text], 1, text)]) } };
    }

    static MigrationFailure Failed(string sql, int statement) =>
        new("2_b", sql, new FailurePlace(statement, statement, 1, IsCertain: true), "no");

    static FailedRehearsal Rehearsed(MigrationFailure failure) => new(failure, 0, 1, new RehearsedMigration("2_b", 1, [], []));

    // A blank parts a command into words, which is the one thing that a text may do.
    static IEnumerable<string> Shape(GateReport report) =>
        Tag().Matches(ReleasePage.Render(report)).Select(match => match.Value).Where(tag => tag is not "span" and not "/span");

    [GeneratedRegex("(?<=<)/?[a-zA-Z!][a-z0-9]*")]
    private static partial Regex Tag();

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Reference();

    [GeneratedRegex("<li><pre><code>(.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex Statement();
}
