using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Releases;

/// <summary>What a plan and a failed deploy tell people to type works as it is there.</summary>
[Category("Postgres")]
[Category("Prisma")]
[Parallelizable(ParallelScope.Self)]
public sealed class CommandsToPaste
{
    const string Two = "20260303000000_two";

    /// <summary>The second migration fails. First the ledger is put right as the message states, then the backup is put back.</summary>
    [Test]
    public async Task After_a_failed_deploy_resolve_it_or_bring_the_backup_back()
    {
        await using var project = await FailingAsync("""{ "staging": { "required": 1 } }""");
        var before = await project.Database.DigestAsync();
        var plan = await project.PlanAsync();
        (await project.ApproveAsync(plan)).Expect(null);
        var deploy = await project.ReleaseAsync(plan);

        deploy.Expect("DBG0502", ExitCode.MigrationFailed);
        var fix = deploy.Result.Problems.Single(problem => problem.IsBlocking).Fix!.Commands;
        await PasteAsync(project, Line(fix.OfType<GateCommand>().Single(command => command.Task == "resolve")));
        Assert.That(
            await project.Database.ScalarAsync<long>(
                $"SELECT count(*) FROM _prisma_migrations WHERE migration_name = '{Two}' AND rolled_back_at IS NOT NULL"), Is.EqualTo(1));

        var restore = await RunAsync(project, Line(fix.OfType<GateCommand>().Single(command => command.Task == "restore")));
        restore.Expect(null);
        await project.Database.ExecuteAsync("SELECT 1");
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
        await DropAsync(restore.Result.Facts.Single(fact => fact.Name == "former database").Value.Split(' ')[0]);
    }

