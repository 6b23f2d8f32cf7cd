using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Releases;

/// <summary>A claim about a migration is written into the ledger when the catalog does not contradict it.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class ResolvedMigrations
{
    const string Two = "20260303000000_two";

    /// <summary>The file commits its first table before it fails.</summary>
    const string Halfway = "BEGIN; CREATE TABLE half (id int); COMMIT;\nSELECT 1 / 0;\n";

    [Test]
    public async Task As_rolled_back_only_when_nothing_of_it_is_left()
    {
        await using var project = await FailedAsync(Halfway);

        var refused = await ResolveAsync(project, "rolled-back");
        refused.Expect("DBG0229", ExitCode.Blocked);
        Assert.That(refused.Result.Problems.Single().Cause, Is.EqualTo("table public.half is in the database, and no migration makes it"));
        Assert.That(await StateAsync(project), Is.EqualTo("f f"), "nothing was written");

        await project.Database.ExecuteAsync("DROP TABLE half");
        var resolved = await ResolveAsync(project, "rolled-back");
        resolved.Expect(null);
        Assert.That(await StateAsync(project), Is.EqualTo("f t"));
        Assert.That(resolved.Result.Facts.Select(fact => fact.Name), Does.Contain("compared on").And.Contain("rolled-back"));
        Assert.That(
            Directory.GetFiles(project.Of("backups/evidence"), "*.json").Select(File.ReadAllText), Has.Some.Contains("\"resolve\""));

        var again = await ResolveAsync(project, "rolled-back");
        Assert.That((again.Result.IsBlocking, again.Result.OnlyLooked), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task As_applied_only_when_all_of_it_is_there()
    {
        await using var project = await FailedAsync(
            "CREATE TABLE one (id int);\nCREATE TABLE two (id int PRIMARY KEY);\nINSERT INTO nothing VALUES (1);\n");
        project.With(Two, "CREATE TABLE one (id int);\nCREATE TABLE two (id int PRIMARY KEY);\n");
        await project.Database.ExecuteAsync("CREATE TABLE one (id int); CREATE TABLE two (id int)");

        var refused = await ResolveAsync(project, "applied");
        refused.Expect("DBG0229", ExitCode.Blocked);
        Assert.That(refused.Result.Problems.Single().Cause, Does.Contain("primary key public.two.two_pkey is missing in the database"));

        await project.Database.ExecuteAsync("ALTER TABLE two ADD PRIMARY KEY (id)");
        (await ResolveAsync(project, "applied")).Expect(null);
        Assert.That(await StateAsync(project), Is.EqualTo("f t, t f"));
    }

    /// <summary>Rows are in no catalog: a person looks, and confirms with the database's name.</summary>
    [Test]
    public async Task With_rows_only_when_a_person_confirms_it()
    {
        await using var project = await FailedAsync("UPDATE \"User\" SET id = id + 100;\nSELECT 1 / 0;\n");
        project.With(Two, "UPDATE \"User\" SET id = id + 100;\n");

        var asked = await ResolveAsync(project, "applied");
        asked.Expect("DBG0238", ExitCode.Blocked);
        Assert.That(asked.Result.Problems.Single().Cause, Does.Contain("statement 1 of"));
        (await ResolveAsync(project, "applied", ("confirm", "yes"))).Expect("DBG0238", ExitCode.Blocked);
        var confirmed = await ResolveAsync(project, "applied", ("confirm", project.Database.Name));
        confirmed.Expect(null);
        Assert.That(confirmed.Result.NotChecked, Has.Some.Contains("statement 1 of"));
    }

    /// <summary>The direct engine sent the file as one transaction, so its rows cannot have stayed.</summary>
    [Test]
    public async Task As_rolled_back_with_rows_of_a_file_that_was_one_transaction()
    {
        await using var project = await FailedAsync(
            "UPDATE \"User\" SET id = id + 100;\nSELECT 1 / (count(*) - count(*)) FROM \"User\";\n");

        (await ResolveAsync(project, "rolled-back")).Expect(null);
    }

    [Test]
    public async Task With_other_differences_only_when_a_person_confirms_it()
    {
        await using var project = await FailedAsync("CREATE TABLE two (id int);\nSELECT 1 / 0;\n");
        await project.Database.ExecuteAsync("CREATE TABLE by_hand (id int)");

        var asked = await ResolveAsync(project, "rolled-back");
        asked.Expect("DBG0238", ExitCode.Blocked);
        Assert.That(asked.Result.Problems.Single().Cause, Does.StartWith("drift: table public.by_hand is in the database"));
        (await ResolveAsync(project, "rolled-back", ("confirm", project.Database.Name))).Expect(null);
    }

    /// <summary>Production asks for its name, and a protected database lets only a release write.</summary>
    [Test]
    public async Task In_a_protected_production_with_its_name()
    {
        await using var project = await FailedAsync("CREATE TABLE two (id int);\nSELECT 1 / 0;\n");
        (await project.RunAsync(new ProtectStep(), ("environment", "development"))).Expect(null);

        (await ResolveAsync(project, "rolled-back", ("environment", "production"))).Expect("DBG0238", ExitCode.Blocked);
        (await ResolveAsync(project, "rolled-back", ("environment", "production"), ("confirm", project.Database.Name))).Expect(null);
        Assert.That(await StateAsync(project), Is.EqualTo("f t"));
    }

    [Test]
    public async Task Not_while_one_is_running()
    {
        await using var project = await FailedAsync("CREATE TABLE two (id int);\nSELECT 1 / 0;\n");
        await using var other = await Session.OpenAsync(project.Database.Url, null, default);
        await other.ExecuteAsync("select pg_advisory_lock(72707369)", default);

        (await ResolveAsync(project, "rolled-back")).Expect("DBG0203", ExitCode.Locked);
    }

    [Test]
    public async Task Not_without_a_claim_that_means_something()
    {
        await using var project = await FailedAsync("SELECT 1 / 0;\n");

        (await ResolveAsync(project, "done")).Expect("DBG0239", ExitCode.Usage);
        (await project.RunAsync(new ResolveStep(), ("as", "applied"))).Expect("DBG0239", ExitCode.Usage);
        (await project.RunAsync(new ResolveStep(), ("migration", "gone"), ("as", "applied"))).Expect("DBG0239", ExitCode.Usage);
    }

    static async Task<PlannedProject> FailedAsync(string sql)
    {
        var project = await PlannedProject.CreateAsync("""{ "staging": { "required": 0 } }""");
        project.With(Two, sql);
        (await project.RunAsync(new MigrateDeployStep(), ("environment", "development"))).Expect("DBG0502", ExitCode.MigrationFailed);
        return project;
    }

    static Task<DbGate.Releases.StepReport> ResolveAsync(PlannedProject project, string state, params (string, string)[] options) =>
        project.RunAsync(new ResolveStep(), [("migration", Two), ("as", state), .. options]);

    /// <summary>The rows of the migration: finished or not, rolled back or not.</summary>
    static Task<string?> StateAsync(PlannedProject project) => project.Database.ScalarAsync<string>(
        $"SELECT string_agg(format('%s %s', finished_at IS NOT NULL, rolled_back_at IS NOT NULL), ', ' ORDER BY finished_at IS NOT NULL) "
            + $"FROM _prisma_migrations WHERE migration_name = '{Two}'");
}
