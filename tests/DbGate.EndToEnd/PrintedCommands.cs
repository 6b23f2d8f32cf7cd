using DbGate.Problems;

namespace DbGate.EndToEnd;

/// <summary>
/// Every command that a blocked run prints works when it is pasted: each situation is set up with the real tool and a real database, and
/// each command of its fix runs in a fresh shell, in the gated project's folder. The URL is in <c>.env.staging</c> only, as README
/// proposes.
/// </summary>
[Category("Postgres")]
[Platform("Linux,MacOsX")]
[Parallelizable(ParallelScope.All)]
public sealed class PrintedCommands
{
    const string First = "20260101000000_init";
    const string Second = "20260202000000_two";

    [Test]
    public async Task Approve_and_release_a_plan()
    {
        await using var project = await ToolProject.CreateAsync("""{ "approvals": { "staging": { "required": 1 } } }""");
        project.Migration(First, "CREATE TABLE one (id int);\n");

        var commands = await project.BlockedAsync("DBG0540", "release", "--engine=direct");

        Assert.That(commands, Has.Count.EqualTo(2));
        await project.PasteAsync(commands[0].Replace("<name>", "ben", StringComparison.Ordinal));
        await project.PasteAsync(commands[1]);
        Assert.That(await project.Database.ScalarAsync<bool>("SELECT to_regclass('one') IS NOT NULL"), Is.True);
    }

    [Test]
    public async Task Resolve_a_migration_that_failed()
    {
        await using var project = await ToolProject.CreateAsync();
        project.Migration(First, "CREATE TABLE one (id int);\n");
        project.Migration(Second, "SELECT 1 / 0;\n");

        var commands = await project.BlockedAsync("DBG0502", "migrate-deploy", "--engine=direct", "--rehearsal=off");
        Assert.That(commands[0], Does.StartWith("dbgate resolve "));
        await project.PasteAsync(commands[0]);
        project.Migration(Second, "CREATE TABLE two (id int);\n");

        (await project.RunAsync("migrate-deploy", "--engine=direct", "--rehearsal=off")).Succeeded();
    }

    [Test]
    public async Task Restore_the_backup_after_a_deploy_that_failed()
    {
        await using var project = await ToolProject.CreateAsync();
        project.Migration(First, "CREATE TABLE one (id int);\n");
        project.Migration(Second, "SELECT 1 / 0;\n");

        var commands = await project.BlockedAsync("DBG0502", "migrate-deploy", "--engine=direct", "--rehearsal=off");

        var restore = commands.Single(command => command.StartsWith("dbgate restore", StringComparison.Ordinal));
        await project.PasteAsync(restore);
        Assert.That(await project.Database.ScalarAsync<bool>("SELECT to_regclass('one') IS NULL"), Is.True);
    }

    [Test]
    public async Task Baseline_a_database_without_a_ledger()
    {
        await using var project = await ToolProject.CreateAsync();
        await project.Database.ExecuteAsync("CREATE TABLE one (id int)");
        project.Migration(First, "CREATE TABLE one (id int);\n");
        project.Migration(Second, "CREATE TABLE two (id int);\n");

        foreach (var command in await project.BlockedAsync("DBG0209", "migrate-deploy", "--engine=direct", "--rehearsal=off"))
        {
            await project.PasteAsync(command);
        }

        (await project.RunAsync("migrate-deploy", "--engine=direct", "--rehearsal=off")).Succeeded();
    }

