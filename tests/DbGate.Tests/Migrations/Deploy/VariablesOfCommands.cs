using DbGate.Configuration;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Tools;
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

            var outcome = await new CommandEngine("env").DeployAsync(
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

    /// <summary>Else a rehearsal's command reads the address of production from the environment of the run.</summary>
    [TestCase("Host=production;Username=app;Database=shop", "Host=scratch;")]
    [TestCase("postgresql://app@production/shop", "postgresql://app@scratch:5432/shop")]
    [Platform("Linux")]
    public async Task Have_the_target_in_the_run_s_own_variable_in_the_form_of_the_project(string written, string handedOn)
    {
        const string Own = "ConnectionStrings__VariablesOfCommands";
        var lines = new List<string>();
        try
        {
            Environment.SetEnvironmentVariable(Own, written);
            var settings = SettingsReader.Read(
                new Dictionary<string, string> { ["database-url-variable"] = Own },
                new Dictionary<string, string> { [Own] = written, ["DATABASE_URL"] = written },
                TestContext.CurrentContext.WorkDirectory);
            await new CommandEngine("env", new EfCoreTool(), TargetVariable.From(settings)).DeployAsync(
                new DeployRequest(
                    TestContext.CurrentContext.WorkDirectory, PostgresUrl.Parse("postgresql://app@scratch/shop", "x"), [], null,
                    TimeSpan.FromMinutes(1)) { OnLine = lines.Add },
                CancellationToken.None);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Own, null);
        }

        Assert.That(
            lines,
            Has.Some.StartsWith($"{Own}={handedOn}").And.Some.StartsWith($"DATABASE_URL={handedOn}")
                .And.Some.StartsWith("DIRECT_URL=postgresql://app@scratch")
                .And.None.Contains("@production").And.None.Contains("=production"));
    }

    /// <summary>A configuration that reads them rehearsed on production itself.</summary>
    [TestCase("DATABASE_URL_PROD")]
    [TestCase("DATABASE_URL_STAGING")]
    [Platform("Linux")]
    public async Task Have_the_target_in_the_variables_of_the_environments(string name)
    {
        const string Production = "postgresql://app@production/shop";
        var lines = new List<string>();
        var before = Environment.GetEnvironmentVariable(name);
        try
        {
            Environment.SetEnvironmentVariable(name, Production);
            var settings = SettingsReader.Read(
                new Dictionary<string, string>(), new Dictionary<string, string> { [name] = Production },
                TestContext.CurrentContext.WorkDirectory);
            await new CommandEngine("env", null, TargetVariable.From(settings)).DeployAsync(
                new DeployRequest(
                    TestContext.CurrentContext.WorkDirectory, PostgresUrl.Parse("postgresql://app@scratch/shop", "x"), [], null,
                    TimeSpan.FromMinutes(1)) { OnLine = lines.Add },
                CancellationToken.None);
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, before);
        }

        Assert.That(lines, Has.Some.StartsWith($"{name}=postgresql://app@scratch").And.None.Contains(Production));
    }
}
