using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Forecasts;
using DbGate.Statements;
using Npgsql;

namespace DbGate.Tests.Migrations;

/// <summary>What DbGate states next to what the real Prisma wrote and states.</summary>
[Category("Prisma")]
[Parallelizable(ParallelScope.Self)]
public sealed partial class RealLedgers
{
    const string Broken = "20261121080000_broken";
    const string BrokenSql = """
        CREATE TABLE "Half" (id int);
        ALTER TABLE "Nothing" ADD COLUMN a int;
        """;

    TestDatabase template = null!;
    TestDatabase failed = null!;

    [OneTimeSetUp]
    public async Task DeployOnce()
    {
        template = await TestDatabase.CreateAsync();
        using var wallet = Wallet.Copy();
        (await Prisma.RunAsync(wallet.Folder, template.UrlText, "migrate", "deploy")).Succeeded();
        failed = await TestDatabase.CreateAsync(template);
        wallet.AddMigration(Broken, BrokenSql);
        Assert.That(await PrismaAsync(wallet, failed, "migrate", "deploy"), Is.EqualTo(1));
    }

    [OneTimeTearDown]
    public async Task Drop()
    {
        await failed.DisposeAsync();
        await template.DisposeAsync();
    }

    static async Task<CheckResult> JudgeAsync(Wallet wallet, string url, bool beforeDeploy = false)
    {
        var settings =
            SettingsReader.Read(
                new Dictionary<string, string>(), new Dictionary<string, string> { ["DBGATE_ENGINE"] = "direct", ["DATABASE_URL"] = url },
                wallet.Folder);
        await using var context = new GateContext(settings);
        return (await CheckRunner.RunAsync([new MigrationsCheck(beforeDeploy)], context, CancellationToken.None)).Single().Result;
    }

    static Task<CheckResult> JudgeAsync(Wallet wallet, TestDatabase database, bool beforeDeploy = false) =>
        JudgeAsync(wallet, database.UrlText, beforeDeploy);

    static IEnumerable<string> Codes(CheckResult result) => result.Problems.Select(problem => problem.Code.Id);

    static async Task<int> PrismaAsync(Wallet wallet, TestDatabase database, params string[] arguments) =>
        (await RunAsync(wallet, database, arguments)).ExitCode;

    /// <summary>Until the server has seen the end of Prisma's session, too: as long as that has Prisma's lock, a person migrates.</summary>
    static async Task<ShellResult> RunAsync(Wallet wallet, TestDatabase database, params string[] arguments)
    {
        var ended = await Prisma.RunAsync(wallet.Folder, database.UrlText, arguments);
        await WaitUntilAsync(
            database,
            $"SELECT NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = {LedgerReader.Lock} AND database = "
                + "(SELECT oid FROM pg_database WHERE datname = current_database()))");
        return ended;
    }

    [Test]
    public async Task Of_a_deploy_are_applied()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        var result = await JudgeAsync(wallet, database);