    /// <summary>The recipe of the problem's page: the dump of what is there becomes the first migration.</summary>
    [Test]
    public async Task Baseline_a_database_with_the_dump_of_the_page()
    {
        await using var project = await ToolProject.CreateAsync();
        await project.Database.ExecuteAsync(
            "CREATE TABLE one (id int PRIMARY KEY, name text DEFAULT 'x'); CREATE VIEW names AS SELECT name FROM one");
        project.MoreVariables["DATABASE_URL"] = project.Database.UrlText;
        var page = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "problems", "DBG0209.md"));
        foreach (var line in page.Select(line => line.Trim())
            .Where(line => line.StartsWith("mkdir ", StringComparison.Ordinal) || line.StartsWith("pg_dump ", StringComparison.Ordinal)))
        {
            await project.PasteAsync(line);
        }

        foreach (var command in await project.BlockedAsync("DBG0209", "migrate-deploy", "--engine=direct", "--rehearsal=off"))
        {
            await project.PasteAsync(command);
        }

        project.Migration(Second, "ALTER TABLE one ADD COLUMN two int;\n");
        (await project.RunAsync("migrate-deploy", "--engine=direct", "--rehearsal=off")).Succeeded();
        Assert.That(
            await project.Database.ScalarAsync<long>("SELECT count(*) FROM information_schema.columns WHERE table_name = 'one'"),
            Is.EqualTo(3));
    }

    [Test]
    public async Task Deploy_what_is_pending()
    {
        await using var project =
            await ToolProject.CreateAsync(
                """{ "approvals": { "staging": { "required": 0 } }, "migrations": { "engine": "direct" }, "ready": { "policy": "ledger" } }""");
        project.Migration(First, "CREATE TABLE one (id int);\n");

        foreach (var command in await project.BlockedAsync("DBG0201", "verify-ready"))
        {
            await project.PasteAsync(command);
        }

        (await project.RunAsync("verify-ready")).Succeeded();
    }

    [Test]
    public async Task Install_an_altered_protection_again()
    {
        await using var project = await ToolProject.CreateAsync();
        (await project.RunAsync("protect")).Succeeded();
        await project.Database.ExecuteAsync("ALTER EVENT TRIGGER dbgate_end DISABLE");

        foreach (var command in await project.BlockedAsync("DBG0803", "protect", "--verify"))
        {
            await project.PasteAsync(command);
        }

        (await project.RunAsync("protect", "--verify")).Succeeded();
    }

    [Test]
    public async Task End_a_session_that_holds_the_lock()
    {
        await using var project = await ToolProject.CreateAsync();
        project.Migration(First, "CREATE TABLE one (id int);\n");
        await using var holder = await DbGate.Postgres.Session.OpenAsync(project.Database.Url, null, CancellationToken.None);
        await using var held = await DbGate.Postgres.AdvisoryLock.AcquireAsync(holder, "deploy", CancellationToken.None);

        foreach (var command in await project.BlockedAsync("DBG0038", "protect"))
        {
            await project.PasteAsync(command);
        }

        (await project.RunAsync("protect")).Succeeded();
    }

    /// <summary>A project outside of the folder that the run was started in: the command names it, wherever it is pasted.</summary>
    [Test]
    public async Task Name_the_project_that_an_option_named()
    {
        await using var project = await ToolProject.CreateAsync("""{ "approvals": { "staging": { "required": 1 } } }""");
        project.Migration(First, "CREATE TABLE one (id int);\n");
        var run = await project.RunInAsync(Path.GetTempPath(), "release", "--engine=direct", $"--project={project.Folder}");

        var commands = ToolProject.CommandsOf(run.Output, "DBG0540");

        await project.PasteAsync(commands[0].Replace("<name>", "ben", StringComparison.Ordinal), Path.GetTempPath());
        await project.PasteAsync(commands[1], project.Folder);
    }

    /// <summary>Pipelines set a variable to nothing where a secret is not defined.</summary>
    [Test]
    public async Task Treat_an_empty_variable_of_libpq_as_not_set()
    {
        var server = await ReleaseServer.SharedAsync();
        await using var database = await TestDatabase.CreateAsync(server.Server.Url);
        var run =
            await Shell.RunAsync(
                "dotnet", [ToolProject.Tool, "stats", "--environment=staging"], Path.GetTempPath(), new Dictionary<string, string?>
        {
            ["DATABASE_URL_STAGING"] = database.Url.WithParameter("sslmode", "require").Reveal(),
            ["PGSSLROOTCERT"] = "",
        });

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
    }

    [Test]
    public void Are_found_in_the_text_that_a_run_prints() => Assert.That(
        ToolProject.CommandsOf(new Reports.ConsoleReport(colours: false, CommandStyle.Tool)
            .Block("x", new Problem(new ProblemCode("DBG0001", "", ExitCode.Usage), "m")
        {
            Fix = new Fix("Do it", FixCommand.Gate("plan"), FixCommand.Run("psql", CommandArgument.Variable("X")) with { Note = "or" }),
        }), "DBG0001"),
        Is.EqualTo(new[] { "dbgate plan", "psql \"$X\"" }));
}
