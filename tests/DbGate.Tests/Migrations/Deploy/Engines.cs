using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Postgres;
using DbGate.Problems;
using Npgsql;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>Both engines leave the same ledger and the same catalogue: the prisma engine runs the real Prisma.</summary>
[Category("Prisma")]
[Parallelizable(ParallelScope.Self)]
public sealed class Engines
{
    const string Name = "20261121080000_case";

    static readonly DeployEngineKind[] Both = Enum.GetValues<DeployEngineKind>();

    [Test]
    public async Task Deploy_the_wallet_alike()
    {
        using var wallet = Wallet.Copy();
        wallet.UpgradeToNext();

        var (prisma, direct) = await CompareAsync(wallet);

        Assert.That(prisma.Words, Is.EqualTo("5 applied, 5/5 migrations applied"));
        Assert.That(direct, Is.EqualTo(prisma));
    }

    [TestCase("", TestName = "An empty file")]
    [TestCase("-- nothing\n/* at all */\n", TestName = "Comments only")]
    [TestCase("\uFEFFCREATE TABLE bom (id int);", TestName = "A byte-order mark")]
    [TestCase("CREATE TABLE a (id int);\r\nCREATE TABLE b (id int);\r\n", TestName = "Line ends of Windows")]
    [TestCase("BEGIN; CREATE TABLE a (id int); COMMIT; CREATE TABLE b (id int);", TestName = "A transaction of its own")]
    [TestCase("CREATE INDEX CONCURRENTLY own_idx ON \"User\" (id);", TestName = "CONCURRENTLY alone")]
    [TestCase("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$; CREATE TYPE kind AS ENUM ('a;b', 'c');", TestName = "Semicolons in bodies and texts")]
    [TestCase("BEGIN; CREATE TABLE lost (id int);", TestName = "A transaction that is never ended")]
    [TestCase("INSERT INTO nothing SELECT 1; CREATE TABLE never (id int);", TestName = "A failure at the start")]
    [TestCase("CREATE TABLE half (id int); INSERT INTO nothing SELECT 1; CREATE TABLE never (id int);", TestName = "A failure in the middle leaves nothing")]
    [TestCase("CREATE TABLE half (id int);\nCREATE TABLE typo (id int;\n", TestName = "A syntax error leaves nothing")]
    [TestCase("BEGIN; CREATE TABLE kept (id int); COMMIT; SELECT 1/0;", TestName = "A failure after a commit of the file's own")]
    [TestCase("BEGIN; CREATE TABLE lost (id int); SELECT 1/0; COMMIT;", TestName = "A failure inside of a transaction of the file's own")]
    [TestCase("DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'because'; END $$;", TestName = "An error that the file raises")]
    public async Task Deploy_alike(string sql)
    {
        using var wallet = Wallet.Copy();
        wallet.AddMigration(Name, sql);
        wallet.AddMigration("20261121090000_after", "CREATE TABLE after (id int)");

        var (prisma, direct) = await CompareAsync(wallet);

        Assert.That(direct, Is.EqualTo(prisma));
    }

    /// <summary>
    /// pg_dump writes such a line, and people make their first migration from a dump. Prisma then does not find its own ledger any
    /// more, and the migration counts as failed although all of it is there; the direct engine begins each file anew.
    /// </summary>
    [Test]
    public async Task Differ_over_a_file_that_changes_the_session([ValueSource(nameof(Both))] DeployEngineKind engine)
    {
        using var wallet = Wallet.Copy();
        wallet.AddMigration(Name, "SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.dumped (id int);");
        wallet.AddMigration("20261121090000_after", "CREATE TABLE after (id int)");

        Assert.That(
            (await DeployOnceAsync(wallet, engine)).Words,
            Is.EqualTo(engine == DeployEngineKind.Direct
                ? "6 applied, 6/6 migrations applied"
                : "DBG0502: 4 applied in this deploy, 2 left; the ledger has been read again"));
    }

    [Test]
    public async Task Refuse_a_file_that_cannot_be_split_before_anything_is_applied()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        var before = await database.DigestAsync();
        wallet.AddMigration(Name, "SELECT 'never closed");

        Assert.That(async () => await DeployAsync(wallet, database, DeployEngineKind.Direct), Throws.TypeOf<GateException>());
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Tell_what_failed_and_how_far_they_came([ValueSource(nameof(Both))] DeployEngineKind engine)
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        wallet.AddMigration(Name, "CREATE TABLE half (id int); ALTER TABLE nothing ADD COLUMN a int;");
        wallet.AddMigration("20261121090000_after", "SELECT 1");

