using Npgsql;

namespace DbGate.Tests.Testing;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Replicas
{
    [Test]
    public async Task Follow_their_primary_and_refuse_writes()
    {
        await using var primary = await TestServer.StartLocalAsync();
        await using var replica = await Replica.StartAsync(primary);
        await using var writer = await TestServer.ConnectAsync(primary.Url);
        await using var write = new NpgsqlCommand("CREATE TABLE wallet AS SELECT 7 AS balance", writer);
        await write.ExecuteNonQueryAsync();
        await replica.CatchUpAsync(primary);
        await using var reader = await TestServer.ConnectAsync(replica.Url);
        await using var read = new NpgsqlCommand("SELECT balance, pg_is_in_recovery() FROM wallet", reader);
        await using (var row = await read.ExecuteReaderAsync())
        {
            await row.ReadAsync();
            Assert.That(row.GetInt32(0), Is.EqualTo(7));
            Assert.That(row.GetBoolean(1), Is.True);
        }

        await using var refused = new NpgsqlCommand("DROP TABLE wallet", reader);
        Assert.That(async () => await refused.ExecuteNonQueryAsync(),
            Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo("25006"));
    }
}
