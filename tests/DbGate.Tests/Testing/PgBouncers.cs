using Npgsql;

namespace DbGate.Tests.Testing;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class PgBouncers
{
    [Test]
    public async Task Pass_queries_to_the_database_behind()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(database.Url);
        await using var connection = await TestServer.ConnectAsync(bouncer.Url);
        await using var command = new NpgsqlCommand("SELECT current_database()::text", connection);

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(database.Name));
    }

    [Test]
    public async Task Give_two_clients_the_same_session_lock()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(database.Url);

        Assert.That(await TryLockAsync(bouncer), Is.True);
        Assert.That(await TryLockAsync(bouncer), Is.True);
        Assert.That(
            await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 4711 AND database = (SELECT oid FROM pg_database "
                    + "WHERE datname = current_database())"), Is.EqualTo(1));
    }

    static async Task<bool> TryLockAsync(PgBouncer bouncer)
    {
        await using var connection = await TestServer.ConnectAsync(bouncer.Url);
        await using var command = new NpgsqlCommand("SELECT pg_try_advisory_lock(4711)", connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