        Assert.That(
            async () => await DeployAsync(wallet, database, engine),
            Failure.Of("DBG0502", problem =>
                problem.Message.StartsWith($"migration {Name} failed") && problem.Cause!.Contains("nothing") && !problem.Cause.Contains(".rs:")
                && problem.State!.StartsWith("4 applied in this deploy, 2 left") && problem.Code.ExitCode == ExitCode.MigrationFailed));
    }

    [Test]
    public async Task Tell_that_nothing_began()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(wallet.Migrations, "migration_lock.toml"), "provider = \"mysql\"\n");
        var before = await database.DigestAsync();

        Assert.That(async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma), Failure.Of("DBG0503", problem => problem.Cause!.Contains("P3019")));
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Are_not_believed_when_the_ledger_says_no()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();

        Assert.That(
            async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma, "true"),
            Failure.Of("DBG0504", problem => problem.Message.EndsWith("the ledger shows: Migration issues: 4 pending")));
    }

    [Test]
    public async Task Are_believed_less_than_the_ledger_when_they_say_no()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await File.AppendAllTextAsync(await CommandAsync(wallet), "\nexit 7\n");

        Assert.That(async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma), Failure.Of("DBG0502", problem => problem.State!.StartsWith("4 applied")));
    }

    [Test]
    public async Task Find_a_program_that_is_missing_before_anything_changes()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();

        Assert.That(async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma, "no-such-program migrate"), Failure.Of("DBG0503", problem => problem.Cause!.Contains("no-such-program")));
    }

    [Test]
    public async Task Show_no_password_whatever_the_command_prints()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(wallet.Folder, "leak.sh"), "echo \"cannot connect to $DATABASE_URL\" >&2\nexit 1\n");

        Assert.That(
            async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma, "sh leak.sh"),
            Failure.Of("DBG0503", problem => problem.Cause!.Contains("cannot connect to") && !$"{problem}".Contains(database.Url.Password!)));
    }

    [Test]
    public async Task Wait_for_Prismas_lock_as_long_as_Prisma_does()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await using var holder = await database.ConnectAsync();
        await using (var take = new NpgsqlCommand($"SELECT pg_advisory_lock({LedgerReader.PrismaLock})", holder))
        {
            await take.ExecuteNonQueryAsync();
        }

        var prisma = Prisma.RunAsync(wallet.Folder, database.UrlText, "migrate", "deploy");
        var clock = new FakeClock(DateTimeOffset.UtcNow);

        Assert.That(
            async () => await clock.RunAsync(DeployAsync(wallet, database, DeployEngineKind.Direct, clock: clock)),
            Failure.Of("DBG0509", problem => problem.Message.Contains($"backend {holder.ProcessID} ") && problem.Code.ExitCode == ExitCode.Locked));
        Assert.That((await prisma).Everything, Does.Contain("P1002"));
        Assert.That(await database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relname = '_prisma_migrations'"), Is.Zero);
    }

    /// <summary>What a deploy left, in words that can be compared.</summary>
    sealed record Outcome(string Words, string Ledger, string Catalogue);

    static async Task<(Outcome Prisma, Outcome Direct)> CompareAsync(Wallet wallet) =>
        (await DeployOnceAsync(wallet, DeployEngineKind.Prisma), await DeployOnceAsync(wallet, DeployEngineKind.Direct));

    static async Task<Outcome> DeployOnceAsync(Wallet wallet, DeployEngineKind engine)
    {
        await using var database = await TestDatabase.CreateAsync();
        string words;
        try
        {
            var report = await DeployAsync(wallet, database, engine);
            words = $"{report.Applied.Count} applied, {report.Sentence}";
        }
        catch (GateException exception)
        {
            words = $"{exception.Problem.Code}: {exception.Problem.State}";
        }

        var ledger = await database.ScalarAsync<string>("""
            SELECT string_agg(format('%s %s steps %s finished %s rolled back %s logs %s', migration_name, checksum, applied_steps_count,
                finished_at IS NOT NULL, rolled_back_at IS NOT NULL, coalesce(logs, '') <> ''), E'\n' ORDER BY started_at) FROM _prisma_migrations
            """);
        await database.ExecuteAsync("TRUNCATE _prisma_migrations");
        return new Outcome(words, ledger ?? "", await database.DigestAsync());
    }

    static async Task<DeploymentReport> DeployAsync(
        Wallet wallet, TestDatabase database, DeployEngineKind engine, string? command = null, TimeProvider? clock = null)
    {
        await Prisma.InstallIntoAsync(wallet.Folder);
        command ??= $"sh {Path.GetFileName(await CommandAsync(wallet))}";
        var settings = SettingsReader.Read(
            new Dictionary<string, string> { ["engine"] = engine.ToString(), ["migrate-command"] = command },
            new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText },
            wallet.Folder);
        await using var context = new GateContext(settings);
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        var project = PrismaProject.Locate(settings);
        return await Deployment.RunAsync(
            context,
            Deployment.Engine(settings, clock ?? TimeProvider.System),
            project,
            MigrationFolder.Read(project.MigrationsFolder),
            await LedgerReader.ReadAsync(session, "public", CancellationToken.None),
            CancellationToken.None);
    }

    /// <summary>A script that runs the project's own Prisma with the engine that these tests have.</summary>
    static async Task<string> CommandAsync(Wallet wallet)
    {
        var script = Path.Combine(wallet.Folder, "deploy.sh");
        if (!File.Exists(script))
        {
            var engine = (await Prisma.EnvironmentAsync())["PRISMA_SCHEMA_ENGINE_BINARY"];
            await File.WriteAllTextAsync(script, $"export PRISMA_SCHEMA_ENGINE_BINARY='{engine}'\nnpx --no-install prisma migrate deploy");
        }

        return script;
    }
}
