using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Rehearsal;
using DbGate.Problems;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>Plans of the running release's queries on the rows of a rehearsal, before the migrations and after them.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
sealed class QueryPlans : DbGate.Tests.Migrations.Rehearsal.RehearsalFixture
{
    const string Large = """
        CREATE TABLE sales (id serial PRIMARY KEY, shop int, day int, note text);
        INSERT INTO sales (shop, day, note) SELECT g % 1000, g % 5, repeat('x', 60) FROM generate_series(1, 30000) g;
        CREATE INDEX sales_shop ON sales (shop);
        CREATE INDEX sales_day ON sales (day);
        """;

    static readonly RunningQuery ByShop = new("app", "SELECT id, note FROM sales WHERE shop = $1", 7, 0);
    static readonly RunningQuery ByDay = new("app", "SELECT id FROM sales WHERE shop = $1 AND day = $2", 3, 0);
    static readonly RunningQuery Small = new("app", "SELECT name FROM users WHERE id = $1", 9, 0);

    static async Task<IReadOnlyList<PlanChange>> PlanAsync(string sql, params RunningQuery[] queries)
    {
        await using var database = await NewDatabaseAsync();
        await database.ExecuteAsync(Large);
        var report = await RehearseAsync(
            database, new RehearsalOptions { Plans = new PlanProbe(queries, [sql], "public") }, Migration(sql));
        Assert.That(report.Failure, Is.Null);
        return report.Plans!;
    }

    [Test]
    public async Task Name_the_lost_index_the_rows_and_the_cost()
    {
        var change = (await PlanAsync("DROP INDEX sales_shop;", ByShop)).Single();

        Assert.That(change.IsSlower);
        Assert.That(change.Scanned, Is.EqualTo("public.sales"));
        Assert.That(change.Rows, Is.EqualTo(30_000));
        Assert.That(change.Remedy, Is.EqualTo("CREATE INDEX CONCURRENTLY sales_shop ON public.sales USING btree (shop)"));
        Assert.That(
            change.Words, Does.StartWith("public.sales with about 30000 rows is read from end to end: ").And.EndWith("times 7 calls"));
    }

    /// <summary>Another index still serves it, so that a schema without rows shows no difference.</summary>
    [Test]
    public async Task Find_a_query_that_another_index_serves_worse()
    {
        var change = (await PlanAsync("DROP INDEX sales_shop;", ByDay)).Single();

        Assert.That(change.IsSlower);
        Assert.That(change.After.Total, Is.GreaterThan(change.Before.Total * 2));
        Assert.That(change.Remedy, Does.Contain("sales_shop"));
    }

    [TestCase("ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE;", Description = "a table of one page")]
    [TestCase("ALTER TABLE users ADD COLUMN x int;")]
    public async Task Stay_silent_about_tables_that_are_read_in_a_moment(string sql) =>
        Assert.That((await PlanAsync(sql, Small)).Select(change => change.IsSlower), Is.EqualTo(new[] { false }));

    [Test]
    public async Task Are_made_only_for_queries_that_name_a_changed_table() =>
        Assert.That(
            (await PlanAsync("DROP INDEX sales_shop;", Small, ByShop)).Select(change => change.Query), Is.EqualTo(new[] { ByShop }));

    [Test]
    public void Replace_what_a_schema_without_rows_lets_suppose()
    {
        var cost = new PlanCost(10, []);
        var supposed = new CompatibilityReport(
            "test", null, 3, 19,
            [Break(ByShop, BreakWeight.Fails), Break(Small, BreakWeight.Slower), Break(ByDay, BreakWeight.Differs)], [], []);
        PlanChange[] plans =
        [
            new(Small, cost, cost),
            new(new RunningQuery("app", "SELECT 1", 3, 0), cost, cost with { Total = 900 }) { IsSlower = true, Remedy = "CREATE" },
        ];
        var report = MeasuredPlans.Apply(supposed, plans);

        Assert.That(
            report.Breaks.Select(one => (one.Weight, one.Remedy)),
            Is.EqualTo(new[] { (BreakWeight.Fails, (string?)null), (BreakWeight.Slower, "CREATE"), (BreakWeight.Differs, null) }));
        Assert.That(MeasuredPlans.Apply(supposed, null).Breaks, Has.Count.EqualTo(3));
        Assert.That(MeasuredPlans.Apply(supposed, null).Notes.Single(), Does.Contain("no rehearsal of this run planned them"));

        var problem = CompatibilityProblems.Slower(report, null, [report.Breaks[1]]);
        Assert.That(problem.Severity, Is.EqualTo(Severity.Warning));
        Assert.That(problem.Message, Does.StartWith("1 query shape of the running release gets slower"));
        Assert.That(problem.Fix!.Commands.Single(), Is.EqualTo(FixCommand.Sql("CREATE")));
    }

    static ShapeBreak Break(RunningQuery query, BreakWeight weight) =>
        new(query.Hash, query.Shape, query.Role, query.Calls, weight, "supposed");
}
