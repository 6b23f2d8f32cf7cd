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

/// <summary>Both engines leave the same ledger and the same catalogue: the prisma engine runs the real Prisma.</summary>
[Category("Prisma")]
[Parallelizable(ParallelScope.Self)]
sealed class Engines
{
    const string Name = "20261121080000_case";

    static readonly DeployEngineKind[] Both = Enum.GetValues<DeployEngineKind>();

    [Test]
    public async Task Deploy_the_wallet_alike()
    {
        using var wallet = Wallet.Copy();
        wallet.UpgradeToNext();
        await Prisma.CommandAsync(wallet.Folder, byNpx: true);

        var (prisma, direct) = await CompareAsync(wallet);

        Assert.That(prisma.Words, Is.EqualTo("5 applied, 5/5 migrations applied"));
        Assert.That(direct, Is.EqualTo(prisma));
    }

    static readonly (string Name, string Sql)[] Succeeding =
    [
        ("20261121080001_empty", ""),
        ("20261121080002_comments_only", "-- nothing\n/* at all */\n"),
        ("20261121080003_line_ends_of_windows", "CREATE TABLE a (id int);\r\nCREATE TABLE b (id int);\r\n"),
        ("20261121080004_a_transaction_of_its_own", "BEGIN; CREATE TABLE c (id int); COMMIT; CREATE TABLE d (id int);"),
        ("20261121080005_concurrently_alone", "CREATE INDEX CONCURRENTLY own_idx ON \"User\" (id);"),
        ("20261121080006_semicolons",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$; CREATE TYPE kind AS ENUM ('a;b', 'c');"),
    ];

    [Test]
    public async Task Deploy_alike_what_goes_through()
    {
        using var wallet = Wallet.Copy();
        Succeeding.ToList().ForEach(migration => wallet.AddMigration(migration.Name, migration.Sql));

        var (prisma, direct) = await CompareAsync(wallet);

        Assert.That(prisma.Words, Is.EqualTo("10 applied, 10/10 migrations applied"));
        Assert.That(direct, Is.EqualTo(prisma));
    }

    [TestCase(
        "CREATE TABLE half (id int); INSERT INTO nothing SELECT 1; CREATE TABLE never (id int);",
        TestName = "A failure in the middle leaves nothing")]
    [TestCase("CREATE TABLE half (id int);\nCREATE TABLE typo (id int;\n", TestName = "A syntax error leaves nothing")]
    [TestCase("BEGIN; CREATE TABLE kept (id int); COMMIT; SELECT 1/0;", TestName = "A failure after a commit of the file's own")]
    [TestCase("BEGIN; CREATE TABLE lost (id int); SELECT 1/0; COMMIT;", TestName = "A failure inside of a transaction of the file's own")]
    [TestCase("DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'because'; END $$;", TestName = "An error that the file raises")]
    public async Task Deploy_alike_what_fails(string sql)
    {
        using var wallet = Wallet.Copy();
        wallet.AddMigration(Name, sql);
        wallet.AddMigration("20261121090000_after", "CREATE TABLE after (id int)");

        var (prisma, direct) = await CompareAsync(wallet);

        Assert.That(direct, Is.EqualTo(prisma));
    }

    /// <summary>
    /// pg_dump writes such a line, and people make their first migration from a dump. Prisma then does not find its own ledger any
    /// more, and the migration counts as failed although all of it is there; the direct engine begins each file again.
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

    /// <summary>Prisma itself applies nothing of it, reports success, and leaves an unfinished row.</summary>
    [Test]
    public async Task Refuse_a_transaction_that_is_never_ended_before_anything_is_applied([ValueSource(nameof(Both))]
        DeployEngineKind engine)
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        var before = await database.DigestAsync();
        wallet.AddMigration(Name, "BEGIN; CREATE TABLE lost (id int);");

        Assert.That(
            async () => await DeployAsync(wallet, database, engine),
            Failure.From("DBG0283", problem => problem.Code.ExitCode == ExitCode.Blocked && problem.Message.Contains("line 1")));
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
            Failure.From("DBG0502", problem =>
                problem.Message.StartsWith($"migration {Name} failed")
                    && problem.Cause!.Contains("nothing")
                    && !problem.Cause.Contains(".rs:")
                && problem.State!.StartsWith("4 applied in this deploy, 2 left") && problem.Code.ExitCode == ExitCode.MigrationFailed));
    }

    [Test]
    public async Task Tell_that_nothing_began()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(wallet.Migrations, "migration_lock.toml"), "provider = \"mysql\"\n");
        var before = await database.DigestAsync();

        Assert.That(
            async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma),
            Failure.From("DBG0503", problem => problem.Cause!.Contains("P3019")));
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Are_not_believed_when_the_ledger_says_no()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();

        Assert.That(
            async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma, "true"),
            Failure.From("DBG0504", problem => problem.Message.EndsWith("the ledger shows: Migration issues: 4 pending")));
    }

    [Test]
    public async Task Are_believed_less_than_the_ledger_when_they_say_no()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await Prisma.CommandAsync(wallet.Folder);
        await File.AppendAllTextAsync(Path.Combine(wallet.Folder, "deploy.sh"), "\nexit 7\n");

        Assert.That(
            async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma),
            Failure.From("DBG0502", problem => problem.State!.StartsWith("4 applied")));
    }

    [Test]
    public async Task Find_a_program_that_is_missing_before_anything_changes()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();

        Assert.That(
            async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma, "no-such-program migrate"),
            Failure.From("DBG0503", problem => problem.Cause!.Contains("no-such-program")));
    }

    [Test]
    public async Task Show_no_password_whatever_the_command_prints()
    {
        using var wallet = Wallet.Copy();
        await using var database = await TestDatabase.CreateAsync();
        await File.WriteAllTextAsync(Path.Combine(wallet.Folder, "leak.sh"), "echo \"cannot connect to $DATABASE_URL\" >&2\nexit 1\n");

        Assert.That(
            async () => await DeployAsync(wallet, database, DeployEngineKind.Prisma, "sh leak.sh"),
            Failure.From(
                "DBG0503", problem => problem.Cause!.Contains("cannot connect to") && !$"{problem}".Contains(database.Url.Password!)));
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

    internal static async Task<DeploymentReport> DeployAsync(
        Wallet wallet, TestDatabase database, DeployEngineKind engine, string? command = null, TimeProvider? clock = null)
    {
        command ??= File.Exists(Path.Combine(wallet.Folder, "deploy.sh")) ? "sh deploy.sh" : await Prisma.CommandAsync(wallet.Folder);
        var settings = SettingsReader.Read(
            new Dictionary<string, string> { ["engine"] = engine.ToString(), ["migrate-command"] = command },
            new Dictionary<string, string> { ["DATABASE_URL"] = database.UrlText },
            wallet.Folder);
        await using var context = new GateContext(settings);
        await using var session = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        var project = MigrationProject.Locate(settings);
        return await Deployment.RunAsync(
            context,
            Deployment.Engine(settings, project, clock ?? TimeProvider.System),
            project,
            PrismaFolder.Read(project.MigrationsFolder),
            session,
            await LedgerReader.ReadAsync(session, "public", CancellationToken.None),
            CancellationToken.None);
    }
}
