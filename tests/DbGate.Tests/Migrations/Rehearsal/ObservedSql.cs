using System.Collections;
using DbGate.Configuration;
using DbGate.Migrations.Rehearsal;
using DbGate.Migrations.Rehearsal.Observed;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Releases.Plans;
using DbGate.Releases.Rehearsals;

namespace DbGate.Tests.Migrations.Rehearsal;

/// <summary>Which of the observed statements are a migration's, and what a rehearsed command is not given.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ObservedSql
{
    static readonly ExpectedMigration One = new("one", "1", "one.py", null);
    static readonly ExpectedMigration Two = new("two", "2", "two.py", null);

    [Test]
    public void Belongs_to_the_migration_that_the_tool_names_after_it()
    {
        var migrations = From(
            false, Statement("SELECT version()"), Statement("ALTER TABLE t ADD a int"), Ledger("one"), Statement("ALTER TABLE t ADD b int"),
            Ledger("two"), Statement("SELECT pg_advisory_unlock(1)"));

        Assert.That(
            migrations.Select(one => (one.Name, one.Script.Text)),
            Is.EqualTo(new[] { ("one", "ALTER TABLE t ADD a int;\n"), ("two", "ALTER TABLE t ADD b int;\n") }));
    }

    [Test]
    public void Belongs_to_the_migration_that_Prisma_names_before_it()
    {
        var migrations = From(
            true, Ledger("one"), Statement("ALTER TABLE t ADD a int"), Ledger("two"), Statement("ALTER TABLE t ADD b int"));

        Assert.That(
            migrations.Select(one => (one.Name, one.Script.Text)),
            Is.EqualTo(new[] { ("one", "ALTER TABLE t ADD a int;\n"), ("two", "ALTER TABLE t ADD b int;\n") }));
    }

    /// <summary>A transaction of the tool around nothing but its own bookkeeping is none of the migration.</summary>
    [Test]
    public void Keeps_transactions_and_time_outs_and_leaves_the_tools_own_work_out()
    {
        var migration = From(
            false, Statement("BEGIN"), Statement("SELECT * FROM django_migrations"), Statement("COMMIT"),
            Statement("SET client_encoding = 'UTF8'"), Statement("SET lock_timeout = '1s'"), Statement("BEGIN"),
            Statement("DROP TABLE t"), Statement("COMMIT"), Ledger("one"))[0];

        Assert.That(migration.Script.Text, Is.EqualTo("SET lock_timeout = '1s';\nBEGIN;\nDROP TABLE t;\nCOMMIT;\n"));
        Assert.That(migration.Measurement.Statements.Select(one => (one.Index, one.Location.Line)), Does.Contain((2, (int?)3)));
    }

    [Test]
    public void That_fails_is_the_end_and_what_was_committed_before_stays()
    {
        var migration = From(
            false, failed: true, Statement("ALTER TABLE t ADD a int", 1), Statement("ALTER TABLE t ADD b int", 2),
            Statement("ALTER TABLE t ADD CHECK (false)", 2) with { Error = new("23514", "violated", null, 7) },
            Statement("SELECT 1", 2) with { Error = new("25P02", "current transaction is aborted", null, null) }).Single();

        var failure = migration.Measurement.Failure!;
        Assert.That(
            (failure.SqlState, failure.Location.File, failure.Location.Line, failure.StatementsKept),
            Is.EqualTo(("23514", "one.py (as executed)", (int?)3, 1)));
    }

    [TestCase("REDIS=redis://shop-db.example.com/1", null)]
    [TestCase("OTHER=postgresql://app@SHOP-DB.example.com/shop", "postgresql://deploy@127.0.0.1:5999/scratch")]
    [TestCase("TEST_DATABASE_URL=postgres://other.example.com/test", "postgresql://deploy@127.0.0.1:5999/scratch")]
    [TestCase("REPORTS=jdbc:postgresql://other.example.com/x", "jdbc:postgresql://127.0.0.1:5999/scratch")]
    [TestCase("PGPASSFILE=secrets/.pgpass", "/dev/null")]
    [TestCase("PGSERVICE=production", null)]
    public void Comes_from_a_command_without_another_databases_address(string variable, string? value)
    {
        var production = ProductionAddress.From(PostgresUrl.Parse("postgresql://app@shop-db.example.com/shop", "DATABASE_URL"));
        var scratch = PostgresUrl.Parse("postgresql://deploy@127.0.0.1:5999/scratch", "the scratch server");
        var (name, given) = (variable[..variable.IndexOf('=')], variable[(variable.IndexOf('=') + 1)..]);
        var replaced = production.Replaced(new Hashtable { [name] = given, ["HOME"] = "elsewhere" }, scratch);

        Assert.That(replaced, Does.ContainKey(name).And.Not.ContainKey("HOME"));
        Assert.That(replaced[name], Is.EqualTo(value));
    }

    [Test]
    public void Comes_from_a_command_whose_connection_strings_lead_to_the_scratch_database()
    {
        var scratch = PostgresUrl.Parse("postgresql://deploy@127.0.0.1:5999/scratch", "the scratch server");
        var replaced = ProductionAddress.From([]).Replaced(
            new Hashtable { ["ConnectionStrings__Reports"] = "Host=reports;Database=r;Username=u" }, scratch);

        Assert.That(replaced["ConnectionStrings__Reports"], Is.EqualTo(scratch.ToConnectionString()));
    }

    [Test]
    public void Shows_parameters_behind_the_statement_where_the_policy_shows_them()
    {
        byte[] bind = [0, 0, 0, 2, 0, 0, 0, 1, 0, 3, 0, 0, 0, 1, (byte)'x', 0, 0, 0, 2, 0, 7, 0xff, 0xff, 0xff, 0xff];

        Assert.That(
            DbGate.Migrations.Rehearsal.Observed.WireText.DescribeParameters(bind),
            Is.EqualTo(new[] { "$1 = 'x'", "$2 = 0x0007", "$3 = NULL" }));
    }

    [Test]
    public void Comes_from_a_project_that_may_name_productions_host()
    {
        using var project = new GatedProject().With("settings.py", "HOST = 'shop-db.example.com'\n").With("other.py", "HOST = 'db'\n");
        var production = ProductionAddress.From(PostgresUrl.Parse("postgresql://app@shop-db.example.com/shop", "DATABASE_URL"));

        Assert.That(production.FindIn(ProjectTree.Read(project.Root)), Is.EqualTo("settings.py"));
        var local = ProductionAddress.From(PostgresUrl.Parse("postgresql://app@localhost/shop", "DATABASE_URL"));
        Assert.That(local.FindIn(ProjectTree.Read(project.Root)), Is.Null);
    }

    /// <summary>The bundle that was rehearsed is the one that is deployed.</summary>
    [Test]
    public void Comes_from_the_files_that_the_command_names()
    {
        using var project = new GatedProject().With("prisma/migrations/1_a/migration.sql", "SELECT 1;\n").With("efbundle", "one");
        var before = CommandPrograms.Read(Settings(project))!;
        project.With("efbundle", "two");
        var after = CommandPrograms.Read(Settings(project))!;

        Assert.That(before.Select(one => one.Path), Is.EqualTo(new[] { "efbundle" }));
        Assert.That(after.Single().Sha256, Is.Not.EqualTo(before.Single().Sha256));
        var promise = DbGate.Tests.Releases.SamplePlans.Plan.Promise;
        Assert.That(
            PlanComparison.Between(promise with { Programs = before }, promise with { Programs = after }).Single(),
            Does.StartWith("efbundle of the deploy command was changed (sha256 "));
        Assert.That(PlanComparison.Between(promise with { Programs = before }, promise with { Programs = before }), Is.Empty);
    }

    static Settings Settings(GatedProject project) => project.Read(
        new Dictionary<string, string> { ["DATABASE_URL"] = "postgresql://app@localhost/shop" },
        new Dictionary<string, string> { ["migrate-command"] = "sh efbundle --verbose", ["project"] = project.Root });

    static IReadOnlyList<ObservedMigration> From(bool namesBefore, params ObservedStatement[] statements) =>
        ObservedMigrations.From(statements, [One, Two], namesBefore, _ => true, failed: false);

    static IReadOnlyList<ObservedMigration> From(bool namesBefore, bool failed, params ObservedStatement[] statements) =>
        ObservedMigrations.From(statements, [One, Two], namesBefore, _ => true, failed);

    static ObservedStatement Ledger(string name) =>
        Statement($"INSERT INTO ledger VALUES ('{name}')") with { Names = [name], IsOfLedger = true };

    static ObservedStatement Statement(string sql, int transaction = 1) =>
        new(1, new StatementMeasurement(0, new(""), sql, TimeSpan.Zero) { Transaction = transaction }, [], false);
}
