using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Scratch;

namespace DbGate.Tests.Protection;

/// <summary>Neither kind of replication is disturbed: no subscriber's worker and no standby is a session that changes a schema.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Replication
{
    static readonly ThrowawayOptions Logical = new()
    {
        Settings = new Dictionary<string,
            string> { ["wal_level"] = "logical", ["max_wal_senders"] = "10", ["max_replication_slots"] = "10" },
    };

    [Test]
    public async Task To_a_standby_carries_the_protection_and_every_release()
    {
        await using var primary = await TestServer.StartLocalAsync();
        await using var replica = await Replica.StartAsync(primary);
        await using var database = await ProtectedDatabase.CreateAsync(server: primary.Url);
        await using (var gate = await ReleaseGates.OpenAsync(database.Url))
        {
            await ProtectedDatabase.ExecuteAsync(gate.Url, "alter table entry add column note text; update entry set note = 'released'");
        }

        Assert.That(() => database.ExecuteAsync("drop table entry cascade"), Refusing.It);
        await database.RefusalsAsync();
        await replica.CatchUpAsync(primary);

        var copy = replica.Url.WithDatabase(database.Database.Name);
        await using var session = await Session.OpenAsync(copy, null, CancellationToken.None);
        Assert.That(
            await session.ScalarAsync<long>("select count(*) from entry where note = 'released'", CancellationToken.None), Is.EqualTo(20));
        var finding = await ProtectionFinding.ReadAsync(session, CancellationToken.None);
        Assert.That(finding!.Problems, Is.Empty);
        Assert.That(
            (await Refusals.ReadAsync(session, 10, CancellationToken.None))!.Newest,
            Has.One.With.Property(nameof(Refusal.Command)).EqualTo("DROP TABLE"));
    }

    [Test]
    public async Task Of_rows_from_one_protected_database_into_another_goes_on()
    {
        await using var server = await TestServer.StartLocalAsync(Logical);
        await using var source = await ProtectedDatabase.CreateAsync(server: server.Url);
        await using var copy = await ProtectedDatabase.CreateAsync(server: server.Url);
        await using (var gate = await ReleaseGates.OpenAsync(source.Url))
        {
            await ProtectedDatabase.ExecuteAsync(gate.Url, "create publication everything for table wallet, entry");
        }

        await copy.ExecuteAsync("truncate wallet, entry");

        // Both ends are in one server, where the making of a slot waits for the subscriber's transactions too: a subscription that
        // makes its own slot would wait for itself, and a TRUNCATE that arrives while a table's slot is made would wait forever.
        await using (var session = await source.SessionAsync())
        {
            await session.ExecuteAsync("select pg_create_logical_replication_slot('copying', 'pgoutput')", CancellationToken.None);
        }

        await using (var gate = await ReleaseGates.OpenAsync(copy.Url))
        {
            await ProtectedDatabase.ExecuteAsync(
                gate.Url,
                $"create subscription copying connection 'host=127.0.0.1 port={server.Port} user=postgres password={server.Url.Password} "
                    + $"dbname={source.Database.Name}' publication everything with (slot_name = 'copying', create_slot = false)");
        }

        Assert.That(
            async () => await copy.Database.ScalarAsync<long>("select count(*) from pg_subscription_rel where srsubstate = 'r'"),
            Is.EqualTo(2).After(120_000, 100));

        await source.ExecuteAsync(
            "update wallet set balance = balance + 1; delete from entry where id > 10; truncate entry; insert into entry (wallet, amount) "
                + "values (7, 7)");

        Assert.That(
            async () =>
                (await copy.Database.ScalarAsync<long>("select count(*) from entry"),
                    await copy.Database.ScalarAsync<decimal>("select sum(balance) from wallet")),
            Is.EqualTo((1L, 230m)).After(120_000, 100));
        Assert.That((await copy.RefusalsAsync()).Total, Is.Zero);

        // The subscription goes before its database does.
        await using var last = await ReleaseGates.OpenAsync(copy.Url);
        await ProtectedDatabase.ExecuteAsync(last.Url, "drop subscription copying");
    }
}
