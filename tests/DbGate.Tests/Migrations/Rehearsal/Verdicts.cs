using DbGate.Releases.Rehearsals;
using DbGate.Migrations;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Rehearsal;
using DbGate.Statements;
using DbGate.Problems;

namespace DbGate.Tests.Migrations.Rehearsal;

[Parallelizable(ParallelScope.All)]
sealed class Verdicts : RehearsalFixture
{
    [TestCase(
        "CREATE UNIQUE INDEX CONCURRENTLY users_role_key ON users (role);",
        "in production the invalid index users_role_key would have stayed")]
    [TestCase(
        "ALTER TABLE users ADD a int;\nCREATE UNIQUE INDEX CONCURRENTLY users_role_key ON users (role);",
        "in production its first statement would have stayed applied, and the invalid index users_role_key")]
    [TestCase("CREATE UNIQUE INDEX users_role_key ON users (role);", "in production nothing of it would have stayed")]
    public async Task Tell_what_a_failure_leaves_behind(string sql, string words)
    {
        await using var database = await NewDatabaseAsync();
        var migration = Migration(sql, TransactionRule.PerStatement);

        var failed =
            FailedRehearsal.From(
                await RehearseAsync(database, migration),
                [new MigrationScript(new Migration("m1", "m1/migration.sql", null, [], true, 0), migration.Script)]);

        Assert.That(failed?.Kept, Is.EqualTo(words));
    }

    [TestCase("DROP TABLE empty", "DBG0240", Severity.Information)]
    [TestCase("DROP TABLE posts", "DBG0240", Severity.Error)]
    [TestCase("ALTER TABLE users ALTER mail TYPE varchar(30)", "DBG0246", Severity.Information)]
    [TestCase("ALTER TABLE users ALTER mail TYPE varchar(14) USING mail::varchar(14)", "DBG0246", Severity.Error)]
    [TestCase("ALTER TABLE users ALTER mail TYPE text", "DBG0247", Severity.Information)]
    [TestCase("ALTER TABLE users ALTER id TYPE bigint", "DBG0247", Severity.Warning)]
    [TestCase("ALTER TABLE empty ADD n int NOT NULL", "DBG0250", Severity.Information)]
    [TestCase(
        "ALTER TABLE notes ADD n int DEFAULT abs(5) NOT NULL;\nDO $$ BEGIN\n TRUNCATE empty; END $$", "DBG0244", Severity.Information)]
    public async Task Rest_on_what_was_measured(string sql, string code, Severity severity)
    {
        await using var database = await NewDatabaseAsync();
        var script = StatementSplitter.Split($"SET LOCAL lock_timeout = '5s';\n{sql};", "m1/migration.sql");
        var lint = Linter.Lint([], [script], TransactionRule.WholeFile, new DateOnly(2026, 11, 23));

        var weighed =
            LintReconciler.Weigh(lint, await RehearseAsync(database, new PendingMigration("m1", script, TransactionRule.WholeFile)));

        var problem = weighed.Problems.Single(problem => problem.Code.Id == code);
        Assert.That(problem.Severity, Is.EqualTo(severity), problem.Cause);
        Assert.That($"{problem.Message} {problem.Cause}", Does.Contain("ehearsed: "));
    }

    [TestCase("ALTER TABLE users ALTER id TYPE bigint", "DBG0247", true)]
    [TestCase("ALTER TABLE users ALTER mail TYPE varchar(14) USING mail::varchar(14)", "DBG0246", false)]
    [TestCase("CREATE INDEX i ON users (role)", "DBG0257", true)]
    public async Task Measure_what_is_only_about_locks(string sql, string code, bool isMeasured)
    {
        await using var database = await NewDatabaseAsync();
        var script = StatementSplitter.Split($"{sql};", "m1/migration.sql");
        var lint = Linter.Lint([], [script], TransactionRule.WholeFile, new DateOnly(2026, 11, 23));

        var weighed =
            LintReconciler.Weigh(lint, await RehearseAsync(database, new PendingMigration("m1", script, TransactionRule.WholeFile)));

        Assert.That(weighed.Problems.Single(problem => problem.Code.Id == code).Measured is not null, Is.EqualTo(isMeasured));
        Assert.That(
            weighed.Problems.Where(problem => problem.Code.Id == "DBG0267"), Has.All.Property(nameof(Problem.Measured)).Null,
            "how long others hold their locks is not measured");
    }

    [TestCase("ALTER TYPE role ADD VALUE 'DRAFT'; CREATE TYPE s AS ENUM ('DRAFT'); ALTER TABLE posts ADD s s NOT NULL DEFAULT 'DRAFT'")]
    [TestCase(
        "ALTER TYPE role ADD VALUE 'GUEST2'; CREATE FUNCTION n() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE "
            + "TRIGGER t1 BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION n('GUEST2')")]
    [TestCase("ALTER TYPE role ADD VALUE 'NEW'; DO $$ BEGIN IF false THEN UPDATE users SET role = 'NEW'; END IF; END $$")]
    [TestCase("ALTER TABLE users ALTER id TYPE numeric(65,30)")]
    [TestCase("ALTER TABLE empty ADD n int NOT NULL")]
    [TestCase("ALTER TABLE empty ADD CHECK (id > 0)")]
    [TestCase("DROP INDEX IF EXISTS missing")]
    [TestCase("CREATE UNIQUE INDEX i ON posts (id); CREATE INDEX IF NOT EXISTS i ON users (id)")]
    public async Task Call_no_statement_dangerous_that_did_no_harm(string sql)
    {
        var weighed = await WeighAsync($"SET LOCAL lock_timeout = '5s'; {sql}", TransactionRule.WholeFile);

        Assert.That(weighed.Where(problem => problem.IsBlocking), Is.Empty);
        Assert.That(
            string.Concat(weighed.Where(problem => problem.Severity != Severity.Information).Select(problem => problem.Message)),
            Does.Not.Contain("fails"));
    }

