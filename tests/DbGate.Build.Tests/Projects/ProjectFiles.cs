using System.Text.Json;
using System.Xml.Linq;
using DbGate.Testing;

namespace DbGate.Build.Tests.Projects;

/// <summary>The solution, the versions of packages and their lock files, as they are in the repository.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ProjectFiles
{
    static readonly XDocument Pins = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));

    [Test]
    public void Use_every_pinned_package()
    {
        var used =
            ProjectFolders.SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".csproj" or ".props" or ".targets")
            .SelectMany(file => XDocument.Load(file).Descendants())
            .Where(element => element.Name.LocalName is "PackageReference" or "PackageDownload")
            .Select(element => element.Attribute("Include")?.Value)
            .ToHashSet();

        Assert.That(Pinned.Keys.Where(pin => !used.Contains(pin)), Is.Empty);
    }

    [Test]
    public void Are_in_a_solution_for_any_processor_only() => Assert.That(
        File.ReadLines(Path.Combine(Repository.Root, "DbGate.sln"))
            .Where(line => line.Contains("|x64", StringComparison.Ordinal) || line.Contains("|x86", StringComparison.Ordinal)),
        Is.Empty);

    [TestCaseSource(nameof(LockedProjects))]
    public void Have_a_lock_file_that_matches_the_pins(string project)
    {
        var file = Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "packages.lock.json");
        Assert.That(
            File.Exists(file),
            "create it: printf '{\"version\":2,\"dependencies\":{}}' > packages.lock.json, then dotnet restore "
                + "-p:RestoreForceEvaluate=true");
        using var locks = JsonDocument.Parse(File.ReadAllBytes(file));
        var direct =
            locks.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() == "Direct")
            .ToDictionary(package => package.Name, package => package.Value.GetProperty("resolved").GetString());
        var referenced =
            References(project, "PackageReference")
                .Append(project.StartsWith("src/", StringComparison.Ordinal) ? "MinVer" : null)
                .Append(HasPublicApi(project) ? "Microsoft.CodeAnalysis.PublicApiAnalyzers" : null)
                .OfType<string>();

        Assert.That(direct, Is.EquivalentTo(referenced.ToDictionary(package => package, package => (string?)Pinned[package])));
    }

    static bool HasPublicApi(string project) =>
        File.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, "PublicAPI.Shipped.txt"));

    static Dictionary<string, string> Pinned { get; } = Pins.Descendants("PackageVersion")
        .ToDictionary(pin => pin.Attribute("Include")!.Value, pin => pin.Attribute("Version")!.Value);

    static readonly string[] ProjectFolders = ["build", "src", "tests"];

    /// <summary>
    /// All but those over Cake.Frosting, whose package and stand-in bring different dependencies, and those that are restored for several
    /// runtimes, whose packs the SDK chooses.
    /// </summary>
    static IEnumerable<string> LockedProjects => new[] { "src", "tests" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
        .Where(project => !project.StartsWith("tests/samples/", StringComparison.Ordinal)) // with versions of their own
        .Where(project => !IsOverCake(project) && !IsForRuntimes(project));

    static bool IsForRuntimes(string project) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("RuntimeIdentifiers").Any();

    static bool IsOverCake(string project) =>
        File.ReadAllText(Path.Combine(Repository.Root, project)).Contains("Frosting.targets", StringComparison.Ordinal)
        || References(project, "ProjectReference").Any(reference => IsOverCake(Path.GetRelativePath(
            Repository.Root, Path.GetFullPath(reference, Path.GetDirectoryName(Path.Combine(Repository.Root, project))!))
                .Replace('\\', '/')));

    /// <summary>What it compiles against; a project that is only built before it brings no package.</summary>
    static string[] References(string project, string kind) =>
    [
        .. XDocument.Load(Path.Combine(Repository.Root, project)).Descendants(kind)
            .Where(element => element.Attribute("ReferenceOutputAssembly")?.Value != "false")
            .SelectMany(element => element.Attribute("Include")!.Value.Split(';')),
    ];
}
