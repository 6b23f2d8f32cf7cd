using DbGate.Postgres;
using DbGate.Tests.Postgres;

namespace DbGate.Tests.Protection;

/// <summary>What a protected database refuses, and what it does not disturb. The test's role is a superuser: accidents of theirs count too.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class SchemaChanges
{
    [TestCase("create table t ()")]
    [TestCase("create table t as select 1")]
    [TestCase("select * into t from wallet")]
    [TestCase("create view v as select 1")]
    [TestCase("create sequence s")]
    [TestCase("create index on entry (amount)")]
    [TestCase("create index concurrently on entry (amount)")]
    [TestCase("create temp table t (); create index concurrently on entry (amount)")]
    [TestCase("drop index concurrently entry_wallet")]
    [TestCase("drop index entry_wallet")]
    [TestCase("alter table entry add column note text")]
    [TestCase("alter table entry drop column amount cascade")]
    [TestCase("alter table wallet rename to purse")]
    [TestCase("alter table wallet alter column id type bigint")]
    [TestCase("alter table wallet owner to pg_monitor")]
    [TestCase("alter table entry disable trigger all")]
    [TestCase("drop table wallet cascade")]
    [TestCase("create temp table t (); drop table t, wallet cascade")]
    [TestCase("drop materialized view total")]
    [TestCase("drop schema public cascade")]
    [TestCase("create schema other")]
    [TestCase("create schema other create table t ()")]
    [TestCase("alter schema public rename to other")]
    [TestCase("create type colour as enum ('red')")]
    [TestCase("create domain d as int")]
    [TestCase("create function f() returns int language sql as 'select 1'")]
    [TestCase("create trigger t before insert on entry execute function suppress_redundant_updates_trigger()")]
    [TestCase("create rule r as on insert to entry do instead nothing")]
    [TestCase("create policy p on entry")]
    [TestCase("create publication p for table entry")]
    [TestCase("create statistics s on wallet, amount from entry")]
    [TestCase("drop owned by current_user cascade")]
    [TestCase("do $$ begin execute 'drop table entry cascade'; end $$")]
    [TestCase("set session_replication_role = replica; drop table entry cascade")]
    [TestCase("set dbgate.token = 'guessed'; drop table entry cascade")]
    public async Task Are_refused(string sql)
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        var before = await database.DigestAsync();

        Assert.That(() => Statements(database.Url, sql), Refusing.It);
        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    [TestCase("drop schema dbgate cascade")]
    [TestCase("drop table dbgate.release cascade")]
    [TestCase("drop function dbgate.guard() cascade")]
    [TestCase("create or replace function dbgate.guard() returns event_trigger language plpgsql as 'begin end'")]
    [TestCase("alter function dbgate.guard() rename to other")]
    [TestCase("alter schema dbgate rename to other")]
    [TestCase("alter table dbgate.installation alter column exempt_roles type text[] using array[current_user::text]")]
    [TestCase("alter table dbgate.installation rename to other")]
    public async Task Of_the_protection_itself_are_refused(string sql)
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        Assert.That(() => database.ExecuteAsync(sql), Throws.TypeOf<PostgresFault>());
        Assert.That((await database.VerifyAsync()).Problems, Is.Empty);
        Assert.That(() => database.ExecuteAsync("drop table entry cascade"), Refusing.It);
    }

    [TestCase("create table if not exists wallet ()")]
    [TestCase("create schema if not exists public")]
    [TestCase("create extension if not exists plpgsql")]
    [TestCase("create index if not exists entry_wallet on entry (wallet)")]
    [TestCase("drop table if exists never")]
    [TestCase("comment on table wallet is 'purse'")]
    [TestCase("grant select on wallet to pg_monitor")]
    [TestCase("revoke all on wallet from pg_monitor")]
    [TestCase("alter default privileges grant select on tables to pg_monitor")]
    [TestCase("refresh materialized view total")]
    [TestCase("analyze")]
    [TestCase("vacuum")]
    [TestCase("vacuum full entry")]
    [TestCase("cluster entry using entry_wallet")]
    [TestCase("reindex table entry")]
    [TestCase("reindex table concurrently entry")]
    [TestCase("insert into entry (wallet, amount) values (1, 1); update entry set amount = 2; delete from entry; truncate entry")]
    [TestCase("create temp table t (i serial primary key, x text default 'a' check (x <> 'b')); create index on t (x)")]
    [TestCase("create temp table t (i int); alter table t add x int default random(); alter table t alter i type bigint; alter table t drop x; drop table t")]
    [TestCase("create temp table t (i int); create temp view v as select * from t; drop table t cascade")]
    [TestCase("create temp sequence s; alter sequence s restart; drop sequence s")]
    [TestCase("begin; create temp table t on commit drop as select * from wallet; commit")]
    [TestCase("select * into temp t from wallet; truncate t; discard temp")]
    [TestCase("listen x; notify x")]
    public async Task Of_no_consequence_are_let_pass(string sql)
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        Assert.That(() => Statements(database.Url, sql), Throws.Nothing);
        Assert.That((await database.RefusalsAsync()).Total, Is.Zero);
    }

    [Test]
    public async Task Are_refused_to_the_owner_of_the_tables()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var role = await TestRole.CreateAsync("pw");
        await using var gate = await DbGate.Protection.ReleaseGate.OpenAsync(database.Url, TimeProvider.System, default);
        await ProtectedDatabase.ExecuteAsync(gate.Url, $"alter table entry owner to {role.Quoted}; grant create on schema public to {role.Quoted}");
        await using var cleaning = new Dropping(() => database.ExecuteAsync($"reassign owned by {role.Quoted} to current_user; drop owned by {role.Quoted}"));
        await using var unprotecting = new Dropping(() => database.ExecuteAsync("drop event trigger dbgate_start; drop event trigger dbgate_end; drop event trigger dbgate_drop"));
        var url = database.Url with { User = role.Name, Password = "pw" };

        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "drop table entry cascade"), Refusing.It);
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "alter table entry add x int"), Refusing.It);
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "alter event trigger dbgate_drop disable"), Throws.TypeOf<PostgresFault>());
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "select dbgate.open_release('\\x00', 1)"), Throws.TypeOf<PostgresFault>());
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "insert into dbgate.release values ('x', now(), 'x', 1)"), Throws.TypeOf<PostgresFault>());
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "select * from dbgate.release"), Throws.TypeOf<PostgresFault>());
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "update dbgate.installation set exempt_roles = array[session_user::text]"), Throws.TypeOf<PostgresFault>());
    }

    [Test]
    public async Task Are_refused_with_what_happened_and_how_to_deploy()
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        var fault = Assert.ThrowsAsync<PostgresFault>(() => database.ExecuteAsync("drop table entry cascade"))!;

        Assert.That(fault.MessageText, Is.EqualTo($"DbGate: DROP TABLE refused on protected database {database.Database.Name}. Its schema changes only in a release. Deploy with: ./build.sh --target=release"));
        Assert.That(fault.Detail, Does.Contain("rolled back"));
        Assert.That(fault.Hint, Does.Contain("prisma migrate resolve --rolled-back"));
    }

    [Test]
    public async Task Of_an_exempt_login_are_let_pass()
    {
        var server = await TestServer.SharedAsync();
        await using var database = await ProtectedDatabase.CreateAsync(ProtectedDatabase.Triggers with { ExemptRoles = [server.Url.User] });

        Assert.That(() => database.ExecuteAsync("create table entry_2027 ()"), Throws.Nothing);
    }

    /// <summary>One after the other in one session, each on its own: many of them cannot stand in a transaction.</summary>
    static async Task Statements(PostgresUrl url, string sql)
    {
        await using var session = await Session.OpenAsync(url, null, CancellationToken.None);
        foreach (var statement in sql.StartsWith("do ", StringComparison.Ordinal) ? [sql] : sql.Split(';'))
        {
            await session.ExecuteAsync(statement, CancellationToken.None);
        }
    }
}
