using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Tests.Postgres;

namespace DbGate.Tests.Protection;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class ReleaseGates
{
    const string Change = "create table t (); drop table t";

    [Test]
    public async Task Let_the_release_change_the_schema_and_nobody_else()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var gate = await OpenAsync(database.Url);

        Assert.That(() => ProtectedDatabase.ExecuteAsync(gate.Url, Change), Throws.Nothing);
        Assert.That(() => ProtectedDatabase.ExecuteAsync(gate.Url, "create index concurrently on entry (amount)"), Throws.Nothing);
        Assert.That(
            () =>
                ProtectedDatabase.ExecuteAsync(
                    gate.Url, "create function f() returns int language sql as 'select 1'; drop schema if exists x"), Throws.Nothing);
        Assert.That(() => database.ExecuteAsync(Change), Refusing.It);
    }

    [Test]
    public async Task Let_an_extension_make_its_objects()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        if (!await database.Database.ScalarAsync<bool>("select exists (select from pg_available_extensions where name = 'pg_trgm')"))
        {
            throw Counterpart.Missing(
                "This server has no contributed extensions", "sudo apt-get install postgresql-contrib", required: false);
        }

        Assert.That(() => database.ExecuteAsync("create extension pg_trgm"), Refusing.It);
        await using var gate = await OpenAsync(database.Url);
        await ProtectedDatabase.ExecuteAsync(gate.Url, "create extension pg_trgm");
        await ProtectedDatabase.ExecuteAsync(gate.Url, "drop extension pg_trgm");
    }

    [Test]
    public async Task Close_so_that_a_token_is_of_no_use_again()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        var first = await OpenAsync(database.Url);
        await first.DisposeAsync();
        await using var second = await OpenAsync(database.Url);

        Assert.That(() => ProtectedDatabase.ExecuteAsync(first.Url, Change), Refusing.It);
        Assert.That(() => ProtectedDatabase.ExecuteAsync(second.Url, Change), Throws.Nothing);
    }

    [Test]
    public async Task Close_on_a_session_that_is_still_open()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        var gate = await OpenAsync(database.Url);
        await using var session = await Session.OpenAsync(gate.Url, null, CancellationToken.None);
        await session.ExecuteAsync("begin isolation level repeatable read", CancellationToken.None);
        await session.ExecuteAsync("create table t ()", CancellationToken.None);

        await gate.DisposeAsync();

        Assert.That(() => session.ExecuteAsync("create table u ()", CancellationToken.None), Refusing.It);
    }

    [Test]
    public async Task Are_closed_by_a_crash_of_the_release()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var gate = await OpenAsync(database.Url);
        await database.ExecuteAsync("select pg_terminate_backend(pid, 60000) from dbgate.release");

        Assert.That(await database.Database.ScalarAsync<long>("select count(*) from dbgate.release"), Is.EqualTo(1), "nobody tidied up");
        Assert.That(() => ProtectedDatabase.ExecuteAsync(gate.Url, Change), Refusing.It);
    }

    [Test]
    public async Task Are_closed_when_their_time_is_over()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var gate = await OpenAsync(database.Url);
        await database.ExecuteAsync("update dbgate.release set until = clock_timestamp()");

        Assert.That(() => ProtectedDatabase.ExecuteAsync(gate.Url, Change), Refusing.It);
    }

    [Test]
    public async Task Stay_open_for_as_long_as_the_release_lives()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        await using var gate = await ReleaseGate.OpenAsync(database.Url, clock, CancellationToken.None);
        await database.ExecuteAsync("update dbgate.release set until = clock_timestamp() + interval '30 s'");

        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.That(
            () => database.Database.ScalarAsync<bool>("select until > clock_timestamp() + interval '4 min' from dbgate.release").Result,
            Is.True.After(60_000, 20));
    }

    [Test]
    public async Task Are_of_no_use_to_another_login()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var role = await TestRole.CreateAsync("pw");
        await using var gate = await OpenAsync(database.Url);
        await ProtectedDatabase.ExecuteAsync(gate.Url, $"alter role {role.Quoted} superuser");

        Assert.That(() => ProtectedDatabase.ExecuteAsync(gate.Url with { User = role.Name, Password = "pw" }, Change), Refusing.It);
    }

    [Test]
    public async Task Open_for_one_release_at_a_time()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var gate = await OpenAsync(database.Url);

        Assert.That(() => OpenAsync(database.Url), Failure.From("DBG0809"));
        Assert.That(() => ProtectedDatabase.ExecuteAsync(gate.Url, Change), Throws.Nothing);
    }

    [Test]
    public async Task Open_for_the_deploy_role_and_no_other()
    {
        await using var role = await TestRole.CreateAsync("pw");
        await using var other = await TestRole.CreateAsync("pw");
        await using var database = await ProtectedDatabase.CreateAsync(ProtectedDatabase.Triggers with { DeployRole = role.Name });
        await using var cleaning = new Dropping(async () =>
        {
            await database.ExecuteAsync(ProtectionScript.Uninstall((await ReadAsync(database))!));
            await database.ExecuteAsync($"drop owned by {role.Quoted}");
        });
        await using (var own = await OpenAsync(database.Url))
        {
            await ProtectedDatabase.ExecuteAsync(own.Url, $"grant create on schema public to {role.Quoted}");
        }

        Assert.That(
            () => OpenAsync(database.Url with { User = other.Name, Password = "pw" }),
            Failure.From("DBG0808", problem => problem.Fix!.ToString().Contains(other.Name)));
        await using var gate = await OpenAsync(database.Url with { User = role.Name, Password = "pw" });
        await ProtectedDatabase.ExecuteAsync(gate.Url, Change);
    }

    [Test]
    public async Task Keep_the_options_that_the_URL_has()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var gate = await OpenAsync(database.Url.WithParameter("options", "-c search_path=app,\\ one"));
        await using var session = await Session.OpenAsync(gate.Url, null, CancellationToken.None);

        Assert.That(
            await session.ScalarAsync<string>("select current_setting('search_path')", CancellationToken.None), Is.EqualTo("app, one"));
    }

    [Test]
    public async Task Leave_a_database_without_protection_alone()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var gate = await OpenAsync(database.Url);

        Assert.That(gate.Url, Is.EqualTo(database.Url));
    }

    [Test]
    public async Task Do_not_open_through_a_pooler()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var bouncer = await DbGate.Testing.PgBouncer.StartAsync(database.Url);

        Assert.That(() => OpenAsync(bouncer.Url), Failure.From("DBG0810"));
        Assert.That(() => ProtectedDatabase.ExecuteAsync(bouncer.Url, Change), Refusing.It);
    }

    internal static Task<ReleaseGate> OpenAsync(PostgresUrl url) => ReleaseGate.OpenAsync(url, TimeProvider.System, CancellationToken.None);

    static async Task<Installation?> ReadAsync(ProtectedDatabase database)
    {
        await using var session = await database.SessionAsync();
        return await Installation.ReadAsync(session, CancellationToken.None);
    }
}
