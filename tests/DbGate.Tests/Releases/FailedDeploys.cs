using System.Security.Cryptography;
using System.Text.Json;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Deploys;
using DbGate.Reports;
using DbGate.Reports.Html;
using DbGate.Tests.Reports;

namespace DbGate.Tests.Releases;

/// <summary>A deploy that fails midway states where, what stays, what was rolled back, and what to type, wherever it is read.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class FailedDeploys
{
    const string Third = "20260202000002_three";

    const string Failing = "-- three\nCREATE TABLE three (id int);\nALTER TABLE nothing\n  ADD COLUMN a int;\nSELECT 3;\n";

    [Test]
    public async Task Mark_the_statement_and_name_what_stays_in_every_report()
    {
        await using var project = await FiveAsync(Failing);
        File.WriteAllText(project.Of($"prisma/migrations/{PlannedProject.Pending}/down.sql"), "DROP TABLE x;");
        var report = await DeployAsync(project);
        var failed = report.Release!.FailedDeploy!;
        var problem = report.AllProblems.Single(problem => problem.IsBlocking);

        Assert.That((failed.Failure.Place!.Statement, failed.Failure.Place.Line, failed.StatementsKept), Is.EqualTo((2, 3, 0)));
        Assert.That(failed.Applied, Is.EqualTo(new[] { PlannedProject.Pending, "20260202000001_two" }));
        Assert.That(failed.NotBegun, Is.EqualTo(new[] { "20260202000003_four", "20260202000004_five" }));
        Assert.That(problem.Location, Is.EqualTo(new SourceLocation($"prisma/migrations/{Third}/migration.sql", 3, 1)));
        Assert.That(problem.Message, Does.EndWith("at statement 2, line 3"));
        Assert.That(
            $"{problem.Fix}", Does.StartWith("Resolve it in the ledger, fix the file and release again: ./build.sh --target=resolve "),
            "nothing of it is left to be looked at, and the project has no Prisma");
        Assert.That(
            problem.State,
            Does.Contain($"of {Third} nothing stays, all of it was rolled back").And.Contain("not begun: 20260202000003_four"));

        var console = new ConsoleReport(colours: false).Step(report.Steps[^1]);
        Assert.That(console, Does.Contain($"""
                     2 | CREATE TABLE three (id int);
                   > 3 | ALTER TABLE nothing
                     4 |   ADD COLUMN a int;
            """.ReplaceLineEndings("\n")));
        Assert.That(
            console,
            Does.Match("way +run the down scripts.*\n +psql .*down.sql").And.Contain(
                "./build.sh --target=release --environment=staging --engine=direct"));
        Assert.That(MarkdownReport.Render(report), Does.Contain("> 3 | ALTER TABLE nothing").And.Contain("```sh\npsql "));
        Assert.That(
            ReleasePage.Render(report),
            Does.Contain("<li class=\"fails\"><pre><code>ALTER TABLE nothing\n  ADD COLUMN a int;").And.Contain(
                "<li class=\"unreached\"><pre><code>SELECT 3;")
                .And.Contain($"<li>of {Third} nothing stays"));
        Assert.That(
            PageVerdict.From(report).Next.Select(next => next.Line), Is.EqualTo(failed.Ways.Take(2).Select(way => way.Commands[0])),
            "the page's first lines can be typed");
        var json = JsonDocument.Parse(JsonReport.Render(report)).RootElement;
        Assert.That(ReportSchema.Schema.Validate(json), Is.Empty);
        Assert.That(json.GetProperty("release").GetProperty("failedDeploy").GetProperty("line").GetInt32(), Is.EqualTo(3));
    }

    [TestCase(
        "BEGIN; CREATE TABLE kept (id int); COMMIT;\nSELECT 1/0;\n", 4, 3,
        "the first 3 statements stay applied, the rest is not; the file has transaction commands of its own",
        TestName = "After a commit of the file's own")]
    [TestCase(
        "SELECT 1;\nCREATE TABLE kept (id int);\nCREATE INDEX CONCURRENTLY i ON kept (nothing);\n", 3, 2,
        "the first 2 statements stay applied", TestName = "Between statements that refuse a transaction")]
    [TestCase("SELECT 1;\nSELECT 1/0;\nSELECT 1/0;\n", 2, 0, "nothing stays", TestName = "The first of two alike")]
    [TestCase(
        "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO b "
            + "VALUES (1);\n", 3, 0, "nothing stays", TestName = "At its commit")]
    [TestCase("DO $$ BEGIN\n  RAISE 'no';\nEND $$;", 1, 0, "nothing stays", TestName = "Within a block")]
    public async Task Know_what_stays(string sql, int statement, int kept, string words)
    {
        await using var project = await FiveAsync(sql);
        project.Environment = "development"; // elsewhere the rules forbid what some of these files do
        var failed = (await DeployAsync(project)).Release!.FailedDeploy!;

        Assert.That((failed.Failure.Place?.Statement, failed.StatementsKept), Is.EqualTo(((int?)statement, (int?)kept)));
        Assert.That(failed.Kept, Does.Contain(words));
        Assert.That(await project.Database.ScalarAsync<bool>("SELECT to_regclass('kept') IS NOT NULL"), Is.EqualTo(kept > 0));
    }

    /// <summary>Prisma names no statement here; the names in its words leave only one.</summary>
    [Test]
    [Category("Prisma")]
    public async Task Conclude_the_statement_from_what_Prisma_wrote_into_the_ledger()
    {
        await using var project = await FiveAsync(Failing);
        await Prisma.WriteProjectAsync(project.Root);
        var report = await DeployAsync(project, ("engine", "prisma"), ("migrate-command", await Prisma.CommandAsync(project.Root)));
        var failed = report.Release!.FailedDeploy!;

        Assert.That(
            (failed.Failure.Place!.Statement, failed.Failure.Place.Line, failed.Failure.Place.IsCertain, failed.StatementsKept),
            Is.EqualTo((2, 3, false, (int?)0)));
        Assert.That(failed.Kept, Does.Contain("nothing stays").And.Contain("table three of statement 1 is not there"));
        Assert.That(failed.Ways[0].Commands, Has.Some.EndsWith($"--migration={Third} --as=rolled-back"));
        Assert.That(ReleasePage.Render(report), Does.Contain("probably fails here"));
    }

    /// <summary>A command that commits statement by statement, as Prisma's native engine does from 7.4 on, and then dies.</summary>
    [TestCase(
        "CREATE TABLE three (id int)", 1, "the first statement stays applied",
        TestName = "What an engine committed is found in the database")]
    [TestCase(
        "CREATE TABLE three (id int); ALTER TABLE three ADD COLUMN more int", null, "may have stopped after statement 2-3",
        TestName = "What cannot be told apart is not claimed")]
    [TestCase("SELECT 1", 0, "nothing stays", TestName = "Nothing committed is told too")]
    public async Task Look_into_the_database_where_no_engine_tells(string committed, int? kept, string words)
    {
        await using var project =
            await FiveAsync(
                "CREATE TABLE three (id int);\nALTER TABLE three ADD COLUMN more int;\nUPDATE three SET more = 1;\nCREATE INDEX three_more "
                    + "ON three (more);\nUPDATE three SET more = 2 / 0;\n");
        var failed = await DyingAsync(project, committed, "");

        Assert.That(
            (failed.Failure.Place, failed.StatementsKept), Is.EqualTo(((DbGate.Migrations.Failures.FailurePlace?)null, kept)), failed.Kept);
        Assert.That(failed.Kept, Does.Contain(words));
        Assert.That(
            failed.Ways[0].Commands.Any(command => command.Contains("--as=applied", StringComparison.Ordinal)),
            Is.EqualTo(kept != 0));
    }

    [TestCase(
        "DROP TABLE old;\nCREATE TABLE three (id int);\nCREATE TABLE more (id int);\n", "DROP TABLE old; CREATE TABLE three (id int)", "",
        2, TestName = "What a file drops does not hide what it makes")]
    [TestCase(
        "CREATE TABLE three (id int);\nDROP TABLE three;\nCREATE TABLE more (id int);\n", "SELECT 1", "", null,
        TestName = "What a file makes and drops again proves nothing")]
    [TestCase(
        "ALTER TABLE old ADD COLUMN a int;\nALTER TABLE old DROP COLUMN a;\nSELECT 1;\n", "SELECT 1", "", null,
        TestName = "Nor does a column that goes again")]
    [TestCase(
        "CREATE TABLE three (id int);\nCREATE TABLE old (id int);\nCREATE TABLE more (id int);\n", "CREATE TABLE three (id int)",
        "ERROR: relation \"old\" already exists", null, TestName = "Nor does what was there before")]
    public async Task Conclude_only_from_what_the_file_alone_can_have_made(string sql, string committed, string logs, int? kept)
    {
        await using var project = await FiveAsync(sql);
        project.Environment = "development"; // elsewhere the rules forbid what some of these files do
        await project.Database.ExecuteAsync("CREATE TABLE old (id int)");

        var failed = await DyingAsync(project, committed, logs);

        Assert.That(failed.StatementsKept, Is.EqualTo(kept), failed.Kept);
        Assert.That(failed.Kept, Does.Not.Contain("old"));
    }

    /// <summary>A table and a column was there already, frozen or not; the file would have failed at them, had it come so far.</summary>
    [TestCase(
        "CREATE TABLE three (id int);\nUPDATE three SET id = 1;\nCREATE TABLE old (id int);\nSELECT 1;\n", null,
        "may have stopped after statement 1-2", "table old of statement 3", TestName = "A table that was there before is not the file's")]
    [TestCase(
        "CREATE TABLE three (id int);\nALTER TABLE old ADD COLUMN id int;\nSELECT 1;\n", 1, "the first statement stays applied",
        "column old.id of statement 2", TestName = "Nor is a column")]
    [TestCase(
        "CREATE TABLE three (id int);\nCREATE INDEX old_id ON old (id);\nSELECT 1;\n", 1, "the first statement stays applied",
        "index old_id of statement 2", TestName = "Nor is an index, although its table was altered since")]
    [TestCase(
        "CREATE TABLE three (id int);\nCREATE TYPE mood AS ENUM ('well');\nSELECT 1;\n", 1, "the first statement stays applied",
        "type mood of statement 2", TestName = "Nor is a type, although it got a value since")]
    [TestCase(
        "CREATE TABLE three (id int);\nALTER TABLE old ADD CONSTRAINT positive CHECK (id > 0);\nSELECT 1;\n", 1,
        "the first statement stays applied", "constraint positive of old of statement 2",
        TestName = "Nor is a constraint, although it was validated since")]
    public async Task Tell_what_a_file_made_from_what_was_there(string sql, int? kept, string words, string older)
    {
        await using var project = await FiveAsync(sql);
        await project.Database.ExecuteAsync(
            "CREATE TABLE old (id int); CREATE INDEX old_id ON old (id); CREATE TYPE mood AS ENUM ('well'); ALTER TABLE old ADD CONSTRAINT "
                + "positive CHECK (id > 0) NOT VALID");
        await project.Database.ExecuteAsync("VACUUM (FREEZE) pg_class, pg_attribute, pg_depend");

        var failed = await DyingAsync(
            project,
            "CREATE TABLE three (id int); ALTER TABLE old RENAME TO older; ALTER TABLE older RENAME TO old; ALTER TYPE mood ADD VALUE "
                + "'ill'; ALTER TABLE old VALIDATE CONSTRAINT positive", "");

        Assert.That(failed.StatementsKept, Is.EqualTo(kept), failed.Kept);
        Assert.That(
            failed.Kept, Does.Contain(words).And.Contain($"{older} was there before").And.Contain("table three of statement 1 is there"));
    }

    /// <summary>What an earlier migration of the same deploy has made is older than the file, too.</summary>
    [Test]
    public async Task Tell_what_a_file_made_from_what_the_migration_before_it_made()
    {
        await using var project = await FiveAsync("CREATE TABLE three (id int);\nCREATE TABLE earlier (id int);\nSELECT 1;\n");
        project.With("20260202000001_two", "CREATE TABLE earlier (id int);\n");
        string[] before = [PlannedProject.Pending, "20260202000001_two"];
        var rows = string.Join(", ", before.Select(name => $"('{name}', '{Checksum(name)}', '{name}', now())"));

        var failed = await DyingAsync(
            project, "CREATE TABLE three (id int)", "",
            $"begin; CREATE TABLE earlier (id int); insert into _prisma_migrations (id, checksum, migration_name, finished_at) values "
                + $"{rows}; commit");

        Assert.That((failed.Applied, failed.StatementsKept), Is.EqualTo((before, (int?)1)), failed.Kept);
        Assert.That(failed.Kept, Does.Contain("table earlier of statement 2 was there before"));

        string Checksum(string name) =>
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(project.Of($"prisma/migrations/{name}/migration.sql"))));
    }

    /// <summary>An engine that commits some statements, leaves its words, and dies.</summary>
    static async Task<FailedDeploy> DyingAsync(PlannedProject project, string committed, string logs, string before = "select 1")
    {
        var server = await TestServer.SharedAsync();
        var psql = server.Local is { } local ? Path.Combine(local.Binaries.Folder, "psql") : "psql";
        await File.WriteAllTextAsync(
            project.Of("engine.sh"),
            $"'{psql}' \"$DATABASE_URL\" -qc \"{before}\" -c 'insert into _prisma_migrations (id, checksum, migration_name, logs) values "
                + $"('\\''x'\\'', '\\''y'\\'', '\\''{Third}'\\'', '\\''{logs}'\\'')' -c \"{committed}\"\nexit 1\n");
        return (await DeployAsync(project, ("engine", "prisma"), ("migrate-command", "sh engine.sh"))).Release!.FailedDeploy!;
    }

    static async Task<PlannedProject> FiveAsync(string third)
    {
        var project = await PlannedProject.CreateAsync("""{ "staging": { "required": 0 } }""");
        project.With("20260202000001_two", "CREATE TABLE two (id int);\n");
        project.With(Third, third);
        project.With("20260202000003_four", "SELECT 4;\n");
        project.With("20260202000004_five", "SELECT 5;\n");
        return project;
    }

    static async Task<GateReport> DeployAsync(PlannedProject project, params (string, string)[] options)
    {
        await using var run = project.Start(options);
        (await run.ExecuteAsync(new MigrateDeployStep(), default)).Expect("DBG0502", ExitCode.MigrationFailed);
        return run.Report();
    }
}
