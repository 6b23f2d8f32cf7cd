using DbGate.Migrations.Deploy;
using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Deploy;

/// <summary>What the project's own command is told by its environment.</summary>
[NonParallelizable]
public sealed class VariablesOfCommands
{
    [Test]
    [Platform("Linux")]
    public async Task Are_the_databases_and_not_what_DbGate_signs_stores_and_publishes_with()
    {
        var before = WithheldVariables.Names.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        var lines = new List<string>();
        try
        {
            foreach (var name in before.Keys)
            {
                Environment.SetEnvironmentVariable(name, "withheld-from-commands");
            }

            var outcome = await new PrismaEngine("env").DeployAsync(
                new DeployRequest(
                    TestContext.CurrentContext.WorkDirectory, PostgresUrl.Parse("postgresql://app@db.example.com/shop", "x"), [], null,
                    TimeSpan.FromMinutes(1)) { OnLine = lines.Add },
                CancellationToken.None);

            Assert.That(outcome.Failure, Is.Null);
        }
        finally
        {
            foreach (var (name, value) in before)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        Assert.That(lines, Has.Some.StartsWith("DATABASE_URL=postgresql://app@db.example.com").And.None.Contains("withheld-from-commands"));
        Assert.That(
            WithheldVariables.Names,
            Is.SupersetOf(
                new[] { "DBGATE_SIGNING_KEY", "GITHUB_TOKEN", "DBGATE_GITHUB_TOKEN", "DBGATE_ADMIN_TOKEN", "GITHUB_OUTPUT",
                    "ACTIONS_ID_TOKEN_REQUEST_TOKEN" }));
    }
}
