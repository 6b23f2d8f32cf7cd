using DbGate.Backups.Restores;
using DbGate.Tests.Protection;

namespace DbGate.Tests.Backups.Restores;

/// <summary>Event triggers of the source do not see what DbGate does in the copy, and are there afterwards.</summary>
[TestFixture]
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class EventTriggers
{
    [Test]
    public async Task Of_a_protected_database_let_it_be_restored()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await RestoresAsync(database.Url);
    }

    [Test]
    public async Task That_count_schema_changes_count_none_of_dbgate()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE t (id int PRIMARY KEY); CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t; CREATE SEQUENCE changes;
            CREATE FUNCTION count_change() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('public.changes'); END $$;
            CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION count_change(); COMMENT ON EVENT TRIGGER audit IS 'counts';
            ALTER TABLE t ADD COLUMN n int CONSTRAINT positive CHECK (n > 0);
            """);
        await RestoresAsync(database.Url);
    }

    [Test]
    public async Task That_run_always_are_not_compared_after_they_ran()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE TABLE t (id int PRIMARY KEY); CREATE SEQUENCE changes;
            CREATE FUNCTION count_change() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('public.changes'); END $$;
            CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION count_change(); ALTER EVENT TRIGGER audit ENABLE ALWAYS;
            """);
        await RestoresAsync(database.Url);
    }

    static async Task RestoresAsync(DbGate.Postgres.PostgresUrl url)
    {
        await using var trial = await RestoreTrial.OfAsync(url);

        var outcome = await trial.RunAsync();

        Assert.That(outcome.Report.Problems, Is.Empty);
        Assert.That(outcome.Report.NotChecked, Is.Empty);
    }
}
