using DbGate.Migrations;
using DbGate.Migrations.Rehearsal;

namespace DbGate.Tests.Migrations.Rehearsal;

[Parallelizable(ParallelScope.All)]
public sealed class UnderLoad : RehearsalFixture
{
    static readonly RehearsalOptions Load = new() { Load = true };

    [Test]
    public async Task Readers_and_writers_that_wait_are_seen_with_table_and_statement()
    {
        await using var database = await NewDatabaseAsync();
        var report = await RehearseAsync(database, Load, Migration("CREATE TABLE other (id int);\nALTER TABLE users ADD COLUMN z int;\nSELECT pg_sleep(1);\n"));

        Assert.That(report.Failure, Is.Null);
        Assert.That(report.Load!.Tables, Is.EqualTo(new[] { "public.users" }));
        Assert.That(report.Load.Waits.Select(wait => (wait.Table, wait.Operation, wait.Migration)), Is.EquivalentTo(new[] { ("public.users", "reads", "m1"), ("public.users", "writes", "m1") }));
        Assert.That(report.Load.Waits, Has.All.Matches<DbGate.Migrations.Rehearsal.Load.LoadWait>(wait => wait.Longest > TimeSpan.FromMilliseconds(200) && wait.Location.Line is 2 or 3));
        Assert.That(report.Losses.Losses, Is.Empty, "the load changes nothing");
    }

    [Test]
    public async Task Writers_wait_for_an_index_and_readers_do_not()
    {
        await using var database = await NewDatabaseAsync();
        var report = await RehearseAsync(database, Load, Migration("CREATE INDEX names ON users (name);\nSELECT pg_sleep(0.6);\n"));

        Assert.That(report.Load!.Waits.Select(wait => wait.Operation), Is.EqualTo(new[] { "writes" }));
    }

    [Test]
    public async Task Nobody_waits_when_each_statement_commits_and_locks_no_table_long()
    {
        await using var database = await NewDatabaseAsync();
        var report = await RehearseAsync(
            database, Load, Migration("SELECT pg_sleep(0.3);\nCREATE INDEX CONCURRENTLY names ON users (name);\nUPDATE users SET name = name WHERE id = 1;\n", TransactionRule.PerStatement));

        Assert.That(report.Failure, Is.Null);
        Assert.That(report.Load!.Waits, Is.Empty);
        Assert.That(report.Load.Operations, Is.GreaterThan(0));
    }
}
