using DbGate.Migrations.Deploy;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Tests.Releases;

/// <summary>A rehearsal has the rights, names and settings that the deploy has.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RehearsalsAsTheDeployRole
{
    static int count;

    const string Password = "deployer";

    [Test]
    public async Task Block_a_migration_of_a_table_that_the_role_does_not_own()
    {
        await using var role = await Deployer.CreateAsync();
        await using var project = await role.ProjectAsync("ALTER TABLE \"User\" ADD COLUMN a int;");
        var before = await project.Database.DigestAsync();

        var rehearsal = (await project.PrepareAsync(rehearsed: true))[^1];

        rehearsal.Expect("DBG0564", ExitCode.Blocked);
        Assert.That(rehearsal.Result.Problems[0].Message, Does.Contain(role.Name).And.Contain("must be owner of table User"));
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Pass_what_the_role_may_do_as_a_member_of_the_owner()
    {
        await using var role = await Deployer.CreateAsync();
        await using var owner = await Deployer.CreateAsync();
        await using var project = await role.ProjectAsync(
            "ALTER TABLE \"User\" ADD COLUMN a int;", $"ALTER TABLE \"User\" OWNER TO {owner.Name}; GRANT {owner.Name} TO {role.Name};");

        var rehearsal = (await project.PrepareAsync(rehearsed: true))[1];

        rehearsal.Expect(null);
        Assert.That(rehearsal.Result.Facts.Single(fact => fact.Name == "role").Value, Is.EqualTo(role.Name));
    }

    [Test]
    public async Task Know_the_roles_of_production_that_the_backup_does_not_name()
    {
        await using var role = await Deployer.CreateAsync();
        await using var project = await PlannedProject.CreateAsync(sql: $"GRANT SELECT ON \"User\" TO {role.Name};");

        (await project.PrepareAsync(rehearsed: true))[1].Expect(null);
    }

    [Test]
    public async Task Know_the_database_by_its_name()
    {
        await using var project = await PlannedProject.CreateAsync();
        project.With(PlannedProject.Pending, $"""
            ALTER DATABASE {project.Database.Name} SET work_mem = '8MB';
            GRANT CONNECT ON DATABASE {project.Database.Name} TO PUBLIC;
            COMMENT ON DATABASE {project.Database.Name} IS 'released';
            """);

        (await project.PrepareAsync(rehearsed: true))[1].Expect(null);
    }

    [TestCase(true, null)]
    [TestCase(false, "DBG0564")]
    public async Task Have_the_rights_on_the_database(bool mayCreate, string? code)
    {
        await using var role = await Deployer.CreateAsync();
        await using var project = await role.ProjectAsync("CREATE SCHEMA s2;");
        if (mayCreate)
        {
            await project.Database.ExecuteAsync($"GRANT CREATE ON DATABASE {project.Database.Name} TO {role.Name}");
        }

        (await project.PrepareAsync(rehearsed: true))[1].Expect(code, code is null ? ExitCode.Pass : ExitCode.Blocked);
    }

    [Test]
    public async Task Have_the_settings_of_the_role()
    {
        await using var role = await Deployer.CreateAsync();
        await using var project =
            await role.ProjectAsync(
                "DO $$ BEGIN IF current_setting('app.tenant', true) IS DISTINCT FROM 'a' THEN RAISE EXCEPTION 'no tenant'; END "
                    + "IF; END $$;");
        await project.Database.ExecuteAsync($"ALTER ROLE {role.Name} SET app.tenant = 'a'");

        (await project.PrepareAsync(rehearsed: true))[1].Expect(null);
    }

    [Test]
    public async Task Say_so_when_the_server_of_production_lacks_an_extension()
    {
        await using var project = await PlannedProject.CreateAsync(sql: "SELECT 1;\nCREATE EXTENSION IF NOT EXISTS \"dbgate_nothing\";");

        var rehearsal = (await project.PrepareAsync(rehearsed: true))[1];

        rehearsal.Expect("DBG0567", ExitCode.Blocked);
        Assert.That(rehearsal.Result.Problems[0].Location?.Line, Is.EqualTo(2));
    }

    [Test]
    public async Task Restore_what_the_first_superuser_owns_whatever_its_name()
    {
        await using var server = await TestServer.StartLocalAsync(new ThrowawayOptions { Superuser = "app" });
        await using var project = await PlannedProject.CreateAsync(server: server.Url);

        (await project.PrepareAsync(rehearsed: true))[1].Expect(null);
    }

    [Test]
    public async Task Leave_out_locks_in_an_empty_database_and_say_so()
    {
        await using var project = await PlannedProject.CreateAsync(byHand: "TRUNCATE \"User\"");

        var steps = await project.PrepareAsync(rehearsed: true);

        Assert.That(
            steps[1].Result.Facts.Where(fact => fact.Name.StartsWith("lock", StringComparison.Ordinal)).Select(fact => fact.Value),
            Is.EqualTo(new[]
        {
            "not listed, and no findings about them: the database holds no rows",
        }));
        Assert.That(steps[^1].Result.AllProblems.Select(problem => problem.Code.Id), Has.None.EqualTo("DBG0267"));
    }

    [Test]
    public async Task Ask_for_no_lock_timeout_where_the_deploy_sets_one()
    {
        await using var project = await PlannedProject.CreateAsync(sql: "ALTER TABLE \"User\" ALTER COLUMN id TYPE bigint;\n");

        var steps = await project.PrepareAsync(rehearsed: true);

        Assert.That(steps[^1].Step.Name, Is.EqualTo("plan"));
        Assert.That(steps[^1].Result.AllProblems.Select(problem => problem.Code.Id), Has.None.EqualTo("DBG0267"));
    }

    [Test]
    public async Task Ask_for_a_lock_timeout_in_the_plan_of_a_deploy_without_one()
    {
        await using var project = await PlannedProject.CreateAsync(sql: "ALTER TABLE \"User\" ALTER COLUMN id TYPE bigint;\n");
        project.Variables["DBGATE_DEPLOY_LOCK_TIMEOUT"] = "0s";

        var steps = await project.PrepareAsync(rehearsed: true);

        Assert.That(steps[^1].Result.AllProblems.Select(problem => problem.Code.Id), Has.Some.EqualTo("DBG0267"));
    }

    [TestCase(5, true)]
    [TestCase(60, true)]
    [TestCase(61, false)]
    [TestCase(0, false)]
    public async Task Ask_for_a_lock_timeout_where_the_deploy_sets_none(int seconds, bool isSet)
    {
        await using var database = await TestDatabase.CreateAsync();
        var options = new LockOptions(TimeSpan.FromSeconds(seconds), TimeSpan.FromMinutes(1), TimeSpan.Zero);

        Assert.That(await DeployTimeouts.LimitLocksAsync(database.Url, options, CancellationToken.None), Is.EqualTo(isSet));
    }

    /// <summary>A login that may read the project's table and write the ledger.</summary>
    sealed class Deployer : IAsyncDisposable
    {
        Deployer(TestDatabase maintenance, string name) => (Maintenance, Name) = (maintenance, name);

        public string Name { get; }

        TestDatabase Maintenance { get; }

        public static async Task<Deployer> CreateAsync()
        {
            var maintenance = await TestDatabase.CreateAsync();
            var role = new Deployer(maintenance, $"{maintenance.Name}_role_{Interlocked.Increment(ref count)}");
            await maintenance.ExecuteAsync($"CREATE ROLE {role.Name} LOGIN PASSWORD '{Password}'");
            return role;
        }

        public async Task<PlannedProject> ProjectAsync(string sql, string? byHand = null)
        {
            var project = await PlannedProject.CreateAsync(
                sql: sql,
                byHand: $"GRANT USAGE ON SCHEMA public TO {Name}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {Name}; GRANT ALL ON ALL "
                    + $"SEQUENCES IN SCHEMA public TO {Name}; {byHand}");
            project.Url = (project.Database.Url with { User = Name, Password = Password }).Reveal();
            return project;
        }

        public async ValueTask DisposeAsync()
        {
            // Its databases go first: a role that owns something cannot be dropped.
            await Eventually.HoldsAsync(async () =>
            {
                try
                {
                    await Maintenance.ExecuteAsync($"DROP ROLE {Name}");
                    return true;
                }
                catch (Npgsql.PostgresException inUse) when (inUse.SqlState == "2BP01")
                {
                    return false;
                }
            });
            await Maintenance.DisposeAsync();
        }
    }
}
