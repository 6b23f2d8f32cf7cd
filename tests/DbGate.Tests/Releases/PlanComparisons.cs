using DbGate.Migrations.Tools;
using DbGate.Releases.Plans;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
public sealed class PlanComparisons
{
    static readonly PlanPromise Plan = SamplePlans.Plan.Promise;

    [Test]
    public void Find_nothing_when_nothing_moved() => Assert.That(PlanComparison.Between(Plan, Plan with { }), Is.Empty);

    static IEnumerable<TestCaseData> Moves =>
    [
        Case(
            Plan with { Target = Plan.Target with { DatabaseOid = 99 } },
            "another database: planned for shop (oid 16384 of cluster 7301), this is shop (oid 99 of cluster 7301)"),
        Case(Plan with { Target = Plan.Target with { Schema = "app" } }, "another schema: planned for public, this is app"),
        Case(Plan with { Target = Plan.Target with { ServerVersion = 180001 } }, "the server was upgraded from 170004 to 180001"),
        Case(Plan with { Commit = new string('d', 40) }, "the commit moved from aaaaaaaa… to dddddddd…"),
        Case(Plan with { Commit = null }, "the commit moved from aaaaaaaa… to none"),
        Case(Plan with { Tool = "DbGate 1.1.0" }, "DbGate moved from DbGate 1.0.0 to DbGate 1.1.0"),
        Case(Plan with { Engine = "npx prisma migrate deploy" }, "the engine moved from direct to npx prisma migrate deploy"),
        Case(Plan with { ToolVersion = "6.19.3" }, "the version of the migration tool moved from 7.10.1 to 6.19.3"),
        Case(Plan with { Applied = [.. Plan.Applied, new("2_more", "2")] }, "2_more was applied since"),
        Case(Plan with { Applied = [] }, "1_init is no longer applied"),
        Case(Plan with { Applied = [new("1_init", "0")] }, "1_init has another checksum in the ledger (sha256 11111111… to 0)"),
        Case(Plan with { Pending = [Plan.Pending[0], new("3_last", "0")] }, "3_last was changed (sha256 33333333… to 0)"),
        Case(Plan with { Pending = [Plan.Pending[0]] }, "3_last is in the plan and no longer pending"),
        Case(Plan with { Pending = [.. Plan.Pending, new("4_new", "4")] }, "4_new is pending and not in the plan"),
        Case(Plan with { Pending = [Plan.Pending[1], Plan.Pending[0]] }, "the order of the pending migrations changed"),
        Case(Plan with { Backup = null }, "the plan's backup shop_production_20261122_055900.sql.gz is gone"),
        Case(
            Plan with { Backup = Plan.Backup! with { ManifestSha256 = new string('e', 64) } },
            "the backup was replaced: planned with shop_production_20261122_055900.sql.gz (manifest bbbbbbbb…), now "
                + "shop_production_20261122_055900.sql.gz (manifest eeeeeeee…)"),
    ];

    [TestCaseSource(nameof(Moves))]
    public void Say_what_moved(object now, string words) =>
        Assert.That(PlanComparison.Between(Plan, (PlanPromise)now), Is.EqualTo(new[] { words }));

    [Test]
    public void Let_a_minor_upgrade_pass() =>
        Assert.That(PlanComparison.Between(Plan, Plan with { Target = Plan.Target with { ServerVersion = 170005 } }), Is.Empty);

    static TestCaseData Case(PlanPromise now, string words) => new TestCaseData(now, words).SetArgDisplayNames(words);
}
