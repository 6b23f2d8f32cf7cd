using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Deploys;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>
/// Long histories of every kind that Prisma writes, deployed by the real Prisma and by the direct engine: equal catalogs, rows and ledgers.
/// </summary>
[Category("Prisma")]
[Parallelizable(ParallelScope.Self)]
public sealed class RealHistories
{
    const int Length = 320;
    const int Failing = 150;
    const int Completed = 240;

    const string Ledger = """
        SELECT string_agg(format('%s %s steps %s finished %s rolled back %s logs %s', migration_name, checksum, applied_steps_count,
            finished_at IS NOT NULL, rolled_back_at IS NOT NULL, coalesce(logs, '') <> ''), E'\n' ORDER BY started_at, finished_at NULLS FIRST)
        """;

    const string Resolving =
        "UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '{name}' AND finished_at IS NULL;";

    const string Claiming = """
        INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at)
        SELECT gen_random_uuid(), checksum, migration_name, now(), now() FROM _prisma_migrations WHERE migration_name = '{name}'
        """;

    /// <summary>
    /// 320 migrations, some with Windows' line ends. One fails in the middle and is rolled back, fixed and deployed again; one fails
    /// later, for it reads a column that does not exist, and is done by hand and marked as applied.
    /// </summary>
    [Test]
    public async Task Come_out_equal_with_failures_that_were_resolved()
    {
        using var wallet = Emptied();
        var history = PrismaHistory.From(Length);
        Write(wallet.Migrations, history);
        var (failing, completed) = (history[Failing].Name, history[Completed].Name);
        await File.WriteAllTextAsync(wallet.MigrationFile(failing), $"{history[Failing].Sql}\nSELECT 1/0;\n");
        await File.WriteAllTextAsync(wallet.MigrationFile(completed), $"SELECT nothing;\n{history[Completed].Sql}");
        await using var prisma = await TestDatabase.CreateAsync();
        await using var direct = await TestDatabase.CreateAsync();

        await BothFailAsync(failing);
        await ResolveAsync("--rolled-back", failing, Resolving);
        await File.WriteAllTextAsync(wallet.MigrationFile(failing), history[Failing].Sql);
        await BothFailAsync(completed);
        await prisma.ExecuteAsync(history[Completed].Sql);
        await direct.ExecuteAsync(history[Completed].Sql);
        await ResolveAsync("--applied", completed, Resolving + Claiming);
        var last = await Prisma.RunAsync(wallet.Folder, prisma.UrlText, "migrate", "deploy");
        var report = await DeployAsync(wallet.Folder, direct.Url);

        Assert.That(last.ExitCode, Is.Zero, last.Everything);
        Assert.That(report.Sentence, Is.EqualTo($"{Length}/{Length} migrations applied"));
        Assert.That(await LedgerAsync(direct), Is.EqualTo(await LedgerAsync(prisma)));
        Assert.That(await direct.ScalarAsync<long>("SELECT count(*) FROM _prisma_migrations"), Is.EqualTo(Length + 2));
        Assert.That(await ContentAsync(direct), Is.EqualTo(await ContentAsync(prisma)));

        async Task BothFailAsync(string name)
        {
            var outcome = await Prisma.RunAsync(wallet.Folder, prisma.UrlText, "migrate", "deploy");
            Assert.That(outcome.ExitCode, Is.Not.Zero);
            Assert.That(outcome.Everything, Does.Contain(name));
            Assert.That(
                async () =>
                    await DeployAsync(wallet.Folder, direct.Url), Failure.From("DBG0502", problem => problem.Message.Contains(name)));
            Assert.That(await LedgerAsync(direct), Is.EqualTo(await LedgerAsync(prisma)));
        }

        // By Prisma for its own database; that the statements do the same to the other one, the ledgers state at the end.
        async Task ResolveAsync(string how, string name, string statements)
        {
            (await Prisma.RunAsync(wallet.Folder, prisma.UrlText, "migrate", "resolve", how, name)).Succeeded();
            await direct.ExecuteAsync(statements.Replace("{name}", name, StringComparison.Ordinal));
        }
    }