    /// <summary>The URL has parameters that only Prisma understands, and the schema is none that psql looks into.</summary>
    [Test]
    public async Task From_a_plan_run_in_a_shell()
    {
        await using var project = await FailingAsync("""{ "staging": { "required": 0 } }""");
        await File.WriteAllTextAsync(
            project.Of($"prisma/migrations/{PlannedProject.Pending}/down.sql"), "ALTER TABLE \"User\" DROP COLUMN name;\n");
        var url = project.Database.Url.WithParameter("schema", "public").WithParameter("connection_limit", "3");
        project.Variables["DIRECT_URL"] = url.Reveal();
        var report = await project.ReportAsync(rehearsed: false);
        report.Steps[^1].Expect(null);
        (await project.RunAsync(new MigrateDeployStep())).Expect("DBG0502", ExitCode.MigrationFailed);

        var down = report.Release!.Plan!.RollbackOptions.Single(way => way.Name.StartsWith("run the down scripts"));
        await PasteAsync(project, [.. down.Commands]);
        await PasteAsync(
            project,
            [.. report.Release.Plan.RollbackOptions.Single(way => way.Name.StartsWith("resolve a migration")).Commands.Where(command =>
                command.Contains(Two, StringComparison.Ordinal))]);

        Assert.That(
            await project.Database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = '\"User\"'::regclass AND attname = 'name'"), Is.Zero);
        Assert.That(
            await project.Database.ScalarAsync<long>("SELECT count(*) FROM _prisma_migrations WHERE rolled_back_at IS NULL"),
            Is.EqualTo(1));
        await RunsAsync(report.Release.Plan.RollbackOptions[0].Commands[0]);

        async Task RunsAsync(string command)
        {
            var restored = await RunAsync(project, $"{command} --into={project.Database.Name}_beside");
            restored.Expect(null);
            await DropAsync($"{project.Database.Name}_beside");
        }
    }

    /// <summary>
    /// Where a project has no Prisma, DbGate writes the ledger as Prisma would, if the claim is true. The file fails behind a commit of its
    /// own.
    /// </summary>
    [Test]
    public async Task Without_Prisma_resolve_it_as_rolled_back_or_as_applied()
    {
        await using var project = await PlannedProject.CreateAsync("""{ "staging": { "required": 0 } }""");
        var three = "20260404000000_three";
        project.With(Two, "BEGIN; CREATE TABLE two (id int); COMMIT;\nSELECT 1 / 0;\n");
        project.With(three, "CREATE TABLE three (id int);\n");
        var deploy = await project.RunAsync(new MigrateDeployStep());
        deploy.Expect("DBG0502", ExitCode.MigrationFailed);
        var problem = deploy.Result.Problems.Single(problem => problem.IsBlocking);
        Assert.That(
            $"{problem.Fix}\n{string.Join('\n', problem.Remedies.SelectMany(way => way.Commands).Select(Line))}",
            Does.Not.Contain("prisma migrate"));
        Assert.That(problem.Fix!.Sentence, Does.StartWith("Look at what the file left"));

        (await RunAsync(project, Line(problem.Fix.Commands[0]))).Expect("DBG0229", ExitCode.Blocked);
        await project.Database.ExecuteAsync("DROP TABLE two");
        await PasteAsync(project, Line(problem.Fix.Commands[0]));
        (await project.RunAsync(new MigrateDeployStep())).Expect("DBG0502", ExitCode.MigrationFailed);
        project.With(Two, "CREATE TABLE two (id int);\n");
        await PasteAsync(project, [.. problem.Remedies[0].Commands.Select(Line).TakeWhile(line => !line.StartsWith("# or undo"))]);

        (await project.RunAsync(new MigrateDeployStep())).Expect(null);
        Assert.That(await LedgerAsync(project, Two), Is.EqualTo($"{Two} f t, {Two} f t, {Two} t f, {three} t f"));
    }

    /// <summary>
    /// Found by a check at any later time, the same row is put right in the same ways; the file failed behind a commit of its own.
    /// </summary>
    [TestCase(false, TestName = "Without Prisma a row that failed is resolved as rolled back")]
    [TestCase(true, TestName = "Without Prisma a row that failed is resolved as applied")]
    public async Task Without_Prisma_a_check_that_finds_a_failed_row_tells(bool isCompleted)
    {
        await using var project = await PlannedProject.CreateAsync("""{ "staging": { "required": 0 } }""");
        project.With(Two, "BEGIN; CREATE TABLE two (id int); COMMIT;\nSELECT 1 / 0;\n");
        (await project.RunAsync(new MigrateDeployStep())).Expect("DBG0502", ExitCode.MigrationFailed);
        var deploy = await project.RunAsync(new MigrateDeployStep());
        deploy.Expect("DBG0202", ExitCode.Blocked);
        var problem = deploy.Result.Problems.Single(problem => problem.IsBlocking);
        var fix = problem.Fix!;
        Assert.That($"{fix}{string.Join(' ', problem.Remedies.SelectMany(way => way.Commands).Select(Line))}", Does.Not.Contain("npx"));

        project.With(Two, "CREATE TABLE two (id int);\n");
        if (isCompleted)
        {
            await PasteAsync(project, [.. problem.Remedies.Single().Commands.Select(Line)]);
        }
        else
        {
            await project.Database.ExecuteAsync("DROP TABLE two");
            await PasteAsync(project, Line(fix.Commands.Single()));
        }

        (await project.RunAsync(new MigrateDeployStep())).Expect(null);
        Assert.That(await LedgerAsync(project, Two), Is.EqualTo($"{Two} f t, {Two} t f"));
    }

    /// <summary>
    /// A database with tables and no ledger (P3005), of a project without Prisma, and of one with it whose own URL leads elsewhere.
    /// </summary>
    [TestCase(false, TestName = "Without Prisma a database is baselined by DbGate")]
    [TestCase(true, TestName = "With Prisma a database is baselined where the gate looked and not where DATABASE_URL leads")]
    public async Task Baseline_a_database_that_has_no_ledger(bool withPrisma)
    {
        await using var project = await PlannedProject.CreateAsync("""{ "staging": { "required": 0 } }""");
        await using var other = await TestDatabase.CreateAsync();
        if (withPrisma)
        {
            await Prisma.WriteProjectAsync(project.Root);
        }

        project.Variables["DATABASE_URL_STAGING"] = project.Database.UrlText;
        await project.Database.ExecuteAsync("DROP TABLE _prisma_migrations");
        var deploy = await project.RunAsync(new MigrateDeployStep());
        deploy.Expect("DBG0209", ExitCode.Blocked);
        var fix = deploy.Result.Problems.Single(problem => problem.IsBlocking).Fix!;

        project.Variables["DATABASE_URL"] = other.UrlText;
        await PasteAsync(project, Line(fix.Commands.Single()));
        Assert.That(Line(fix.Commands.Single()), Does.StartWith("./build.sh --target=resolve"));
        Assert.That(await other.ScalarAsync<bool>("SELECT to_regclass('_prisma_migrations') IS NULL"), Is.True);

        (await project.RunAsync(new MigrateDeployStep())).Expect(null);
        await using var session = await Session.OpenAsync(project.Database.Url, null, default);
        var ledger = await LedgerReader.ReadAsync(session, "public", default);
        Assert.That(ledger.Rows.Select(row => (row.IsClaimed, row.IsApplied)), Is.EqualTo(new[] { (true, true), (false, true) }));
    }

    /// <summary>docs/reference/ledger.md, for a database that holds more than the first migration already.</summary>
    [Test]
    public async Task Without_Prisma_baseline_what_else_the_database_holds()
    {
        await using var project = await PlannedProject.CreateAsync("""{ "staging": { "required": 0 } }""");
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "reference", "ledger.md"));
        var block = page.ReplaceLineEndings("\n").Split("```sh\n").Last().Split("\n```")[0];
        project.With(Two, "CREATE TABLE two (id int);\n");
        await project.Database.ExecuteAsync($"{PlannedProject.Sql}CREATE TABLE two (id int)");

