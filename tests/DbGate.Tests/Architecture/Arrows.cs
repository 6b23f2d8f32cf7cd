using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DbGate.Gates;
using DbGate.Scratch;

namespace DbGate.Tests.Architecture;

/// <summary>The house's plan: arrows run one way, and each room keeps to its own tools.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class Arrows
{
    static readonly string Source = Path.Combine(Repository.Root, "src");

    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["DbGate"] = [],
        ["DbGate.Frosting"] = ["DbGate"],
        ["DbGate.MSBuild"] = ["DbGate"],
        ["DbGate.GitHub"] = ["DbGate"],
        ["DbGate.Service"] = ["DbGate"],
        ["DbGate.Cli"] = ["DbGate.GitHub", "DbGate.Service", "DbGate"],
    };

    static IEnumerable<string> Projects => Directory.EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories);

    [TestCaseSource(nameof(Projects))]
    public void Run_one_way(string project)
    {
        var references = XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .Where(name => name != "Cake.Frosting"); // its stand-in, where the feed lacks it

        Assert.That(references, Is.SubsetOf(Allowed[Path.GetFileNameWithoutExtension(project)]));
    }

    [Test]
    public void Lead_from_the_library_to_no_host() =>
        Assert.That(
            typeof(GateRunner).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name),
            Has.None.Matches("^(Cake|Microsoft\\.Build|Microsoft\\.AspNetCore|Microsoft\\.Extensions\\.Hosting|Octokit|Spectre)"));

    [Test]
    public void Lead_to_Npgsql_from_one_room_only() =>
        Assert.That(Users(Npgsql()).Where(file => !file.StartsWith("Postgres/", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void Lead_from_the_library_to_no_console() => Assert.That(Users(Console()), Is.Empty);

    /// <summary>But for the certificate of a throwaway server, which must be valid now.</summary>
    [Test]
    public void Lead_to_the_clock_through_a_time_provider() =>
        Assert.That(Users(Clock()), Is.SubsetOf(new[] { "Scratch/ThrowawayFolder.cs" }));

    /// <summary>But for a throwaway server, which runs under another account and outlives no test.</summary>
    [Test]
    public void Lead_to_child_processes_from_one_room_only() =>
        Assert.That(Users(Process()), Is.SubsetOf(new[] { "Processes/ChildProcess.cs", "Scratch/ServerAccount.cs" }));

    /// <summary>Files of the library whose code, comments and texts aside, matches.</summary>
    static IEnumerable<string> Users(Regex use)
    {
        var library = Path.Combine(Source, "DbGate");
        return Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
            .Where(file => use.IsMatch(NoCode().Replace(File.ReadAllText(file), "")))
            .Select(file => Path.GetRelativePath(library, file).Replace('\\', '/'));
    }

    [GeneratedRegex("""//[^\n]*|"(?:[^"\\\n]|\\.)*"|<see [^>]*>""")]
    private static partial Regex NoCode();

    [GeneratedRegex(@"\bNpgsql")]
    private static partial Regex Npgsql();

    [GeneratedRegex(@"(?<!\.)\bConsole\.")]
    private static partial Regex Console();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b")]
    private static partial Regex Clock();

    [GeneratedRegex(@"\bProcess\.Start\b|\bnew ProcessStartInfo\b")]
    private static partial Regex Process();
}
