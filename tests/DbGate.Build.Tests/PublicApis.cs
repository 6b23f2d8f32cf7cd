using System.Reflection;
using DbGate.Testing;
using PublicApiGenerator;

namespace DbGate.Build.Tests;

/// <summary>
/// What other people's code may call. A difference is a decision: additions may go into any version, what is taken away or changed waits
/// for the next major one. <c>DBGATE_ACCEPT=1</c> writes the files anew (.github/CONTRIBUTING.md).
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class PublicApis
{
    [TestCase("DbGate", typeof(Problems.Problem))]
    [TestCase("DbGate.Frosting", typeof(DbGate.Frosting.GateHost))]
    [TestCase("DbGate.GitHub", typeof(DbGate.GitHub.GitHubPublisher))]
    [TestCase("DbGate.MSBuild", typeof(DbGate.MSBuild.GateTask))]
    [TestCase("DbGate.Service", typeof(DbGate.Service.DbGateEndpoints))]
    public void Are_what_was_agreed(string project, Type member)
    {
        var file = Path.Combine(Repository.Root, "src", project, "PublicApi.txt");
        var now = member.Assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("DBGATE_ACCEPT") == "1")
        {
            File.WriteAllText(file, now);
        }

        Assert.That(
            File.Exists(file) ? File.ReadAllText(file) : "",
            Is.EqualTo(now),
            $"{file} is not what {project} shows now; accept: DBGATE_ACCEPT=1 dotnet test tests/DbGate.Build.Tests --filter PublicApis");
    }

    /// <summary>No attributes of the assembly: its version and its friends are no part of what may be called.</summary>
    static ApiGeneratorOptions Options => new() { IncludeAssemblyAttributes = false };
}
