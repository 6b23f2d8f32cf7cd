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

    [TestCase("REDIS=redis://shop-db.example.com/1", true)]
    [TestCase("OTHER=postgresql://app@SHOP-DB.example.com/shop", true)]
    [TestCase("PGPASSFILE=secrets/.pgpass", true)]
    [TestCase("HOME=elsewhere", false)]
    public void Comes_from_a_command_without_productions_address(string variable, bool isWithheld)
    {
        var production = ProductionAddress.From(PostgresUrl.Parse("postgresql://app@shop-db.example.com/shop", "DATABASE_URL"));
        var withheld = production.Withheld(new Hashtable { [variable.Split('=')[0]] = variable.Split('=')[1] });

        Assert.That(withheld.ContainsKey(variable.Split('=')[0]), Is.EqualTo(isWithheld));
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
