using System.Text;
using DbGate.Migrations;
using DbGate.Migrations.Lint;

namespace DbGate.Tests.Migrations.Lint;

[Parallelizable(ParallelScope.All)]
public sealed class Rules
{
    static IEnumerable<TestCaseData> Cases => LintCase.All.Select(each => new TestCaseData(each).SetArgDisplayNames(each.ToString()));

    static IEnumerable<string> Names => LintCatalog.Rules.Select(rule => rule.Name);

    [TestCaseSource(nameof(Cases))]
    public void Find_what_they_should_and_nothing_else(object @case)
    {
        var migration = ((LintCase)@case).Read(TransactionRule.WholeFile);

        var found = Linter.Find(migration).Where(finding => finding.Rule.Name == ((LintCase)@case).Rule);

        Assert.That(found, ((LintCase)@case).Found ? Is.Not.Empty : Is.Empty);
    }

    [TestCaseSource(nameof(Names))]
    public void Have_cases_of_both_kinds(string rule)
    {
        var cases = LintCase.All.Where(each => each.Rule == rule).Select(each => each.Found).ToArray();

        Assert.That(cases, Does.Contain(true).And.Contain(false));
    }

    [Test]
    public void Have_names_and_codes_of_their_own() =>
        Assert.That(LintCatalog.Rules.SelectMany(rule => new[] { rule.Name, rule.Code.Id }), Is.Unique);

    [TestCaseSource(nameof(Names))]
    public void Say_what_was_agreed(string rule)
    {
        var said = new StringBuilder();
        foreach (var each in LintCase.All.Where(each => each.Rule == rule))
        {
            var migration = each.Read(TransactionRule.WholeFile);
            said.Append(string.Join('\n', each.Sql.Trim().Split('\n').Select(line => $"> {line}"))).Append('\n');
            foreach (var problem in Linter.Find(migration).Select(finding => finding.ToProblem(migration)))
            {
                said.Append(
                    null,
                    $"{problem.Code} {problem.Severity} line {problem.Location?.Line}: {problem.Message}\n    {problem.Cause}\n    fix: "
                        + $"{problem.Fix}\n");
            }

            said.Append('\n');
        }

        Snapshot.Compare(Path.Combine(LintCase.Folder, $"{rule}.txt"), said.ToString());
    }
}
