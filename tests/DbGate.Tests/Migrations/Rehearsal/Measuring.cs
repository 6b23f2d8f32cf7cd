using DbGate.Migrations;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Rehearsal;

[Parallelizable(ParallelScope.All)]
public sealed class Measuring : RehearsalFixture
{
    static string Locks(StatementMeasurement statement) => string.Join(", ", statement.Locks.Select(held => $"{held.Table} {held.Mode}"));

    static string Activity(StatementMeasurement statement) =>
        string.Join(", ", statement.Activity.Select(table => $"{table.Table} scans {table.Scans} read {table.RowsRead} +{table.Inserted} ~{table.Updated} -{table.Deleted}"));

    [TestCase(TransactionRule.WholeFile)]
    [TestCase(TransactionRule.PerStatement)]
    public async Task Tells_each_statements_locks_rewrites_and_scans_and_the_objects_of_all(TransactionRule transactions)
    {
        var report = await RehearseAsync(
            """
            ALTER TABLE users ALTER COLUMN name SET NOT NULL;
            ALTER TABLE posts ALTER COLUMN id TYPE bigint;
            UPDATE users SET name = upper(name) WHERE id <= 10;
            ALTER TABLE posts ADD CONSTRAINT words CHECK (title <> '') NOT VALID;
            """,
            transactions);
        var statements = report.Migrations.Single().Statements;

        Assert.Multiple(() =>
        {
            Assert.That(statements.Select(Locks).Take(2), Is.EqualTo(new[] { "public.users AccessExclusive", "public.posts AccessExclusive" }));
            Assert.That(statements.Select(statement => string.Join(", ", statement.Rewritten)), Is.EqualTo(new[] { "", "public.posts", "", "" }));
            Assert.That(Activity(statements[0]), Is.EqualTo("public.users scans 1 read 100 +0 ~0 -0"));
            Assert.That(Activity(statements[2]), Does.Contain("~10 -0"));
            Assert.That(statements.SelectMany(statement => statement.Objects), Is.Empty);
            Assert.That(report.Effects.Select(effect => effect.AsEffect()), Is.EquivalentTo(new[]
            {
                "column public.users.name changed: not null from none to yes",
                "column public.posts.id changed: type from integer to bigint",
                "check public.posts.words added",
            }));
        });
    }

    [TestCase(TransactionRule.WholeFile, "SELECT 1; SELECT 2", "1 1")]
    [TestCase(TransactionRule.PerStatement, "SELECT 1; BEGIN; SELECT 2; SELECT 3; COMMIT; SELECT 4", "1 2 2 2 2 3")]
    [TestCase(TransactionRule.WholeFile, "SELECT 1; COMMIT; SELECT 2", "1 1 2")]
    public async Task Tells_which_statements_share_a_transaction(TransactionRule transactions, string sql, string numbers)
    {
        var statements = (await RehearseAsync(sql, transactions)).Migrations.Single().Statements;

        Assert.That(string.Join(' ', statements.Select(statement => statement.Transaction)), Is.EqualTo(numbers));
    }

    [Test]
    public async Task Counts_a_lock_once_in_a_transaction()
    {
        var statements = (await RehearseAsync("ALTER TABLE users ADD a int; ALTER TABLE users ADD b int;")).Migrations.Single().Statements;

        Assert.That(statements.Select(Locks), Is.EqualTo(new[] { "public.users AccessExclusive", "" }));
    }

    /// <summary>The server adds up the counters of transactions that follow each other within a second.</summary>
    [Test]
    public async Task Counts_the_rows_of_each_transaction_for_itself()
    {
        var statements = (await RehearseAsync("UPDATE users SET score = 1 WHERE id <= 10; UPDATE users SET score = 2 WHERE id <= 3;", TransactionRule.PerStatement))
            .Migrations.Single().Statements;

        Assert.That(statements.SelectMany(statement => statement.Activity).Where(table => table.Table == "public.users").Select(table => table.Updated), Is.EqualTo(new long[] { 10, 3 }));
    }

    [Test]
    public async Task Counts_a_lock_again_after_a_commit()
    {
        var statements = (await RehearseAsync("ALTER TABLE users ADD a int; ALTER TABLE users ADD b int;", TransactionRule.PerStatement))
            .Migrations.Single().Statements;

        Assert.That(statements.Select(Locks), Is.EqualTo(new[] { "public.users AccessExclusive", "public.users AccessExclusive" }));
    }

