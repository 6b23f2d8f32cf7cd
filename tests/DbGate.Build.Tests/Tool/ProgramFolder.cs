using System.Text.Json;

namespace DbGate.Build.Tests.Tool;

/// <summary>What is next to the program, by the list that its build writes.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ProgramFolder
{
    static IReadOnlyList<string> Libraries
    {
        get
        {
            var folder = AppContext.BaseDirectory.Replace("DbGate.Build.Tests", "DbGate.Cli", StringComparison.Ordinal);
            using var dependencies = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "DbGate.Cli.deps.json")));
            return [.. dependencies.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name.Split('/')[0])];
        }
    }

    [Test]
    public void Has_the_library_and_the_parser() =>
        Assert.That(Libraries, Is.SupersetOf(new[] { "DbGate", "DbGate.GitHub", "DbGate.Service", "System.CommandLine" }));

    [Test]
    public void Has_neither_Cake_nor_a_client_of_NuGet() =>
        Assert.That(
            Libraries,
            Has.None.Matches<string>(name => name.StartsWith("Cake.", StringComparison.Ordinal)
                || name.StartsWith("NuGet.", StringComparison.Ordinal)));
}
