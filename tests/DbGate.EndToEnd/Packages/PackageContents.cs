using System.IO.Compression;
using System.Reflection.PortableExecutable;

namespace DbGate.EndToEnd.Packages;

/// <summary>What is in the packages.</summary>
public sealed class PackageContents
{
    [TestCase("DbGate")]
    [TestCase("DbGate.Frosting")]
    [TestCase("DbGate.GitHub")]
    [TestCase("DbGate.MSBuild")]
    [TestCase("DbGate.Service")]
    [TestCase("DbGate.Tool")]
    public async Task Say_what_they_are(string id)
    {
        var package = await PackageFeed.FileAsync(id);

        Assert.That(Names(package), Has.Member("README.md").And.Member("icon.png"));
        Assert.That(PackageFeed.Metadata(package, "license")!.Value, Is.EqualTo("MIT"));
        Assert.That(PackageFeed.Metadata(package, "description")!.Value, Is.Not.Empty);
    }

    [TestCase("DbGate")]
    [TestCase("DbGate.Frosting")]
    [TestCase("DbGate.GitHub")]
    [TestCase("DbGate.Service")]
    public async Task Bring_documentation_and_symbols(string id)
    {
        Assert.That(Names(await PackageFeed.FileAsync(id)), Has.Member($"lib/net10.0/{id}.dll").And.Member($"lib/net10.0/{id}.xml"));
        Assert.That(Names(await PackageFeed.FileAsync(id, "snupkg")), Has.Member($"lib/net10.0/{id}.pdb"));
    }

    [TestCase("DbGate", "lib/net10.0/DbGate.dll")]
    [TestCase("DbGate.Frosting", "lib/net10.0/DbGate.Frosting.dll")]
    [TestCase("DbGate.GitHub", "lib/net10.0/DbGate.GitHub.dll")]
    [TestCase("DbGate.MSBuild", "tasks/net10.0/DbGate.MSBuild.dll")]
    [TestCase("DbGate.Service", "lib/net10.0/DbGate.Service.dll")]
    [TestCase("DbGate.Tool", "tools/net10.0/any/DbGate.Cli.dll")]
    public async Task Hold_assemblies_that_can_be_built_again_byte_by_byte(string id, string assembly)
    {
        using var zip = await ZipFile.OpenReadAsync(await PackageFeed.FileAsync(id));
        await using var stream = await zip.GetEntry(assembly)!.OpenAsync();
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory);
        using var image = new PEReader(new MemoryStream(memory.ToArray()));

        Assert.That(image.ReadDebugDirectory().Select(entry => entry.Type), Has.Member(DebugDirectoryEntryType.Reproducible));
    }

    [Test]
    public async Task Of_tasks_bring_all_that_they_load_and_ask_nothing_of_the_project()
    {
        var package = await PackageFeed.FileAsync("DbGate.MSBuild");
        var names = Names(package);

        Assert.That(
            new[] { "tasks/net10.0/DbGate.dll", "tasks/net10.0/Npgsql.dll", "build/DbGate.MSBuild.targets",
                "buildMultiTargeting/DbGate.MSBuild.targets", "docs/problems/DBG0401.md" },
            Is.SubsetOf(names));
        Assert.That(
            names,
            Has.None.StartsWith("lib/").And.None.StartsWith("buildTransitive/").And.None.StartsWith("tasks/net10.0/Microsoft.Build."));
        Assert.That(
            PackageFeed.Metadata(package, "dependencies")?.Descendants().Where(element => element.Name.LocalName == "dependency") ?? [],
            Is.Empty);
        Assert.That(PackageFeed.Metadata(package, "developmentDependency")!.Value, Is.EqualTo("true"));
    }

    [Test]
    public async Task Of_the_Frosting_library_name_the_library_and_Cake_Frosting() =>
        Assert.That(
            PackageFeed.Metadata(await PackageFeed.FileAsync("DbGate.Frosting"), "dependencies")!.Descendants()
                .Select(element => element.Attribute("id")?.Value),
            Is.SupersetOf(new[] { "DbGate", "Cake.Frosting" }));

    static string[] Names(string package)
    {
        using var zip = ZipFile.OpenRead(package);
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }
}
