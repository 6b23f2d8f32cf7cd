using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard;

/// <summary>Labelled cases about formats and imports, in lists.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FormatCorpus
{
    static IEnumerable<TestCaseData> Rows() => CaseRow.All().Select(row => new TestCaseData(row).SetArgDisplayNames(row.Case.Name));

    [TestCaseSource(nameof(Rows))]
    public void Is_read_as_labelled(object labelled)
    {
        var row = (CaseRow)labelled;
        var report = row.Case.Inspect();
        Assert.Multiple(() =>
        {
            Assert.That(Blocking(report), Is.EquivalentTo(row.Blocks), () => Told(report));
            Assert.That(row.Open, Is.SubsetOf(report.NotFollowed.Select(place => place.Location.ToString())), () => Told(report));
            Assert.That(report.Unreadable.Where(file => file.IsEntrypoint), Is.Empty, () => Told(report));
            Assert.That(report.NotFollowed.Where(place => place.Blocks), Is.Empty, () => Told(report));
        });
    }

    [TestCaseSource(nameof(Rows))]
    public void Is_read_the_same_with_the_line_ends_of_Windows(object labelled)
    {
        var row = (CaseRow)labelled;
        var windows =
            row.Case with { Files =
                [.. row.Case.Files.Select(file => (file.Path, file.Text.Replace("\n", "\r\n", StringComparison.Ordinal)))] };
        var report = windows.Inspect();
        Assert.That(Blocking(report), Is.EquivalentTo(row.Blocks), () => Told(report));
    }

    static IEnumerable<TestCaseData> Cases() =>
        new[] { "cases", "repositories" }.SelectMany(GuardCase.All).Select(each => new TestCaseData(each).SetArgDisplayNames(each.Name));

    [TestCaseSource(nameof(Cases))]
    public void A_case_is_judged_the_same_with_the_line_ends_of_Windows(object labelled)
    {
        var expected = (GuardCase)labelled;
        var windows =
            expected with { Files =
                [.. expected.Files.Select(file => (file.Path, file.Text.Replace("\n", "\r\n", StringComparison.Ordinal)))] };
        var report = windows.Inspect();
        Assert.That(
            report.Findings.Where(finding => finding.Blocks).Select(finding => finding.Path.ToString()),
            Is.EquivalentTo(expected.Of("blocks")), () => Told(report));
    }

    [Test]
    public void Is_read_with_full_precision_and_recall_in_every_list()
    {
        var rows = CaseRow.All().ToList();
        foreach (var list in rows.GroupBy(row => row.List))
        {
            var (hits, misses, alarms) = (0, 0, 0);
            foreach (var row in list)
            {
                var (expected, actual) = (row.Blocks.ToHashSet(), Blocking(row.Case.Inspect()).ToHashSet());
                hits += expected.Intersect(actual).Count();
                misses += expected.Except(actual).Count();
                alarms += actual.Except(expected).Count();
            }

            var (precision, recall) = (hits / (double)Math.Max(1, hits + alarms), hits / (double)Math.Max(1, hits + misses));
            TestContext.Out.WriteLine(
                $"{list.Key}: {list.Count()} cases, {hits + misses} labelled commands: precision {precision:0.000}, recall {recall:0.000}");
            Assert.That((precision, recall), Is.EqualTo((1.0, 1.0)), list.Key);
        }

        Assert.That(rows, Has.Count.GreaterThanOrEqualTo(200));
    }

    static IEnumerable<string> Blocking(GuardReport report) =>
        report.Findings.Where(finding => finding.Blocks).Select(finding => finding.Location.ToString()).Distinct();

    static string Told(GuardReport report) =>
        string.Join(
            '\n',
            report.Findings.SelectMany(finding =>
                finding.Paths.Select(path => $"{(finding.Blocks ? "blocks" : "informs")} {path} [{path.Context}: {path.Reason}]"))
            .Concat(report.NotFollowed.Select(place => $"open {place}")).Concat(report.Unreadable.Select(file => $"{file}")));
}
