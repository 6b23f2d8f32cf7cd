using DbGate.Migrations;
using DbGate.Migrations.Rehearsal;

namespace DbGate.Tests.Migrations.Rehearsal;

[Parallelizable(ParallelScope.All)]
sealed class UnderLoad : RehearsalFixture
{
    /// <summary>A statement that lasts until the load's first session has worked on a table, and gone on.</summary>
    const string UntilLoadWorks = """
        DO $$ DECLARE began timestamptz; last timestamptz; steps int := 0; BEGIN
          WHILE steps < 8 LOOP
            PERFORM pg_sleep(0.005), pg_stat_clear_snapshot();
            SELECT query_start INTO began FROM pg_stat_activity
              WHERE datname = current_database() AND application_name = 'dbgate load' AND query NOT LIKE 'SELECT l.pid%' ORDER BY pid LIMIT 1;
            IF began IS DISTINCT FROM last THEN steps := steps + 1; last := began; END IF;
          END LOOP;
        END $$;
        """;

    static readonly RehearsalOptions Load = new() { Load = true };

    /// <summary>
    /// A statement that lasts until so many sessions wait for its own, and the load's third session has looked at them for a third of a
    /// second: a tenth is between the looks that are counted, and when the last one has begun, those before it are remembered.
    /// </summary>
    static string UntilSeen(int waiting) => $"""
        DO $$ DECLARE began timestamptz; last timestamptz; looks int := 0; BEGIN
          WHILE looks < 6 LOOP
            PERFORM pg_sleep(0.02), pg_stat_clear_snapshot();
            IF (SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))) >= {waiting} THEN
              last := coalesce(last, clock_timestamp());
              SELECT query_start INTO began FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dbgate load' AND query LIKE 'SELECT l.pid%';
              IF began > last + interval '0.1 s' THEN looks := looks + 1; last := began; END IF;
            END IF;
          END LOOP;
        END $$;
        """;

    [Test]
    public async Task Readers_and_writers_that_wait_are_seen_with_table_and_statement()
    {
        await using var database = await NewDatabaseAsync();
        var report =
            await RehearseAsync(
                database, Load, Migration($"CREATE TABLE other (id int);\nALTER TABLE users ADD COLUMN z int;\n{UntilSeen(2)}"));

        Assert.That(report.Failure, Is.Null);
        Assert.That(report.Load!.Tables, Is.EqualTo(new[] { "public.users" }));
        Assert.That(
            report.Load.Waits.Select(wait => (wait.Table, wait.Operation, wait.Migration)),
            Is.EquivalentTo(new[] { ("public.users", "reads", "m1"), ("public.users", "writes", "m1") }));
        Assert.That(
            report.Load.Waits,
            Has.All.Matches<DbGate.Migrations.Rehearsal.Load.LoadWait>(wait => wait.Longest > TimeSpan.FromMilliseconds(200)
                && wait.Location.Line is 2 or 3));
        Assert.That(report.Losses.Losses, Is.Empty, "the load changes nothing");
    }

    [Test]
    public async Task Writers_wait_for_an_index_and_readers_do_not()
    {
        await using var database = await NewDatabaseAsync();
        var report = await RehearseAsync(database, Load, Migration($"CREATE INDEX names ON users (name);\n{UntilSeen(1)}"));

        Assert.That(report.Load!.Waits.Select(wait => wait.Operation), Is.EqualTo(new[] { "writes" }));
    }

    [Test]
    public async Task Nobody_waits_when_each_statement_commits_and_locks_no_table_long()
    {
        await using var database = await NewDatabaseAsync();
        var report = await RehearseAsync(
            database, Load,
            Migration(
                $"{UntilLoadWorks}\nCREATE INDEX CONCURRENTLY names ON users (name);\nUPDATE users SET name = name WHERE id = 1;\n",
                TransactionRule.PerStatement));

        Assert.That(report.Failure, Is.Null);
        Assert.That(report.Load!.Waits, Is.Empty);
        Assert.That(report.Load.Operations, Is.GreaterThan(0));
    }
}