    [Test]
    public async Task Warn_where_a_file_can_stop_halfway_and_nothing_more()
    {
        var weighed =
            await WeighAsync(
                "ALTER TABLE users ADD phone text;\nCREATE INDEX CONCURRENTLY i ON users (phone);", TransactionRule.PerStatement);

        Assert.That(weighed.Select(problem => problem.Code.Id), Is.EquivalentTo(new[] { "DBG0267", "DBG0274" }));
        Assert.That(
            weighed.Single(problem => problem.Code.Id == "DBG0274").Message, Is.EqualTo("if statement 2 of 2 fails, statement 1 stays"));
    }

    [TestCase("DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'users ALTER id TYPE bigint'; END $$", "DBG0290")]
    [TestCase("DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'users ADD x int'; END $$", "DBG0291")]
    [TestCase(
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'LOCK TABLE ' || 'users IN SHARE MODE'; END $$; SELECT f()",
        "DBG0291")]
    public async Task Report_what_no_rule_foresaw(string sql, string code)
    {
        var weighed = await WeighAsync($"SET LOCAL lock_timeout = '5s'; {sql}", TransactionRule.WholeFile);

        Assert.That(weighed.Select(problem => problem.Code.Id), Does.Contain(code));
    }

    [TestCase("ALTER TABLE users ADD x int; CREATE INDEX ON users (x); ALTER TABLE users ALTER id TYPE bigint; DROP TABLE posts")]
    [TestCase("CREATE TABLE n (id int); CREATE INDEX ON n (id); ALTER TABLE n ALTER id TYPE bigint; DROP TABLE n")]
    [TestCase("DROP TYPE role CASCADE")]
    public async Task Report_nothing_twice(string sql)
    {
        var weighed = await WeighAsync($"SET LOCAL lock_timeout = '5s'; {sql}", TransactionRule.WholeFile);

        Assert.That(weighed.Select(problem => problem.Code.Id), Does.Not.Contain("DBG0290"));
    }

    /// <summary>What a scratch server of a newer version accepts, the target may refuse.</summary>
    [Test]
    public async Task Keep_what_only_a_newer_scratch_server_accepts()
    {
        await using var database = await NewDatabaseAsync();
        var script = StatementSplitter.Split("SELECT date_bin('1 day', now(), now());", "m1/migration.sql");
        var lint = Linter.Lint([], [script], _ => TransactionRule.WholeFile, new DateOnly(2026, 11, 30), server: 13);

        var weighed =
            LintReconciler.Weigh(lint, await RehearseAsync(database, new PendingMigration("m1", script, TransactionRule.WholeFile)));

        var problem = weighed.Problems.Single(problem => problem.Code.Id == "DBG0294");
        Assert.That(problem.IsBlocking, problem.Cause);
        Assert.That(problem.Cause, Does.Contain("the scratch server is PostgreSQL "));
    }

    /// <summary>What does nothing on the scratch server may delete every row in production.</summary>
    [TestCase("DO $$ BEGIN IF current_setting('cluster_name') = 'production' THEN DELETE FROM posts; END IF; END $$", "DBG0245")]
    [TestCase("DO $$ BEGIN IF inet_server_port() = 1 THEN TRUNCATE posts; END IF; END $$", "DBG0244")]
    [TestCase("DO $$ BEGIN IF current_database() = 'shop' THEN DROP TABLE notes; END IF; END $$", "DBG0240")]
    [TestCase(
        """
        CREATE FUNCTION clean() RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF inet_server_port() = 1 THEN DELETE FROM posts; END IF; END $$;
        SELECT clean()
        """,
        "DBG0245")]
    [TestCase(
        """
        CREATE TEMP TABLE live AS SELECT inet_server_port() = 1 AS yes;
        DO $$ BEGIN IF (SELECT yes FROM live) THEN DELETE FROM posts; END IF; END $$
        """,
        "DBG0245")]
    public async Task Do_not_rest_on_what_a_statement_did_that_tells_servers_apart(string sql, string code)
    {
        var weighed = await WeighAsync($"SET LOCAL lock_timeout = '5s'; {sql};", TransactionRule.WholeFile);

        var blocking = weighed.Where(problem => problem.IsBlocking).Select(problem => problem.Code.Id).ToArray();
        Assert.That(blocking, Does.Contain("DBG0295").And.Contain(code));
    }

    static async Task<IReadOnlyList<Problem>> WeighAsync(string sql, TransactionRule transactions)
    {
        await using var database = await NewDatabaseAsync();
        const string schema = """
            CREATE TYPE role AS ENUM ('USER', 'ADMIN', 'GUEST');
            CREATE TABLE users (id int PRIMARY KEY, name text, mail varchar(40), score numeric(10,2), role role, extra json);
            CREATE TABLE posts (id serial PRIMARY KEY, "userId" int REFERENCES users, title text);
            CREATE TABLE notes (body text, at timestamptz DEFAULT now());
            CREATE TABLE empty (id int PRIMARY KEY, x text);
            """;
        var script = StatementSplitter.Split(sql, "m1/migration.sql");
        var lint = Linter.Lint([StatementSplitter.Split(schema, "m0/migration.sql")], [script], transactions, new DateOnly(2026, 11, 23));
        var rehearsal = await RehearseAsync(database, new PendingMigration("m1", script, transactions));
        Assert.That(rehearsal.Failure, Is.Null);
        return LintReconciler.Weigh(lint, rehearsal).Problems;
    }
}
