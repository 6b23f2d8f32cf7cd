using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Migrations.Deploy;
using DbGate.Protection;
using DbGate.Releases;
using DbGate.Releases.Deploys;

namespace DbGate.Tests.Protection;

/// <summary>The real Prisma against a protected database that holds the sample project and its rows.</summary>
[Category("Postgres")]
[Category("Prisma")]
[Parallelizable(ParallelScope.All)]
public sealed class RealPrisma
{
    const string Consent = "PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION";

    TestDatabase template = null!;

    [OneTimeSetUp]
    public async Task DeployOnce()
    {
        template = await TestDatabase.CreateAsync();
        using var wallet = Wallet.Copy();
        (await Prisma.RunAsync(wallet.Folder, template.UrlText, "migrate", "deploy")).Succeeded();
        await template.ExecuteAsync(Wallet.Seed);
    }

    [OneTimeTearDown]
    public async Task Drop() => await template.DisposeAsync();

    [TestCase("db", "push")]
    [TestCase("db", "push", "--accept-data-loss")]
    [TestCase("db", "push", "--force-reset")]
    [TestCase("migrate", "reset", "--force")]
    [TestCase("migrate", "dev", "--name", "oops")]
    [TestCase("db", "execute", "--file", "drop.sql")]
    public async Task Changes_nothing_by(params string[] command)
    {
        using var wallet = Wallet.Copy();
        await using var database = await DeployedAsync(wallet);
        wallet.UpgradeToNext();
        await File.WriteAllTextAsync(Path.Combine(wallet.Folder, "drop.sql"), "DROP TABLE \"WalletLedgerEntry\";");
        var before = await database.DigestAsync();

        var result =
            await Prisma.RunAsync(wallet.Folder, database.Database.UrlText, new Dictionary<string, string?> { [Consent] = "yes" }, command);

        Assert.That(result.ExitCode, Is.Not.Zero, result.Everything);
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
        if (command[1] != "dev")
        {
            Assert.That(result.Everything, Does.Contain("DbGate:"), "refused by the database, not by Prisma");
            Assert.That((await database.RefusalsAsync()).Total, Is.GreaterThan(0));
        }
    }

    [TestCase("prisma")]
    [TestCase("direct")]
    public async Task Deploys_through_the_gate(string engine)
    {
        using var wallet = Wallet.Copy();
        await using var database = await DeployedAsync(wallet);
        wallet.UpgradeToNext();
        var settings = SettingsReader.Read(
            new Dictionary<string, string> { ["engine"] = engine, ["migrate-command"] = await Prisma.CommandAsync(wallet.Folder) },
            new Dictionary<string, string> { ["DATABASE_URL"] = database.Database.UrlText },
            wallet.Folder);
        await using var context = new GateContext(settings);
        var project = MigrationProject.Locate(settings);
        var folder = PrismaFolder.Read(project.MigrationsFolder);
        await using var session = await database.SessionAsync();
        var before = await LedgerReader.ReadAsync(session, "public", CancellationToken.None);

        var report =
            await Deployment.RunAsync(
                context, Deployment.Engine(settings, project, TimeProvider.System), project, folder, session, before,
                CancellationToken.None);

        Assert.That(report.Applied, Has.Count.EqualTo(1));
        Assert.That(await database.Database.ScalarAsync<long>("select count(*) from dbgate.release"), Is.Zero, "closed again");
        Assert.That(() => database.ExecuteAsync("create table t ()"), Refusing.It);
        Assert.That((await database.VerifyAsync()).Problems, Is.Empty);
    }

    [Test]
    public async Task Deploying_without_the_gate_is_refused_and_its_row_can_be_resolved()
    {
        using var wallet = Wallet.Copy();
        await using var database = await DeployedAsync(wallet);
        wallet.UpgradeToNext();
        var before = await database.Database.ScalarAsync<string>(Catalog);

        var result = await Prisma.RunAsync(wallet.Folder, database.Database.UrlText, "migrate", "deploy");

        Assert.That(result.ExitCode, Is.Not.Zero, result.Everything);
        Assert.That(await database.Database.ScalarAsync<string>(Catalog), Is.EqualTo(before));
        var failed = wallet.MigrationNames[^1];
        await using var session = await database.SessionAsync();
        var ledger = await LedgerReader.ReadAsync(session, "public", CancellationToken.None);
        var folder = PrismaFolder.Read(wallet.Migrations);
        var problems =
            MigrationFindings.From(
                folder, ledger, MigrationStatus.Decide(folder, ledger),
                LedgerCommands.Usual(database.Database.Url, TargetEnvironment.Staging),
                beforeDeploy: true);
        Assert.That($"{problems.Single(problem => problem.IsBlocking).Fix}", Does.Contain($"--migration={failed} --as=rolled-back"));
        Assert.That(problems.Single(problem => problem.IsBlocking).Cause, Does.Contain("DbGate:"));

        (await Prisma.RunAsync(wallet.Folder, database.Database.UrlText, "migrate", "resolve", "--rolled-back", failed)).Succeeded();
        await using var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None);
        (await Prisma.RunAsync(wallet.Folder, gate.Url.Reveal(), "migrate", "deploy")).Succeeded();
    }

    [Test]
    public async Task Sees_no_drift_in_the_protection()
    {
        using var wallet = Wallet.Copy();
        await using var database = await DeployedAsync(wallet);
        await using var shadow = await TestDatabase.CreateAsync();

        var diff = await Prisma.RunAsync(
            wallet.Folder, database.Database.UrlText, new Dictionary<string, string?> { ["SHADOW_DATABASE_URL"] = shadow.UrlText },
            "migrate", "diff", "--from-migrations", "prisma/migrations", "--to-config-datasource", "--exit-code");
        var status = await Prisma.RunAsync(wallet.Folder, database.Database.UrlText, "migrate", "status");

        Assert.That((diff.ExitCode, status.ExitCode), Is.EqualTo((0, 0)), diff.Everything + status.Everything);
    }

    const string Catalog =
        "select string_agg(format('%s %s %s', attrelid::regclass, attname, atttypid), ',' order by attrelid, attnum) from pg_attribute "
            + "where attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)";

    async Task<ProtectedDatabase> DeployedAsync(Wallet wallet)
    {
        await Prisma.InstallIntoAsync(wallet.Folder);
        var database = await TestDatabase.CreateAsync(template);
        var protectedOne = new ProtectedDatabase(database);
        await protectedOne.ProtectAsync(ProtectedDatabase.Triggers with { TripwireTables = ["WalletLedgerEntry"] });
        return protectedOne;
    }
}
