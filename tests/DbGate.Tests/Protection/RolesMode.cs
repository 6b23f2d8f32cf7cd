using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Tests.Postgres;

namespace DbGate.Tests.Protection;

/// <summary>The way for servers that allow no event triggers: by who owns what.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RolesMode
{
    [Test]
    public async Task Lets_the_application_write_rows_and_only_a_release_change_the_schema()
    {
        await using var roles = await Roles.CreateAsync();
        var (runtime, deploy) = (roles.Runtime, roles.Deploy);

        Assert.That(
            () =>
                ProtectedDatabase.ExecuteAsync(
                    runtime, "insert into entry (wallet, amount) values (1, 1); update entry set amount = 2; delete from entry"),
                    Throws.Nothing);
        foreach (var (url, sql) in from url in new[] { runtime, deploy } from sql in new[] { "drop table entry cascade",
            "create table t ()", "alter table entry add x int", "truncate entry", "drop schema public cascade" } select (url, sql))
        {
            Assert.That(
                () => ProtectedDatabase.ExecuteAsync(url, sql), Throws.TypeOf<PostgresFault>().With.Property("SqlState").EqualTo("42501"),
                $"{url.User}: {sql}");
        }

        Assert.That(
            () => ReleaseGate.OpenAsync(runtime, TimeProvider.System, CancellationToken.None),
            Failure.From("DBG0810", problem => problem.Message.Contains("permission denied")));
        await using var gate = await ReleaseGate.OpenAsync(deploy, TimeProvider.System, CancellationToken.None);
        await ProtectedDatabase.ExecuteAsync(
            gate.Url,
            "create schema if not exists public; create table later (id serial primary key); alter table entry add x int; create type mood "
                + "as enum ('calm')");
        Assert.That(
            () => ProtectedDatabase.ExecuteAsync(runtime, "insert into later default values; insert into entry (wallet, x) values (1, 1)"),
            Throws.Nothing, "tables of tomorrow");
    }

    /// <summary>The ledger of a first migration belongs to the owner, and a backup by the deploy login reads every table.</summary>
    [Test]
    public async Task Lets_the_deploy_login_read_what_is_there_and_what_a_release_makes()
    {
        await using var roles = await Roles.CreateAsync();
        await using (var gate = await ReleaseGate.OpenAsync(roles.Deploy, TimeProvider.System, CancellationToken.None))
        {
            await ProtectedDatabase.ExecuteAsync(
                gate.Url, "create schema s2; create table s2.later (id serial primary key); create table _prisma_migrations (id int)");
        }

        Assert.That(
            () => ProtectedDatabase.ExecuteAsync(
                roles.Deploy,
                "select from entry; select from _prisma_migrations; select from s2.later; select last_value from s2.later_id_seq"),
            Throws.Nothing);
        Assert.That(
            () => ProtectedDatabase.ExecuteAsync(roles.Deploy, "insert into s2.later default values"),
            Throws.TypeOf<PostgresFault>().With.Property("SqlState").EqualTo("42501"));
    }

    [Test]
    public async Task Converges_and_verifies()
    {
        await using var roles = await Roles.CreateAsync();

        await roles.Database.ProtectAsync(roles.Options);

        var finding = await roles.Database.VerifyAsync();
        Assert.That(finding.Problems, Is.Empty);
        Assert.That(finding.Sentence, Does.StartWith("protected by roles"));
    }

    [Test]
    public async Task Is_taken_away_with_everything_owned_again()
    {
        await using var roles = await Roles.CreateAsync();
        await using (var session = await roles.Database.SessionAsync())
        {
            var installation = await Installation.ReadAsync(session, CancellationToken.None);
            await DatabaseProtection.RunAsync(session, DatabaseProtection.Removal(installation!), CancellationToken.None);
        }

        Assert.That(
            await roles.Database.Database.ScalarAsync<string>("select tableowner::text from pg_tables where tablename = 'entry'"),
            Is.EqualTo(roles.Database.Url.User));
    }

    [Test]
    public async Task Needs_roles_that_exist()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        var options = ProtectedDatabase.Triggers with { Mode = ProtectionMode.Roles };

        Assert.That(() => database.ProtectAsync(options), Failure.From("DBG0811"));
        Assert.That(
            () => database.ProtectAsync(options with { RuntimeRole = "never", DeployRole = database.Url.User }), Failure.From("DBG0811"));
    }

    sealed class Roles(ProtectedDatabase database, TestRole runtime, TestRole deploy) : IAsyncDisposable
    {
        public ProtectedDatabase Database => database;

        public PostgresUrl Runtime => database.Url with { User = runtime.Name, Password = "pw" };

        public PostgresUrl Deploy => database.Url with { User = deploy.Name, Password = "pw" };

        public ProtectionOptions Options =>
            ProtectedDatabase.Triggers with { Mode = ProtectionMode.Roles, RuntimeRole = runtime.Name, DeployRole = deploy.Name };

        public static async Task<Roles> CreateAsync()
        {
            var (runtime, deploy) = (await TestRole.CreateAsync("pw", "runtime"), await TestRole.CreateAsync("pw", "deploy"));
            var options =
                ProtectedDatabase.Triggers with { Mode = ProtectionMode.Roles, RuntimeRole = runtime.Name, DeployRole = deploy.Name };
            return new Roles(await ProtectedDatabase.CreateAsync(options), runtime, deploy);
        }

        public async ValueTask DisposeAsync()
        {
            var owner = $"{database.Database.Name}_owner";
            await database.DisposeAsync();
            await using var session = await Session.OpenAsync((await TestServer.SharedAsync()).Url, null, CancellationToken.None);
            await session.ExecuteAsync($"drop role {Sql.Identifier(owner)}", CancellationToken.None);
            await runtime.DisposeAsync();
            await deploy.DisposeAsync();
        }
    }
}
