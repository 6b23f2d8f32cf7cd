using DbGate.Build.Demo;

namespace DbGate.Build.Tests;

/// <summary>The demo's runs of the gate.</summary>
[NonParallelizable] // it sets a variable of this process
public sealed class Demos
{
    [TestCase("/opt/pgsql-17/bin")]
    [TestCase(null)]
    public void Use_the_client_programs_of_the_demos_own_server(string? folder)
    {
        const string name = "DBGATE_PG_BIN";
        var before = Environment.GetEnvironmentVariable(name);
        try
        {
            Environment.SetEnvironmentVariable(name, folder);
            Assert.That(
                DemoRun.ChildVariables(new Dictionary<string, string> { ["DATABASE_URL"] = "postgresql://u@h/d" }),
                Is.EquivalentTo(new Dictionary<string, string?>
            {
                ["DATABASE_URL"] = "postgresql://u@h/d", [name] = folder,
            }));
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, before);
        }
    }
}