    [Test]
    public async Task Samples_what_refuses_a_transaction()
    {
        await using var database = await NewDatabaseAsync();
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        await using var observer = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        await using var writer = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        await writer.ExecuteAsync("BEGIN", CancellationToken.None);
        await writer.ExecuteAsync("INSERT INTO notes (body) VALUES ('three')", CancellationToken.None);
        var clock = new Looks();

        // The index waits for the writer; when two more pauses have begun, there was a look at it.
        var rehearsal = new Rehearser(session, observer, new(), clock).RunAsync([Migration("CREATE INDEX CONCURRENTLY i ON notes (body)")], CancellationToken.None);
        await Eventually.HoldsAsync(() => database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('i') AND NOT indisvalid)"));
        var before = clock.Pauses;
        await Eventually.HoldsAsync(() => Task.FromResult(clock.Pauses >= before + 2));
        await writer.ExecuteAsync("COMMIT", CancellationToken.None);
        var report = await rehearsal;

        var statement = report.Migrations.Single().Statements.Single();
        Assert.That(
            (statement.IsSampled, Locks(statement)),
            Is.EqualTo((true, "public.notes ShareUpdateExclusive")));
        Assert.That(report.Effects.Single().AsEffect(), Is.EqualTo("index public.notes.i added"));
    }

    [Test]
    public async Task Runs_a_procedure_that_commits_by_itself()
    {
        await using var database = await NewDatabaseAsync();
        await database.ExecuteAsync("CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DELETE FROM notes; COMMIT; END $$");

        var report = await RehearseAsync(database, Migration("CALL p()", TransactionRule.PerStatement));

        Assert.That(report.Failure, Is.Null);
        Assert.That(await database.ScalarAsync<long>("SELECT count(*) FROM notes"), Is.Zero);
    }

    [TestCase(TransactionRule.WholeFile, 0, 0)]
    [TestCase(TransactionRule.PerStatement, 2, 1)]
    public async Task Stops_where_a_deploy_would(TransactionRule transactions, int kept, int columns)
    {
        await using var database = await NewDatabaseAsync();

        var report = await RehearseAsync(
            database,
            Migration("ALTER TABLE users ADD a int;\nSELECT 1;\n\nALTER TABLE users ADD b int NOT NULL;\nSELECT 2;", transactions),
            Migration("SELECT 3", transactions, "m2"));

        Assert.Multiple(() =>
        {
            Assert.That(report.Migrations, Has.Count.EqualTo(1));
            Assert.That(report.Failure?.SqlState, Is.EqualTo("23502"));
            Assert.That(report.Failure?.Location.ToString(), Is.EqualTo("m1/migration.sql:4:1"));
            Assert.That(report.Failure?.StatementsKept, Is.EqualTo(kept));
            Assert.That(report.Effects, Has.Count.EqualTo(columns));
        });
        Assert.That(
            await database.ScalarAsync<long>("SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname IN ('a', 'b')"),
            Is.EqualTo(columns));
    }

    [Test]
    public async Task Fails_where_concurrently_shares_its_file()
    {
        var report = await RehearseAsync("CREATE INDEX CONCURRENTLY i ON notes (body); SELECT 1;");

        Assert.That((report.Failure?.SqlState, report.Failure?.StatementsKept), Is.EqualTo(("25001", 0)));
    }

    [Test]
    public async Task Keeps_what_the_file_itself_committed()
    {
        var report = await RehearseAsync("BEGIN; ALTER TABLE users ADD a int; COMMIT; ALTER TABLE users ADD b int NOT NULL;");

        Assert.That((report.Failure?.SqlState, report.Failure?.StatementsKept), Is.EqualTo(("23502", 3)));
        Assert.That(report.Effects.Select(effect => effect.AsEffect()), Is.EqualTo(new[] { "column public.users.a added" }));
    }

    [Test]
    public async Task Names_a_deferred_constraint_that_fails_at_the_commit()
    {
        var report = await RehearseAsync(
            """
            ALTER TABLE posts ADD CONSTRAINT late FOREIGN KEY ("userId") REFERENCES users DEFERRABLE INITIALLY DEFERRED;
            UPDATE posts SET "userId" = 4711 WHERE id = 1;
            ALTER TABLE posts DROP CONSTRAINT "posts_userId_fkey";
            """.Replace("UPDATE", "ALTER TABLE posts DISABLE TRIGGER USER; UPDATE", StringComparison.Ordinal));

        Assert.That(report.Failure?.SqlState, Is.AnyOf("23503", "55006"));
        Assert.That(report.Effects, Is.Empty);
    }

    [Test]
    public async Task Sees_through_dynamic_SQL()
    {
        var statement = (await RehearseAsync("DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 'users', 'name'); END $$")).Migrations.Single().Statements.Single();

        Assert.That(Locks(statement), Is.EqualTo("public.users AccessExclusive"));
        Assert.That(statement.Objects.Single().AsEffect(), Is.EqualTo("column public.users.name dropped"));
    }

    /// <summary>Counts the pauses between two looks.</summary>
    sealed class Looks : TimeProvider
    {
        int pauses;

        public int Pauses => Volatile.Read(ref pauses);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref pauses);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
