using DbGate.Postgres;
using DbGate.Tests.Postgres;

namespace DbGate.Tests.Protection;

/// <summary>
/// What a protected database refuses, and what it does not disturb. The test's role is a superuser: accidents of theirs count too.
/// </summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class SchemaChanges
{
    static readonly string[] Refused =
    [
        "create table t ()",
        "create table t as select 1",
        "select * into t from wallet",
        "create view v as select 1",
        "create sequence s",
        "create index on entry (amount)",
        "create index concurrently on entry (amount)",
        "create temp table t (); create index concurrently on entry (amount)",
        "drop index concurrently entry_wallet",
        "drop index entry_wallet",
        "alter table entry add column note text",
        "alter table entry drop column amount cascade",
        "alter table wallet rename to purse",
        "alter table wallet alter column id type bigint",
        "alter table wallet owner to pg_monitor",
        "alter table entry disable trigger all",
        "drop table wallet cascade",
        "create temp table t (); drop table t, wallet cascade",
        "drop materialized view total",
        "drop schema public cascade",
        "create schema other",
        "create schema other create table t ()",
        "alter schema public rename to other",
        "create type colour as enum ('red')",
        "create domain d as int",
        "create function f() returns int language sql as 'select 1'",
        "create trigger t before insert on entry execute function suppress_redundant_updates_trigger()",
        "create rule r as on insert to entry do instead nothing",
        "create policy p on entry",
        "create publication p for table entry",
        "create statistics s on wallet, amount from entry",
        "drop owned by current_user cascade",
        "do $$ begin execute 'drop table entry cascade'; end $$",
        "set session_replication_role = replica; drop table entry cascade",
        "set dbgate.token = 'guessed'; drop table entry cascade",
    ];

    static readonly string[] Own =
    [
        "drop schema dbgate cascade",
        "drop table dbgate.release cascade",
        "drop function dbgate.guard() cascade",
        "create or replace function dbgate.guard() returns event_trigger language plpgsql as 'begin end'",
        "alter function dbgate.guard() rename to other",
        "alter schema dbgate rename to other",
        "alter table dbgate.installation alter column exempt_roles type text[] using array[current_user::text]",
        "alter table dbgate.installation rename to other",
    ];

    static readonly string[] Harmless =
    [
        "create table if not exists wallet ()",
        "create schema if not exists public",
        "create extension if not exists plpgsql",
        "create index if not exists entry_wallet on entry (wallet)",
        "drop table if exists never",
        "comment on table wallet is 'purse'",
        "grant select on wallet to pg_monitor",
        "revoke all on wallet from pg_monitor",
        "alter default privileges grant select on tables to pg_monitor",
        "refresh materialized view total",
        "analyze",
        "vacuum",
        "vacuum full entry",
        "cluster entry using entry_wallet",
        "reindex table entry",
        "reindex table concurrently entry",
        "insert into entry (wallet, amount) values (1, 1); update entry set amount = 2; delete from entry; truncate entry",
        "create temp table t (i serial primary key, x text default 'a' check (x <> 'b')); create index on t (x)",
        "create temp table t (i int); alter table t add x int default random(); alter table t alter i type bigint; alter table t drop x; "
            + "drop table t",
        "create temp table t (i int); create temp view v as select * from t; drop table t cascade",
        "create temp sequence s; alter sequence s restart; drop sequence s",
        "begin; create temp table t on commit drop as select * from wallet; commit",
        "select * into temp t from wallet; truncate t; discard temp",
        "listen x; notify x",
    ];

    /// <summary>One database for all of them: none may leave a trace.</summary>
    [Test]
    public async Task Are_refused()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        var before = await database.DigestAsync();

        foreach (var sql in Refused)
        {
            Assert.That(() => Statements(database.Url, sql), Refusing.It, sql);
        }

        Assert.That(await database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Of_the_protection_itself_are_refused()
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        foreach (var sql in Own)
        {
            Assert.That(() => database.ExecuteAsync(sql), Throws.TypeOf<PostgresFault>(), sql);
            Assert.That((await database.VerifyAsync()).Problems, Is.Empty, sql);
            Assert.That(() => database.ExecuteAsync("drop table entry cascade"), Refusing.It, sql);
        }
    }

    [Test]
    public async Task Of_no_consequence_are_let_pass()
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        foreach (var sql in Harmless)
        {
            Assert.That(() => Statements(database.Url, sql), Throws.Nothing, sql);
        }

        Assert.That((await database.RefusalsAsync()).Total, Is.Zero);
    }

    [Test]
    public async Task Are_refused_to_the_owner_of_the_tables()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var role = await TestRole.CreateAsync("pw");
        await using var gate = await DbGate.Protection.ReleaseGate.OpenAsync(database.Url, TimeProvider.System, default);
        await ProtectedDatabase.ExecuteAsync(
            gate.Url, $"alter table entry owner to {role.Quoted}; grant create on schema public to {role.Quoted}");
        await using var cleaning =
            new Dropping(() => database.ExecuteAsync($"reassign owned by {role.Quoted} to current_user; drop owned by {role.Quoted}"));
        await using var unprotecting =
            new Dropping(() =>
                database.ExecuteAsync("drop event trigger dbgate_start; drop event trigger dbgate_end; drop event trigger dbgate_drop"));
        var url = database.Url with { User = role.Name, Password = "pw" };

        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "drop table entry cascade"), Refusing.It);
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "alter table entry add x int"), Refusing.It);
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "alter event trigger dbgate_drop disable"), Throws.TypeOf<PostgresFault>());
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "select dbgate.open_release('\\x00', 1)"), Throws.TypeOf<PostgresFault>());
        Assert.That(
            () => ProtectedDatabase.ExecuteAsync(url, "insert into dbgate.release values ('x', now(), 'x', 1)"),
            Throws.TypeOf<PostgresFault>());
        Assert.That(() => ProtectedDatabase.ExecuteAsync(url, "select * from dbgate.release"), Throws.TypeOf<PostgresFault>());
        Assert.That(
            () => ProtectedDatabase.ExecuteAsync(url, "update dbgate.installation set exempt_roles = array[session_user::text]"),
            Throws.TypeOf<PostgresFault>());
    }

    [Test]
    public async Task Are_refused_with_what_happened_and_how_to_deploy()
    {
        await using var database = await ProtectedDatabase.CreateAsync();

        var fault = Assert.ThrowsAsync<PostgresFault>(() => database.ExecuteAsync("drop table entry cascade"))!;

        Assert.That(
            fault.MessageText,
            Is.EqualTo(
                $"DbGate: DROP TABLE refused on protected database {database.Database.Name}. Its schema changes only in a release. Deploy "
                    + "with: ./build.sh --target=release"));
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

    /// <summary>One after the other in one session, each on its own: many of them cannot be in a transaction.</summary>
    static async Task Statements(PostgresUrl url, string sql)
    {
        await using var session = await Session.OpenAsync(url, null, CancellationToken.None);
        foreach (var statement in sql.StartsWith("do ", StringComparison.Ordinal) ? [sql] : sql.Split(';'))
        {
            await session.ExecuteAsync(statement, CancellationToken.None);
        }
    }
}
