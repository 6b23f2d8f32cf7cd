using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard;

[Parallelizable(ParallelScope.All)]
public sealed class Corpus
{
    static IEnumerable<TestCaseData> Cases() =>
        new[] { "cases", "repositories" }.SelectMany(GuardCase.All).Select(each => new TestCaseData(each).SetArgDisplayNames(each.Name));

    [TestCaseSource(nameof(Cases))]
    public void Is_judged_as_labelled(object labelled)
    {
        var expected = (GuardCase)labelled;
        var report = expected.Inspect();
        Assert.Multiple(() =>
        {
            Assert.That(Blocking(report), Is.EquivalentTo(expected.Of("blocks")), () => Told(report));
            Assert.That(expected.Of("informs"), Is.SubsetOf(Informing(report)), () => Told(report));
            Assert.That(
                report.Flags.Where(flag => flag.Blocks).Select(flag => $"{flag.Location} {flag.Name}"),
                Is.EquivalentTo(expected.Of("flag")), () => Told(report));
            Assert.That(
                expected.Of("open"), Is.SubsetOf(report.NotFollowed.Select(place => place.Location.ToString())), () => Told(report));
            Assert.That(
                report.Unreadable.Where(file => file.IsEntrypoint).Select(file => file.Location.File),
                Is.EquivalentTo(expected.Of("unreadable")), () => Told(report));
        });
    }

    [Test]
    public void Is_judged_with_full_precision_and_recall()
    {
        var (hits, misses, alarms, count) = (0, 0, 0, 0);
        foreach (var each in Cases().Select(data => (GuardCase)data.Arguments[0]!))
        {
            var (expected, actual) = (each.Of("blocks").ToHashSet(), Blocking(each.Inspect()).ToHashSet());
            hits += expected.Intersect(actual).Count();
            misses += expected.Except(actual).Count();
            alarms += actual.Except(expected).Count();
            count++;
        }

        var (precision, recall) = (hits / (double)(hits + alarms), hits / (double)(hits + misses));
        TestContext.Out.WriteLine($"{count} cases, {hits + misses} labelled chains: precision {precision:0.000}, recall {recall:0.000}");
        Assert.That((precision, recall), Is.EqualTo((1.0, 1.0)));
    }

    [Test]
    public void Holds_150_cases_and_ten_repositories() =>
        Assert.That((GuardCase.All("cases").Count() >= 150, GuardCase.All("repositories").Count() >= 10), Is.EqualTo((true, true)));

    static IEnumerable<string> Blocking(GuardReport report) =>
        report.Findings.Where(finding => finding.Blocks).Select(finding => finding.Path.ToString());

    static IEnumerable<string> Informing(GuardReport report) =>
        report.Findings.Where(finding => !finding.Blocks).Select(finding => finding.Path.ToString());

    static string Told(GuardReport report) =>
        string.Join(
            '\n',
            report.Findings.SelectMany(finding =>
                finding.Paths.Select(path => $"{(finding.Blocks ? "blocks" : "informs")} {path} [{path.Context}: {path.Reason}]"))
            .Concat(report.NotFollowed.Select(place => $"open {place}"))
            .Concat(report.Flags.Select(flag => $"{flag}"))
            .Concat(report.Unreadable.Select(file => $"{file}")));
}
