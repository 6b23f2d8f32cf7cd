using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;
using DbGate.Testing;

namespace DbGate.Tests.Gates.Steps;

/// <summary><c>guard --identify</c> against a real server: names play no role.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CommandIdentities
{
    [Test]
    public async Task Are_productions_whatever_the_url_looks_like()
    {
        await using var production = await TestDatabase.CreateAsync();
        var result = await GuardAsync($"psql {production.UrlText} -c 'DROP TABLE users'", ("DATABASE_URL_PROD", production.UrlText));

        Assert.That(
            result.Problems.Select(problem => (problem.Code.Id, problem.Message)),
            Is.EqualTo(new[] { ("DBG0416", $"this would hit PRODUCTION: database {production.Name}") }));
    }

    [Test]
    public async Task Of_another_database_of_the_same_server_are_not_productions()
    {
        await using var production = await TestDatabase.CreateAsync();
        await using var other = await TestDatabase.CreateAsync();
        var result = await GuardAsync($"psql {other.UrlText} -c 'DROP TABLE users'", ("DATABASE_URL_PROD", production.UrlText));

        Assert.That((result.Problems.Count(), result.Facts.Single().Value), Is.EqualTo((0, result.Facts.Single().Value)));
        Assert.That(result.Facts.Single().Value, Does.Contain("is not production, by DATABASE_URL_PROD"));
    }

    [Test]
    public async Task Of_a_command_that_only_reads_do_not_block()
    {
        await using var production = await TestDatabase.CreateAsync();
        var result =
            await GuardAsync("psql -c 'SELECT 1'", ("DATABASE_URL", production.UrlText), ("DATABASE_URL_PROD", production.UrlText));

        Assert.That((result.Problems.Count(), result.Facts.Single().Value.Contains("is production")), Is.EqualTo((0, true)));
    }

    [Test]
    public async Task Block_where_production_is_not_known()
    {
        await using var other = await TestDatabase.CreateAsync();
        var result = await GuardAsync($"psql {other.UrlText} -c 'DROP TABLE users'");

        Assert.That(result.Problems.Single().Code.Id, Is.EqualTo("DBG0417"));
    }

    static async Task<StepResult> GuardAsync(string command, params (string Name, string Value)[] variables)
    {
        using var project = new GatedProject();
        await using var context =
            new GateContext(
                project.Read(
                    variables.ToDictionary(one => one.Name, one => one.Value), new() { ["command"] = command, ["identify"] = "true" }));
        return await new GuardStep().RunAsync(context, CancellationToken.None);
    }
}