        await PasteAsync(
            project,
            block.Replace("dbgate resolve", "./build.sh --target=resolve")
                .Replace("20261122101500_name", PlannedProject.Pending)
                .Replace("20261123101500_other", Two));

        await using var session = await Session.OpenAsync(project.Database.Url, null, default);
        var status =
            MigrationStatus.Decide(
                PrismaFolder.Read(project.Of("prisma/migrations")), await LedgerReader.ReadAsync(session, "public", default));
        Assert.That(
            status.Entries.Select(entry => entry.State),
            Is.EqualTo(new[] { MigrationState.Applied, MigrationState.Claimed, MigrationState.Claimed }));
    }

    /// <summary>What a file that may stop halfway leaves to do: a script for a shell, with a person's part as comments.</summary>
    [Test]
    public async Task From_a_forecast_read_the_ledger_and_write_it()
    {
        await using var project = await FailingAsync("""{ "staging": { "required": 0 } }""");
        var options = new[] { ("engine", "prisma"), ("migrate-command", await Prisma.CommandAsync(project.Root)) };
        var report = await project.ReportAsync(rehearsed: false, options);
        (await project.RunAsync(new MigrateDeployStep(), options)).Expect("DBG0502", ExitCode.MigrationFailed);
        var file = report.Release!.Plan!.Forecast.Files.Single(file => file.Name == Two);
        Assert.That(file.MayStopAfter, Is.EqualTo("1"));

        var seen = await PasteAsync(project, file.Recovery[0]);
        await PasteAsync(project, file.Recovery[^1]);

        Assert.That(seen, Does.Contain("division by zero"));
        Assert.That(
            await project.Database.ScalarAsync<long>(
                "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL"), Is.Zero);
    }

    static string Line(FixCommand command) => CommandStyle.BuildScript.Line(command);

    /// <summary>The rows from this migration on: its name, finished or not, rolled back or not.</summary>
    static Task<string?> LedgerAsync(PlannedProject project, string from) => project.Database.ScalarAsync<string>(
        $"SELECT string_agg(format('%s %s %s', migration_name, finished_at IS NOT NULL, rolled_back_at IS NOT NULL), ', ' ORDER BY "
            + $"migration_name, finished_at IS NOT NULL) FROM _prisma_migrations WHERE migration_name >= '{from}'");

    static async Task<PlannedProject> FailingAsync(string approvals)
    {
        var project = await PlannedProject.CreateAsync(approvals);
        await Prisma.WriteProjectAsync(project.Root);
        project.With(Two, "CREATE TABLE two (id int);\nSELECT 1 / (count(*) - count(*)) FROM \"User\";\n");
        return project;
    }

    /// <summary>As a person's shell does it, in the project's folder, with the variables that the project has.</summary>
    static async Task<string> PasteAsync(PlannedProject project, params string[] lines)
    {
        var (seen, left) = ("", lines.ToList());
        while (left.FindIndex(line => line.StartsWith("./build.sh --target=resolve", StringComparison.Ordinal)) is >= 0 and var next)
        {
            seen += await TypeAsync(project, left[..next]);
            (await RunAsync(project, left[next])).Expect(null);
            left.RemoveRange(0, next + 1);
        }

        return seen + await TypeAsync(project, left);
    }

    static async Task<string> TypeAsync(PlannedProject project, IReadOnlyList<string> lines)
    {
        if (lines.All(line => line.StartsWith('#')))
        {
            return "";
        }

        var server = await TestServer.SharedAsync();
        var variables = new Dictionary<string, string?>(await Prisma.EnvironmentAsync()) { ["DATABASE_URL"] = project.Database.UrlText };
        foreach (var (name, value) in project.Variables)
        {
            variables[name] = value;
        }

        if (server.Local is { } local)
        {
            variables["PATH"] = $"{local.Binaries.Folder}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        }

        return (await Shell.RunAsync("sh", ["-euc", string.Join('\n', lines)], project.Root, variables)).Succeeded().Everything;
    }

    /// <summary>The task that the line names, with its options, without building build.sh's host for it.</summary>
    static Task<StepReport> RunAsync(PlannedProject project, string line)
    {
        var words = line.Split(' ');
        Assert.That(words[0], Is.EqualTo("./build.sh"));
        Assert.That(words[1], Is.EqualTo("--target=restore").Or.EqualTo("--target=resolve"));
        return project.RunAsync(
            words[1] == "--target=resolve" ? new ResolveStep() : new RestoreStep(),
            [.. words[2..]
                .Select(word => word.TrimStart('-').Split('=', 2))
                .Where(option => option[0] != "project")
                .Select(option => (option[0], option[1]))]);
    }

    static async Task DropAsync(string database)
    {
        var server = await TestServer.SharedAsync();
        await using var session =
            await Session.OpenAsync(server.Url, new SessionOptions { CommandTimeout = TimeSpan.FromMinutes(3) }, default);
        await session.ExecuteAsync($"DROP DATABASE {Sql.Identifier(database)} WITH (FORCE)", default);
    }
}