    /// <summary>Datasource and models in files of a folder, the migrations elsewhere, everything in a schema of its own.</summary>
    [Test]
    public async Task Come_out_equal_in_another_schema_from_a_schema_of_many_files_and_a_config()
    {
        using var wallet = Emptied();
        Directory.Delete(Path.Combine(wallet.Folder, "prisma"), recursive: true);
        var models = Directory.CreateDirectory(Path.Combine(wallet.Folder, "db", "models", "people")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(wallet.Folder, "db", "models", "base.prisma"), "datasource db {\n  provider = \"postgresql\"\n}\n");
        await File.WriteAllTextAsync(Path.Combine(models, "user.prisma"), "model User {\n  id Int @id\n}\n");
        await File.WriteAllTextAsync(
            Path.Combine(wallet.Folder, "prisma.config.ts"),
            "import { defineConfig, env } from 'prisma/config'\nexport default defineConfig({\n  schema: 'db/models',\n  migrations: { "
                + "path: 'db/history' },\n  datasource: { url: env('DATABASE_URL') },\n})\n");
        Write(Path.Combine(wallet.Folder, "db", "history"), PrismaHistory.From(2 * PrismaHistory.Kinds.Count));
        await using var prisma = await TestDatabase.CreateAsync();
        await using var direct = await TestDatabase.CreateAsync();
        await prisma.ExecuteAsync("CREATE SCHEMA shop");

        // The engine's stand-in names the schema to Prisma only; the native one sets the search path, too.
        var url = prisma.Url.WithParameter("schema", "shop").WithParameter("options", "-csearch_path=shop");
        var deploy = await Prisma.RunAsync(wallet.Folder, url.Reveal(), "migrate", "deploy");
        var report = await DeployAsync(wallet.Folder, direct.Url.WithParameter("schema", "shop"));

        Assert.That(deploy.ExitCode, Is.Zero, deploy.Everything);
        Assert.That(report.Applied, Has.Count.EqualTo(2 * PrismaHistory.Kinds.Count));
        Assert.That(await LedgerAsync(direct, "shop."), Is.EqualTo(await LedgerAsync(prisma, "shop.")));
        Assert.That(await ContentAsync(direct, "shop."), Is.EqualTo(await ContentAsync(prisma, "shop.")));
    }

    static Wallet Emptied()
    {
        var wallet = Wallet.Copy();
        wallet.MigrationNames.ToList().ForEach(name => Directory.Delete(Path.Combine(wallet.Migrations, name), recursive: true));
        return wallet;
    }

    static void Write(string folder, IReadOnlyList<(string Name, string Sql)> history)
    {
        foreach (var (index, (name, sql)) in history.Index())
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            File.WriteAllText(Path.Combine(folder, name, "migration.sql"), index % 7 == 3 ? sql.ReplaceLineEndings("\r\n") : sql);
        }

        File.WriteAllText(Path.Combine(folder, "migration_lock.toml"), "provider = \"postgresql\"\n");
    }

    static Task<string?> LedgerAsync(TestDatabase database, string schema = "") =>
        database.ScalarAsync<string>($"{Ledger} FROM {schema}_prisma_migrations");

    /// <summary>All schema objects and rows, but for the ledger's times and ids and the moments that the rows were written at.</summary>
    static async Task<string> ContentAsync(TestDatabase database, string schema = "")
    {
        await database.ExecuteAsync($"""
            TRUNCATE {schema}_prisma_migrations;
            DO $$ DECLARE t regclass; BEGIN
              FOR t IN SELECT attrelid::regclass FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE attname = 'updatedAt' AND c.relkind = 'r' LOOP
                EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER; UPDATE %s SET "updatedAt" = ''2026-01-01'', "createdAt" = ''2026-01-01''; ALTER TABLE %s ENABLE TRIGGER USER', t, t, t);
              END LOOP;
            END $$
            """);
        return await database.DigestAsync();
    }

    static async Task<DeploymentReport> DeployAsync(string folder, PostgresUrl url)
    {
        var settings = SettingsReader.Read(
            new Dictionary<string, string> { ["engine"] = "direct" }, new Dictionary<string, string> { ["DATABASE_URL"] = url.Reveal() },
            folder);
        await using var context = new GateContext(settings);
        await using var session = await Session.OpenAsync(url, null, CancellationToken.None);
        var project = MigrationProject.Locate(settings);
        return await Deployment.RunAsync(
            context,
            Deployment.Engine(settings, project, TimeProvider.System),
            project,
            PrismaFolder.Read(project.MigrationsFolder),
            session,
            await LedgerReader.ReadAsync(session, url.Schema, CancellationToken.None),
            CancellationToken.None);
    }
}
