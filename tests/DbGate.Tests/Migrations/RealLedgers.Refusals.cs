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

/// <summary>What both refuse, and what only DbGate does; forecasts come true.</summary>
public sealed partial class RealLedgers
{
    /// <summary>What DbGate foretells of <c>prisma migrate deploy</c>.</summary>
    static async Task<Forecast> ForetellAsync(Wallet wallet, TestDatabase database, string version = "7.10.1")
    {
        var settings =
            SettingsReader.Read(
                new Dictionary<string, string>(), new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText }, wallet.Folder);
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        var folder = PrismaFolder.Read(PrismaProject.Locate(settings).MigrationsFolder);
        var ledger = await LedgerReader.ReadAsync(session, "public", CancellationToken.None);
        var pending = new List<(string, SqlScript)>();
        foreach (var entry in MigrationStatus.Decide(folder, ledger).Pending)
        {
            pending.Add((entry.Name, await entry.File!.SplitAsync(CancellationToken.None)));
        }

        return Forecaster.Foretell(
            folder, ledger, LedgerCommands.Usual(database.Url, TargetEnvironment.Staging),
            new EngineRules(DeployEngineKind.Prisma, Version.Parse(version)), pending);
    }

    /// <summary>What was foretold is what the real Prisma then states.</summary>
    static async Task ComesTrueAsync(Wallet wallet, TestDatabase database, string code)
    {
        var forecast = await ForetellAsync(wallet, database);
        var deploy = await RunAsync(wallet, database, "migrate", "deploy");

        Assert.That((forecast.Outcome, forecast.Code), Is.EqualTo((ForecastOutcome.Fails, code)), forecast.Sentence);
        Assert.That(forecast.Fix, Is.Not.Empty);
        Assert.That(deploy.Everything, Does.Contain(code));
    }

    [Test]
    public async Task Do_not_exist_after_db_push_and_both_refuse()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        Assert.That(await PrismaAsync(wallet, database, "db", "push"), Is.Zero);

        Assert.That(Codes(await JudgeAsync(wallet, database, beforeDeploy: true)), Is.EqualTo(new[] { "DBG0209" }));
        await ComesTrueAsync(wallet, database, "P3005");
    }

    [Test]
    public async Task Of_a_directory_without_its_file_are_refused_by_both()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        Directory.CreateDirectory(Path.Combine(wallet.Migrations, "20261121080000_empty"));

        Assert.That(Codes(await JudgeAsync(wallet, database, beforeDeploy: true)), Is.EqualTo(new[] { "DBG0213" }));
        await ComesTrueAsync(wallet, database, "P3015");
    }

    /// <summary>The engine of these tests sends a file whole, as Prisma up to 7.3 does.</summary>
    [Test]
    public async Task That_will_fail_with_P3018_do_so_and_the_list_before_that_comes_true()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        wallet.AddMigration("20261121080001_fine", "CREATE TABLE fine (id int);");
        var fine = await ForetellAsync(wallet, database, "7.3.0");
        wallet.AddMigration("20261121080002_concurrently", "CREATE TABLE more (id int);\nCREATE INDEX CONCURRENTLY more_id ON more (id);");
        var forecast = await ForetellAsync(wallet, database, "7.3.0");
        var deploy = await RunAsync(wallet, database, "migrate", "deploy");

        Assert.That(
            (fine.Outcome, fine.Sentence), Is.EqualTo((ForecastOutcome.Deploys, "1 migration will be applied: 20261121080001_fine")));
        Assert.That((forecast.Outcome, forecast.Code), Is.EqualTo((ForecastOutcome.Fails, "P3018")));
        Assert.That(forecast.Sentence, Does.Contain("20261121080002_concurrently").And.Contain("25001"));
        Assert.That(deploy.ExitCode, Is.EqualTo(1));
        Assert.That(deploy.Everything, Does.Contain("CREATE INDEX CONCURRENTLY cannot"));
        Assert.That((await JudgeAsync(wallet, database)).Details, Is.EqualTo("Migration issues: 1 failed"));
    }

    [Test]
    public async Task Of_another_provider_are_refused_by_both()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync(template);
        await File.WriteAllTextAsync(Path.Combine(wallet.Migrations, "migration_lock.toml"), "provider = \"mysql\"\n");

        Assert.That(Codes(await JudgeAsync(wallet, database, beforeDeploy: true)), Is.EqualTo(new[] { "DBG0214" }));
        await ComesTrueAsync(wallet, database, "P3019");
    }

    [Test]
    public async Task Without_a_folder_are_green_for_Prisma_and_blocked_here()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        Directory.Delete(wallet.Migrations, recursive: true);

        Assert.That(Codes(await JudgeAsync(wallet, database, beforeDeploy: true)), Is.EqualTo(new[] { "DBG0212" }));
        Assert.That(await PrismaAsync(wallet, database, "migrate", "deploy"), Is.Zero);
    }

    [Test]
    public async Task Of_an_absent_database_block_here_and_nothing_is_created()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        var absent = database.Url.WithDatabase(database.Name + "_typo");
        var result = await JudgeAsync(wallet, absent.Reveal(), beforeDeploy: true);

        Assert.That(result.Outcome, Is.EqualTo(CheckOutcome.Errored));
        Assert.That(Codes(result), Is.EqualTo(new[] { "DBG0031" }));
        Assert.That(await database.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname = '{absent.Database}'"), Is.Zero);
    }
}
