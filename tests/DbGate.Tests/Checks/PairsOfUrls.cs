using DbGate.Checks;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Tests.Checks;

/// <summary>The application's URL and the direct one must be one database of one running server.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class PairsOfUrls
{
    [Test]
    public async Task Of_two_databases_block()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var decoy = await TestDatabase.CreateAsync();

        Assert.That(await JudgeAsync(database.UrlText, decoy.UrlText), Is.EqualTo(new[] { "DBG0125" }));
    }

    [Test]
    public async Task Of_one_database_pass()
    {
        await using var database = await TestDatabase.CreateAsync();
        Assert.That(await JudgeAsync(database.UrlText, database.UrlText), Is.Empty);
    }

    /// <summary>
    /// A physical copy has the same system identifier and the same oid: only a lock that is seen through both distinguishes them.
    /// </summary>
    [Test]
    public async Task Of_a_server_and_its_promoted_copy_block()
    {
        await using var primary = await TestServer.StartLocalAsync();
        await using var copy = await Replica.StartAsync(primary);
        await using (var connection = await TestServer.ConnectAsync(copy.Url))
        {
            await using var promote = new Npgsql.NpgsqlCommand("SELECT pg_promote()", connection);
            Assert.That(await promote.ExecuteScalarAsync(), Is.True);
        }

        Assert.That(await JudgeAsync(primary.Url.Reveal(), copy.Url.Reveal()), Is.EqualTo(new[] { "DBG0125" }));
    }

    static async Task<string[]> JudgeAsync(string url, string direct)
    {
        using var project = new GatedProject();
        await using var context =
            new GateContext(
                project.Read(
                    new Dictionary<string,
                        string> { ["DATABASE_URL"] = url, ["DIRECT_URL"] = direct, ["DBGATE_ENVIRONMENT"] = "staging" }));
        var result = (await CheckRunner.RunAsync([new DatabaseSafetyCheck()], context, CancellationToken.None)).Single().Result;
        return [.. result.Problems.Where(problem => problem.IsBlocking).Select(problem => problem.Code.Id)];
    }
}
