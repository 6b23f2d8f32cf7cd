using DbGate.Migrations;
using DbGate.Migrations.Rehearsal;
using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Rehearsal;

[Parallelizable(ParallelScope.All)]
sealed class Measuring : RehearsalFixture
{
    static string Locks(StatementMeasurement statement) => string.Join(", ", statement.Locks.Select(held => $"{held.Table} {held.Mode}"));

    static string Activity(StatementMeasurement statement) =>
        string.Join(
            ", ",
            statement.Activity.Select(table =>
                $"{table.Table} scans {table.Scans} read {table.RowsRead} +{table.Inserted} ~{table.Updated} -{table.Deleted}"));

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
            Assert.That(
                statements.Select(Locks).Take(2), Is.EqualTo(new[] { "public.users AccessExclusive", "public.posts AccessExclusive" }));
            Assert.That(
                statements.Select(statement => string.Join(", ", statement.Rewritten)), Is.EqualTo(new[] { "", "public.posts", "", "" }));
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
        var statements =
            (await RehearseAsync(
                "UPDATE users SET score = 1 WHERE id <= 10; UPDATE users SET score = 2 WHERE id <= 3;", TransactionRule.PerStatement))
            .Migrations.Single().Statements;

        Assert.That(
            statements.SelectMany(statement => statement.Activity)
                .Where(table => table.Table == "public.users")
                .Select(table => table.Updated), Is.EqualTo(new long[] { 10, 3 }));
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
        var rehearsal = new Rehearser(session, observer, new(), clock)
            .RunAsync([Migration("CREATE INDEX CONCURRENTLY i ON notes (body)")], CancellationToken.None);
        await Eventually.HoldsAsync(() =>
            database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('i') AND NOT indisvalid)"));
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
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname IN ('a', 'b')"),
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
        var statement =
            (await RehearseAsync(
                "DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 'users', "
                    + "'name'); END $$")).Migrations.Single().Statements.Single();

        Assert.That(Locks(statement), Is.EqualTo("public.users AccessExclusive"));
        Assert.That(statement.Objects.Single().AsEffect(), Is.EqualTo("column public.users.name dropped"));
    }

    [TestCase(TransactionRule.WholeFile)]
    [TestCase(TransactionRule.PerStatement)]
    public async Task Does_not_read_the_whole_catalog_for_a_statement(TransactionRule transactions)
    {
        const int Times = 60;
        await using var database = await NewDatabaseAsync();
        var before = await ScansAsync(database);

        await RehearseAsync(database, Migration(
            string.Concat(Enumerable.Range(0, Times)
                .Select(i =>
                    $"ALTER TABLE users ADD a{i} int; UPDATE posts SET title = 'a{i}'; CREATE TABLE t{i} (id int PRIMARY KEY); CREATE "
                        + $"INDEX ON t{i} (id);")),
            transactions));

        // A few times for all of it; four statements each time. The server's own vacuum does so now and then, too.
        Assert.That(await ScansAsync(database) - before, Is.LessThan(2 * Times));
    }

    [TestCase(TransactionRule.WholeFile)]
    [TestCase(TransactionRule.PerStatement)]
    public async Task Knows_in_a_later_file_what_an_earlier_one_has_created(TransactionRule transactions)
    {
        await using var database = await NewDatabaseAsync();

        var report = await RehearseAsync(
            database,
            Migration(
                "CREATE TABLE first (id int PRIMARY KEY, name text); CREATE INDEX ON first (name); CREATE TABLE second (id int PRIMARY KEY "
                    + "REFERENCES first);", transactions),
            Migration("ALTER TABLE first DROP COLUMN name; INSERT INTO first VALUES (1); DROP TABLE second;", transactions, "m2"));
        var statements = report.Migrations[1].Statements;

        Assert.Multiple(() =>
        {
            Assert.That(
                report.Migrations[0].Statements.Select(Locks),
                Is.EqualTo(transactions == TransactionRule.WholeFile
                    ? ["", "", ""]
                    : new[] { "", "public.first Share", "public.first ShareRowExclusive" }));
            Assert.That(Locks(statements[0]), Is.EqualTo("public.first AccessExclusive"));
            Assert.That(Activity(statements[1]), Is.EqualTo("public.first scans 0 read 0 +1 ~0 -0"));
            Assert.That(
                statements.SelectMany(statement => statement.Objects).Select(item => item.AsEffect()),
                Is.EqualTo(new[] { "column public.first.name dropped", "table public.second dropped" }));
        });
    }

    [TestCase("CREATE TABLE a (id serial PRIMARY KEY, name text UNIQUE)", true)]
    [TestCase("CREATE TYPE e AS ENUM ('a')", true)]
    [TestCase("CREATE TABLE a (id int); CREATE UNIQUE INDEX i ON a (id)", true)]
    [TestCase(
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a); ALTER TABLE b ADD FOREIGN KEY (a) REFERENCES a (id)",
        true)]
    [TestCase("CREATE TABLE a (id int REFERENCES users)", false)]
    [TestCase("CREATE TABLE a (LIKE users)", false)]
    [TestCase("CREATE TABLE a (id int) INHERITS (users)", false)]
    [TestCase("CREATE TABLE a PARTITION OF users FOR VALUES IN (1)", false)]
    [TestCase("CREATE TABLE a AS SELECT * FROM users", false)]
    [TestCase("CREATE TABLE IF NOT EXISTS a (id int)", false)]
    [TestCase("CREATE TABLE a (id int); CREATE INDEX ON a (lower(id))", false)]
    [TestCase("CREATE TABLE a (id int); CREATE INDEX ON users (id)", false)]
    [TestCase("CREATE TABLE a (id int); ALTER TABLE a ADD FOREIGN KEY (id) REFERENCES users", false)]
    [TestCase("CREATE TABLE a (id int); ALTER TABLE a ADD CHECK (f(id))", false)]
    [TestCase("CREATE TABLE a (id int); SET search_path = other; CREATE INDEX ON a (id)", false)]
    [TestCase("CREATE TABLE a (id int); DROP TABLE a; CREATE INDEX ON a (id)", false)]
    [TestCase("CREATE TABLE a (id int); INSERT INTO a VALUES (1)", false)]
    public void Passes_over_what_concerns_only_new_tables(string sql, bool passes)
    {
        var statements = StatementSplitter.Split(sql, "m1/migration.sql").Statements;
        var (plain, withTriggers) = (new CreatedTables(true), new CreatedTables(false));

        Assert.That(
            statements.Select(statement => plain.ConcernsOnlyNew(StatementParser.Parse(statement.Text), statement.Text)).ToList()[^1],
            Is.EqualTo(passes));
        Assert.That(
            statements.Any(statement => withTriggers.ConcernsOnlyNew(StatementParser.Parse(statement.Text), statement.Text)), Is.False);
    }

    [Test]
    public async Task Sees_what_an_event_trigger_does_after_a_new_table()
    {
        await using var database = await NewDatabaseAsync();
        await database.ExecuteAsync(
            """
            CREATE FUNCTION follow() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM notes; END $$;
            CREATE EVENT TRIGGER follow ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION follow();
            """);

        var statement = (await RehearseAsync(database, Migration("CREATE TABLE a (id int)"))).Migrations.Single().Statements.Single();

        Assert.That(Locks(statement), Is.EqualTo("public.notes RowExclusive"));
        Assert.That(Activity(statement), Does.Contain("public.notes").And.Contain("-2"));
    }

    static Task<long> ScansAsync(TestDatabase database) =>
        database.ScalarAsync<long>("SELECT seq_scan FROM pg_stat_sys_tables WHERE relname = 'pg_class'");

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
