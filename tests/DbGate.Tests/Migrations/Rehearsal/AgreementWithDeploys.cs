using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Lint;
using DbGate.Statements;
using DbGate.Postgres;
using DbGate.Tests.Migrations.Lint;

namespace DbGate.Tests.Migrations.Rehearsal;

/// <summary>The first case of each rule, rehearsed in one database and deployed in another.</summary>
[Parallelizable(ParallelScope.All)]
sealed class AgreementWithDeploys : RehearsalFixture
{
    static IEnumerable<TestCaseData> Cases =>
        LintCase.All.Where(each => each.Number == 1 && each.Rule != "concurrently-in-transaction")
            .Select(each => new TestCaseData(each).SetArgDisplayNames(each.ToString()));

    [TestCaseSource(nameof(Cases))]
    public async Task Leaves_the_catalog_that_a_deploy_leaves(object @case)
    {
        var lintCase = (LintCase)@case;
        await using var rehearsed = await TestDatabase.CreateAsync();
        await rehearsed.ExecuteAsync(lintCase.Setup);
        await using var deployed = await TestDatabase.CreateAsync(rehearsed);
        await using var session = await Session.OpenAsync(deployed.Url, null, CancellationToken.None);

        var report =
            await RehearseAsync(
                rehearsed, Migration(lintCase.Sql, lintCase.PerStatement ? TransactionRule.PerStatement : TransactionRule.WholeFile));
        string? fault = null;
        try
        {
            await ScriptExecution.RunAsync(session, lintCase.Script, CancellationToken.None);
        }
        catch (PostgresFault refused)
        {
            fault = refused.SqlState;
        }

        Assert.That(report.Failure?.SqlState, Is.EqualTo(fault));
        var actual = await CatalogSnapshot.ReadAsync(session, CatalogScope.Everything, CancellationToken.None);
        Assert.That(CatalogComparison.Between(report.After, actual).Select(difference => difference.AsDrift()), Is.Empty);
    }
}