        Assert.That((result.Outcome, result.Details), Is.EqualTo((CheckOutcome.Passed, "4/4 migrations applied")));
        Assert.That(result.Problems, Is.Empty);
    }

    [Test]
    public async Task With_a_newer_directory_are_pending_for_both()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        wallet.UpgradeToNext();

        Assert.That((await JudgeAsync(wallet, database)).Details, Is.EqualTo("Migration issues: 1 pending"));
        Assert.That((await JudgeAsync(wallet, database, beforeDeploy: true)).IsOk, Is.True);
        Assert.That(await PrismaAsync(wallet, database, "migrate", "status"), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_a_failure_show_the_servers_words_and_what_is_pending_behind_it()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(failed);
        wallet.AddMigration(Broken, BrokenSql);
        wallet.AddMigration("20261121090000_after", "SELECT 1");

        var result = await JudgeAsync(wallet, database);

        Assert.That(result.Details, Is.EqualTo("Migration issues: 1 pending, 1 failed"));
        Assert.That(result.Problems.Single(problem => problem.Code.Id == "DBG0202").Cause, Does.Contain("Nothing"));
        Assert.That((await JudgeAsync(wallet, database, beforeDeploy: true)).IsBlocking, Is.True);
        await ComesTrueAsync(wallet, database, "P3009");
    }

    [Test]
    public async Task Of_a_failure_that_was_resolved_are_rolled_back_until_it_is_deployed_again()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(failed);
        wallet.AddMigration(Broken, BrokenSql);
        Assert.That(await PrismaAsync(wallet, database, "migrate", "resolve", "--rolled-back", Broken), Is.Zero);

        Assert.That((await JudgeAsync(wallet, database)).Details, Is.EqualTo("Migration issues: 1 rolled back"));
        Assert.That((await JudgeAsync(wallet, database, beforeDeploy: true)).IsOk, Is.True);

        wallet.AddMigration(Broken, "CREATE TABLE \"Half\" (id int)");
        Assert.That(await PrismaAsync(wallet, database, "migrate", "deploy"), Is.Zero);
        Assert.That((await JudgeAsync(wallet, database)).Details, Is.EqualTo("5/5 migrations applied"));
    }

    [Test]
    public async Task Of_a_failure_that_was_resolved_as_applied_are_claimed()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(failed);
        wallet.AddMigration(Broken, BrokenSql);
        Assert.That(await PrismaAsync(wallet, database, "migrate", "resolve", "--applied", Broken), Is.Zero);
        var result = await JudgeAsync(wallet, database);

        Assert.That((result.Outcome, result.Details), Is.EqualTo((CheckOutcome.Passed, "5/5 migrations applied")));
        Assert.That(Codes(result), Is.EqualTo(new[] { "DBG0207" }));
    }

    [Test]
    public async Task Of_a_baseline_are_claimed()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await wallet.ApplySqlAsync(database);
        Assert.That(await PrismaAsync(wallet, database, "migrate", "resolve", "--applied", wallet.MigrationNames[0]), Is.Zero);
        var result = await JudgeAsync(wallet, database);

        Assert.That(result.Details, Is.EqualTo("Migration issues: 3 pending"));
        Assert.That(Codes(result), Is.EquivalentTo(new[] { "DBG0201", "DBG0207" }));
    }

    /// <summary>Prisma is asked once about both, and finds nothing wrong with either.</summary>
    [Test]
    public async Task With_an_edited_file_or_a_directory_gone_are_green_for_Prisma_and_blocked_here()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        var edited = wallet.MigrationFile(wallet.MigrationNames[1]);
        var text = await File.ReadAllTextAsync(edited);
        await File.WriteAllTextAsync(edited, $"{text}-- one more line\n");
        var result = await JudgeAsync(wallet, database);
        Assert.That((result.Details, string.Join(' ', Codes(result))), Is.EqualTo(("Migration issues: 1 edited", "DBG0205")));

        await File.WriteAllTextAsync(edited, text);
        Directory.Delete(Path.Combine(wallet.Migrations, wallet.MigrationNames[^1]), recursive: true);
        Assert.That(Codes(await JudgeAsync(wallet, database)), Is.EqualTo(new[] { "DBG0206" }));

        await File.WriteAllTextAsync(edited, $"{text}-- one more line\n");
        Assert.That(await PrismaAsync(wallet, database, "migrate", "status"), Is.Zero);
        Assert.That(await PrismaAsync(wallet, database, "migrate", "deploy"), Is.Zero);
    }

    [Test]
    public async Task Of_squashed_migrations_are_put_right_by_the_commands_that_are_printed([Values] bool andANewOne)
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        var squashed = string.Concat(wallet.MigrationNames.Select(name => File.ReadAllText(wallet.MigrationFile(name))));
        wallet.MigrationNames.ToList().ForEach(name => Directory.Delete(Path.Combine(wallet.Migrations, name), recursive: true));
        wallet.AddMigration("00000000000000_squashed", squashed);
        if (andANewOne)
        {
            wallet.AddMigration("20990101000000_new", "CREATE TABLE later (id int PRIMARY KEY);\n");
        }

        var missing = (await JudgeAsync(wallet, database)).Problems.Single(problem => problem.Code.Id == "DBG0220");
        Assert.That(missing.Fix!.Commands, Has.Length.EqualTo(2));
        foreach (var command in missing.Fix.Commands)
        {
            await ResolveAsync(wallet, database, (GateCommand)command);
        }

        Assert.That(await PrismaAsync(wallet, database, "migrate", "deploy"), Is.Zero);
        Assert.That(Codes(await JudgeAsync(wallet, database)), Is.EqualTo(new[] { "DBG0207" }), "marked by hand, and nothing else");
        Assert.That(
            await database.ScalarAsync<long>("select count(*) from pg_tables where tablename = 'later'"), Is.EqualTo(andANewOne ? 1 : 0));
    }

    static async Task ResolveAsync(Wallet wallet, TestDatabase database, GateCommand command)
    {
        Assert.That(command.Task, Is.EqualTo("resolve"));
        var settings = SettingsReader.Read(
            command.Options.ToDictionary(option => option.Name, option => option.Value?.Text ?? ""),
            new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText }, wallet.Folder);
        await using var run = new GateRunner(new GateContext(settings));
        var report = await run.ExecuteAsync(new DbGate.Gates.Steps.ResolveStep(), default);
        Assert.That(report.Result.AllProblems.Where(problem => problem.IsBlocking).Select(problem => problem.Message), Is.Empty);
    }

    [Test]
    public async Task Of_a_deploy_under_way_are_running_and_name_the_backend()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        await using var gate = await database.ConnectAsync();
        await ExecuteAsync(gate, "SELECT pg_advisory_lock(4711)");
        wallet.AddMigration("20261121080000_slow", "SELECT pg_advisory_lock(4711)");
        var deploy = Prisma.RunAsync(wallet.Folder, database.UrlText, "migrate", "deploy");
        await WaitUntilAsync(
            database,
            "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND database = (SELECT oid FROM pg_database "
                + "WHERE datname = current_database()) AND NOT granted");
        var (result, forecast) = (await JudgeAsync(wallet, database), await ForetellAsync(wallet, database));
        var migrating =
            await database.ScalarAsync<int>(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND database = (SELECT oid FROM pg_database WHERE "
                    + "datname = current_database()) AND NOT granted");
        await ExecuteAsync(gate, "SELECT pg_advisory_unlock(4711)");

        Assert.That(result.Details, Is.EqualTo("Migration issues: 1 running"));
        Assert.That(forecast.Code, Is.EqualTo("P1002"), "Prisma's own words for it: PrismaAdvisoryLock");
        Assert.That(forecast.Sentence, Does.StartWith($"backend {migrating} "));
        Assert.That(result.Problems.Single().Code.ExitCode, Is.EqualTo(ExitCode.Locked));
        Assert.That(result.Problems.Single().Cause, Does.Contain($"backend {migrating} "));
        Assert.That((await deploy).ExitCode, Is.Zero);
        Assert.That((await JudgeAsync(wallet, database)).Details, Is.EqualTo("5/5 migrations applied"));
    }

    [Test]
    public async Task Of_strange_bytes_have_the_checksums_that_Prisma_writes()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        wallet.AddMigration("20261121080001_crlf", "SELECT 1;\r\nSELECT 2;\r\n");
        wallet.AddMigration("20261121080002_latin1", "");
        await File.WriteAllBytesAsync(
            wallet.MigrationFile("20261121080002_latin1"), [.. "SELECT 1; -- caf"u8, 0xE9, .. " "u8, 0xE2, 0x82, .. "\n"u8]);
        wallet.AddMigration("20261121080003_utf8", "SELECT 'é€😀';");
        wallet.AddMigration("20261121080004_comment", "-- nothing\n");
        Assert.That(await PrismaAsync(wallet, database, "migrate", "deploy"), Is.Zero);

        Assert.That((await JudgeAsync(wallet, database)).Details, Is.EqualTo("8/8 migrations applied"));
        Assert.That(
            await database.ScalarAsync<string>("SELECT checksum FROM _prisma_migrations WHERE migration_name = '20261121080002_latin1'"),
            Is.EqualTo(Migration.Read(Path.Combine(wallet.Migrations, "20261121080002_latin1")).Checksum));

        // A checkout on Windows converts the line ends of all of them.
        foreach (var name in wallet.MigrationNames.Where(name => !name.EndsWith("latin1", StringComparison.Ordinal)))
        {
            await File.WriteAllTextAsync(
                wallet.MigrationFile(name), (await File.ReadAllTextAsync(wallet.MigrationFile(name))).ReplaceLineEndings("\r\n"));
        }

        Assert.That((await JudgeAsync(wallet, database)).Details, Is.EqualTo("8/8 migrations applied"));
    }

    [Test]
    public async Task In_another_schema_are_found_there()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        foreach (var name in wallet.MigrationNames)
        {
            Directory.Delete(Path.Combine(wallet.Migrations, name), recursive: true);
        }

        wallet.AddMigration("1_one", "CREATE TABLE one (id int)");
        await database.ExecuteAsync("CREATE SCHEMA shop");
        // The engine's stand-in names the schema to Prisma only; the native one sets the search path, too.
        var url = database.UrlText + (database.UrlText.Contains('?') ? "&" : "?") + "schema=shop&options=-csearch_path%3Dshop";
        (await Prisma.RunAsync(wallet.Folder, url, "migrate", "deploy")).Succeeded();

        Assert.That((await JudgeAsync(wallet, url)).Details, Is.EqualTo("1/1 migrations applied"));
        Assert.That(
            (await JudgeAsync(wallet, database)).Details, Is.EqualTo("Migration issues: 1 pending"), "in public nothing is applied");
    }

    [TestCase("prisma.config.ts", "db/migrations")]
    [TestCase(".config/prisma.ts", "../db/migrations")]
    [TestCase("prisma7.config.mjs", "db/migrations")]
    public async Task Belong_to_the_folder_that_Prisma_reads(string config, string path)
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        File.Delete(Path.Combine(wallet.Folder, "prisma.config.ts"));
        Directory.CreateDirectory(Path.Combine(wallet.Folder, "db"));
        Directory.Move(wallet.Migrations, Path.Combine(wallet.Folder, "db", "migrations"));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(wallet.Folder, config))!);
        var schema = config.StartsWith('.') ? "../prisma/schema.prisma" : "prisma/schema.prisma";
        await File.WriteAllTextAsync(
            Path.Combine(wallet.Folder, config),
            $"export default {{ schema: '{schema}', migrations: {{ path: '{path}' }}, datasource: {{ url: process.env.DATABASE_URL }} }}");
        var deploy = await Prisma.RunAsync(wallet.Folder, database.UrlText, "migrate", "deploy");

        Assert.That(deploy.ExitCode, Is.Zero, deploy.Everything);
        Assert.That((await JudgeAsync(wallet, database)).Details, Is.EqualTo("4/4 migrations applied"));
    }

    static async Task WaitUntilAsync(TestDatabase database, string sql)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await database.ScalarAsync<bool>(sql))
        {
            await Task.Delay(50, deadline.Token);
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
