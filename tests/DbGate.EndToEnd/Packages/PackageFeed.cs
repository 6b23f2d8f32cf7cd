using System.IO.Compression;
using System.Xml.Linq;

namespace DbGate.EndToEnd.Packages;

/// <summary>
/// The packages of this build in a folder, packed once per test run. Where the feed has no Cake.Frosting, its stand-in is packed next to it
/// them, so that a fresh project restores it like any other package; it is never published.
/// </summary>
static class PackageFeed
{
#if DEBUG
    const string Configuration = "Debug";
#else
    const string Configuration = "Release";
#endif

    static readonly Lazy<Task<string>> Packed = new(PackAsync);

    /// <summary>The folder; packs at first use.</summary>
    public static Task<string> FolderAsync() => Packed.Value;

    /// <summary>The path of a package.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="extension">nupkg, or snupkg for its symbols.</param>
    public static async Task<string> FileAsync(string id, string extension = "nupkg") =>
        Directory.GetFiles(await FolderAsync(), $"{id}.*.{extension}")
            .Single(file => char.IsAsciiDigit(Path.GetFileName(file)[id.Length + 1]));

    /// <summary>The version that all of them have.</summary>
    public static async Task<string> VersionAsync() => Metadata(await FileAsync("DbGate"), "version")!.Value;

    /// <summary>An element of a package's own description.</summary>
    public static XElement? Metadata(string package, string name)
    {
        using var zip = ZipFile.OpenRead(package);
        using var nuspec = zip.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Root!.Elements().Single().Elements().FirstOrDefault(element => element.Name.LocalName == name);
    }

    /// <summary>Removes them.</summary>
    public static async Task RemoveAsync()
    {
        if (Packed.IsValueCreated)
        {
            Directory.Delete(await Packed.Value, recursive: true);
        }
    }

    static async Task<string> PackAsync()
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-feed-").FullName;
        (await FreshProject.DotNetAsync(
            Repository.Root,
            ["pack", "DbGate.sln", "-c", Configuration, "--no-build", "-nologo", "-v", "q", "-o", folder, "-p:PackStandIn=true",
                "-p:PackTool=true"])).Succeeded();
        return folder;
    }
}
