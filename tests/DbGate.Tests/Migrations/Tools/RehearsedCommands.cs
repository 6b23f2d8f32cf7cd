using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>A tool whose migrations are code, the real one from npm (tests/migration-tools): its own command is rehearsed.</summary>
[Category("Postgres")]
[Platform("Linux")]
[Parallelizable(ParallelScope.All)]
public sealed class RehearsedCommands
{
    const string Init = """
        exports.up = knex => knex.schema.createTable('users', table => { table.integer('id').primary(); table.text('mail'); });
        exports.down = () => {};
        """;

    const string Name = """
        exports.up = knex => knex.schema.alterTable('users', table => { table.text('name'); });
        exports.down = () => {};
        """;

    static readonly Lazy<Task<string>> Installed = new(new NpmFolder("migration-tools").InstallAsync);

    [Test]
    public async Task Show_their_sql_count_what_they_lose_and_deploy_as_rehearsed()
    {
        using var project = await ProjectAsync();
        await using var database = await DatabaseAsync(project);
        project.With("migrations/002_mail.js", """
            exports.up = async knex => {
              await knex.schema.alterTable('users', table => { table.dropColumn('mail'); });
              await knex('users').where('id', '<=', 3).del();
              await knex.schema.alterTable('users', table => { table.text('name'); });
            };
            exports.down = () => {};
            """);
        var report = await RunAsync(
            project, database, "staging", new BackupFirstStep(), new RehearseStep(), new PlanStep(), new MigrateDeployStep());

        Assert.That(
            report.Steps.SelectMany(step => step.Result.Problems).Where(problem => problem.IsBlocking)
                .Select(problem => $"{problem.Code.Id} {problem.Message}: {problem.Cause}"),
            Is.Empty);
        var plan = report.Release!.Plan!;
        Assert.That(
            plan.Migrations.Single().Sql,
            Does.Contain("alter table \"users\" drop column \"mail\"").And.Contain("delete from \"users\" where \"id\" <= $1")
                .And.Not.Contain("knex_migrations"));
        Assert.That(
            plan.Losses.Select(loss => loss.Name),
            Is.EquivalentTo(new[] { "RowsDeleted:public.users=3", "ColumnDropped:public.users.mail=7" }));
        Assert.That(
            plan.Rehearsal!.Migrations.Single().Locks.Select(held => (held.Table, held.Mode)),
            Is.EqualTo(new[] { ("public.users", "ACCESS EXCLUSIVE") }));
        Assert.That(plan.UnknownLoss, Is.Null);
        Assert.That(
            report.Steps[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.StartsWith("command: node node_modules/knex/bin/cli.js migrate:latest (").And.Some.StartsWith("drift: none"));
        Assert.That(
            report.Steps[^1].Result.Facts.Single(fact => fact.Name == "as rehearsed").Value,
            Does.StartWith("the catalog is the rehearsed one"));
        Assert.That((await ToolTrial.JudgeAsync(database, project)).Details, Is.EqualTo("2/2 migrations applied"));
    }

    [Test]
    public async Task That_fail_midway_show_the_statement()
    {
        using var project = await ProjectAsync();
        await using var database = await DatabaseAsync(project);
        project.With("migrations/002_check.js", """
            exports.up = async knex => {
              await knex.schema.alterTable('users', table => { table.text('name'); });
              await knex.raw('ALTER TABLE users ADD CONSTRAINT few CHECK (id < 15)');
            };
            exports.down = () => {};
            """);
        var before = await database.DigestAsync();
        var failed = (await RunAsync(project, database, "staging", new BackupFirstStep(), new RehearseStep())).Steps[^1];

        failed.Expect("DBG0560", ExitCode.Blocked);
        var problem = failed.Result.Problems.Single();
        Assert.That(problem.Location!.File, Is.EqualTo("migrations/002_check.js (as executed)"));
        Assert.That(string.Join('\n', problem.Excerpt!.Lines), Does.Contain("ADD CONSTRAINT few"));
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    /// <summary>The command itself applies all migrations to an empty database, which shows what was changed past them.</summary>
    [Test]
    public async Task Show_what_was_changed_past_their_migrations()
    {
        using var project = await ProjectAsync();
        await using var database = await DatabaseAsync(project);
        await database.ExecuteAsync("CREATE TABLE pushed (id int)");
        project.With("migrations/002_name.js", Name);
        var rehearsal = (await RunAsync(project, database, "staging", new BackupFirstStep(), new RehearseStep())).Steps[^1];

        Assert.That(
            rehearsal.Result.Problems.Single().Cause, Is.EqualTo("table public.pushed is in the database, and no migration makes it"));
    }

    /// <summary>Exit code 0, and nothing done: at the deploy it would be the same.</summary>
    [Test]
    public async Task That_do_nothing_block()
    {
        using var project = await ProjectAsync();
        await using var database = await DatabaseAsync(project);
        project.With("migrations/002_name.js", Name);
        var failed = (await RunAsync(project, database, "staging", "true", new BackupFirstStep(), new RehearseStep())).Steps[^1];

        failed.Expect("DBG0588", ExitCode.Blocked);
        Assert.That(failed.Result.Problems.Single().Cause, Does.Contain("did not open the scratch database"));
    }

    static async Task<GatedProject> ProjectAsync()
    {
        var project = new GatedProject();
        Directory.CreateSymbolicLink(project.Of("node_modules"), Path.Combine(await Installed.Value, "node_modules"));
        return project
            .With("dbgate.json", """{ "approvals": { "staging": { "required": 0, "dataLoss": 0 } } }""")
            .With(".git/HEAD", new string('a', 40) + "\n")
            .With("package.json", """{ "dependencies": { "knex": "3.3.0", "pg": "8.23.1" } }""")
            .With("knexfile.js", "module.exports = { client: 'pg', connection: process.env.DATABASE_URL };\n")
            .With("migrations/001_init.js", Init);
    }

    static async Task<TestDatabase> DatabaseAsync(GatedProject project)
    {
        var database = await TestDatabase.CreateAsync();
        (await RunAsync(project, database, "development", new MigrateDeployStep())).Steps[^1].Expect(null);
        await database.ExecuteAsync("INSERT INTO users SELECT g, CASE WHEN g > 13 THEN 'm' END FROM generate_series(1, 20) g");
        return database;
    }

    static Task<GateReport> RunAsync(GatedProject project, TestDatabase database, string environment, params IStep[] steps) =>
        RunAsync(project, database, environment, "node node_modules/knex/bin/cli.js migrate:latest", steps);

    static async Task<GateReport> RunAsync(
        GatedProject project, TestDatabase database, string environment, string command, params IStep[] steps)
    {
        var settings = project.Read(
            new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText },
            new Dictionary<string, string>
            {
                ["environment"] = environment, ["project"] = project.Root, ["migrate-command"] = command, ["requested-by"] = "ana",
            });
        var context = new GateContext(settings, GateServices.Real);
        context.Update(state => state with { Guard = new GuardProof(0), Safety = new SafetyProof(DateTimeOffset.UtcNow) });
        await using var run = new GateRunner(context);
        foreach (var step in steps)
        {
            if ((await run.ExecuteAsync(step, default)).Result.IsBlocking)
            {
                break;
            }
        }

        return run.Report();
    }
}
