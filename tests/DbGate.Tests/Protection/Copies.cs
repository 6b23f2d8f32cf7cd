using DbGate.Postgres;
using DbGate.Protection;

namespace DbGate.Tests.Protection;

/// <summary>A dump of a protected database restores, and the copy is protected.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Copies
{
    [Test]
    public async Task By_pg_dump_and_psql_are_whole_and_protected()
    {
        await using var database = await ProtectedDatabase.CreateAsync(ProtectedDatabase.Triggers with { TripwireTables = ["entry"] });
        Assert.That(() => database.ExecuteAsync("drop schema public cascade"), Refusing.It);
        await using var copy = await TestDatabase.CreateAsync();
        await using var session = await database.SessionAsync();
        var dump = await ClientTools.FindAsync("pg_dump", session.ServerMajor, CancellationToken.None);
        var psql = await ClientTools.FindAsync("psql", session.ServerMajor, CancellationToken.None);

        var script = (await Shell.RunAsync(dump.Path, [], environment: await VariablesAsync(database.Url))).Succeeded().Output;
        (await Shell.RunAsync(psql.Path, ["-X", "-q", "-v", "ON_ERROR_STOP=1"], environment: await VariablesAsync(copy.Url), input: script))
            .Succeeded();

        var restored = new ProtectedDatabase(copy);
        Assert.That(await restored.DigestAsync(), Is.EqualTo(await database.DigestAsync()));
        Assert.That((await restored.VerifyAsync()).Problems, Is.Empty);
        Assert.That(() => restored.ExecuteAsync("drop table entry cascade"), Refusing.It);
        Assert.That(
            (await restored.RefusalsAsync()).Newest.Select(refusal => refusal.Serial), Is.EqualTo(new[] { 2, 1 }),
            "with what was refused before");
    }

    [Test]
    public async Task Are_not_opened_by_a_token_of_the_original()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None);
        await using var session = await database.SessionAsync();
        await using var copy = await TestDatabase.CreateAsync();
        var dump = await ClientTools.FindAsync("pg_dump", session.ServerMajor, CancellationToken.None);
        var psql = await ClientTools.FindAsync("psql", session.ServerMajor, CancellationToken.None);
        var script = (await Shell.RunAsync(dump.Path, [], environment: await VariablesAsync(database.Url))).Succeeded().Output;
        (await Shell.RunAsync(psql.Path, ["-X", "-q", "-v", "ON_ERROR_STOP=1"], environment: await VariablesAsync(copy.Url), input: script))
            .Succeeded();

        Assert.That(await copy.ScalarAsync<long>("select count(*) from dbgate.release"), Is.EqualTo(1));
        Assert.That(() => ProtectedDatabase.ExecuteAsync(gate.Url.WithDatabase(copy.Name), "drop table entry cascade"), Refusing.It);
    }

    static Task<IReadOnlyDictionary<string, string?>> VariablesAsync(PostgresUrl url) =>
        Task.FromResult<IReadOnlyDictionary<string, string?>>(new Dictionary<string, string?>
        {
            ["PGHOST"] = url.Host, ["PGPORT"] = $"{url.Port}", ["PGUSER"] = url.User, ["PGPASSWORD"] = url.Password,
            ["PGDATABASE"] = url.Database,
        });
}
