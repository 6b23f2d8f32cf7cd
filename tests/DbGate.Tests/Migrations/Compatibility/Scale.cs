using System.Diagnostics;
using System.Text;
using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Rehearsal;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>A release with many queries.</summary>
[Category("Postgres")]
[Category("Nightly")]
public sealed class Scale
{
    const int Tables = 1000;

    static readonly string[] Each =
    [
        "SELECT id, name FROM {0} WHERE id = $1", "SELECT count(*) FROM {0} WHERE amount > $1",
        "INSERT INTO {0} (name, amount) VALUES ($1, $2) RETURNING id", "UPDATE {0} SET name = $1 WHERE id = $2",
        "DELETE FROM {0} WHERE id = $1",
    ];

    /// <summary>5,000 query shapes on 1,000 tables; the time is printed.</summary>
    [Test]
    public async Task Of_five_thousand_queries_is_tested_with_every_statement_named()
    {
        await using var schema = await TestDatabase.CreateAsync();
        var make = new StringBuilder();
        for (var i = 0; i < Tables; i++)
        {
            make.Append($"CREATE TABLE t{i} (id serial PRIMARY KEY, name text, amount int NOT NULL DEFAULT 0);\n");
        }

        await schema.ExecuteAsync(make.ToString());
        var role = schema.Url.User;
        var queries = new QueryCollection(
            "test",
            [
                .. Enumerable.Range(0, Tables)
                    .SelectMany(i => Each.Select(sql => new RunningQuery(role, sql.Replace("{0}", $"t{i}"), 1, 0))),
            ]);
        var copies = new List<TestDatabase>();
        var script = StatementSplitter.Split("ALTER TABLE t7 DROP COLUMN name; ALTER TABLE t8 RENAME TO t8_old;", "m1/migration.sql");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        var report = await new CompatibilityTest(async _ =>
        {
            copies.Add(await TestDatabase.CreateAsync(schema));
            var url = copies[^1].Url;
            return OldRelease.CopyOf(copies[^1]) with { RoleUrl = _ => url };
        }).RunAsync(queries, [new PendingMigration("m1", script, TransactionRule.PerStatement)], default);
        clock.Stop();
        await TestContext.Out.WriteLineAsync(
            $"{report.Tested} shapes, {Tables} tables: {clock.Elapsed.TotalSeconds:0.0} s, "
                + $"{(GC.GetTotalMemory(forceFullCollection: true) - before) >> 20} MB kept");
        foreach (var copy in copies)
        {
            await copy.DisposeAsync();
        }

        Assert.That(report.Tested, Is.EqualTo(Tables * Each.Length));
        Assert.That(
            report.Failing.GroupBy(one => one.Place!.Statement).ToDictionary(place => place.Key!.Value, place => place.Count()),
            Is.EqualTo(new Dictionary<int, int> { [1] = 3, [2] = 5 }));
    }
}
