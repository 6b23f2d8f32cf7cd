using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DbGate.Build.Archives;

/// <summary>A package that is inside an archive.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha512">The hash of its .nupkg, hexadecimal; null when the restore noted none.</param>
/// <param name="License">An SPDX expression; null when its author gave none.</param>
/// <param name="DependsOn">The ids of those that it needs.</param>
sealed record RestoredPackage(string Id, string Version, string? Sha512, string? License, IReadOnlyList<string> DependsOn);

/// <summary>Reads the restore's own record: <c>project.assets.json</c>, and next to it what it downloaded.</summary>
static partial class RestoredPackages
{
    /// <summary>Downloads that make the archive but are not in it.</summary>
    static readonly string[] OnlyTools = ["Microsoft.NETCore.App.Crossgen2.", "Microsoft.NET.ILLink", "ILCompiler.", "runtime."];

    /// <param name="assetsFile">The file.</param>
    /// <param name="runtime">Whose packages.</param>
    public static IReadOnlyList<RestoredPackage> Read(string assetsFile, string runtime)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(assetsFile));
        var assets = document.RootElement;
        var folders = assets.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToArray();
        var target =
            assets.GetProperty("targets")
                .EnumerateObject()
                .Single(target => target.Name.EndsWith($"/{runtime}", StringComparison.Ordinal)).Value;
        var libraries = assets.GetProperty("libraries");
        var resolved = target.EnumerateObject()
            .Where(library => library.Value.GetProperty("type").GetString() == "package" && IsInside(library.Value))
            .Select(library =>
            {
                var (id, version) =
                    library.Name.Split('/') is [var left, var right] ? (left, right) : throw new InvalidDataException(library.Name);
                var sha512 = libraries.GetProperty(library.Name).GetProperty("sha512").GetString()!;
                return new RestoredPackage(id, version, Hex(sha512), License(folders, id, version), Dependencies(library.Value));
            });
        return [.. resolved.Concat(Downloads(assets, target, folders, runtime))
            .OrderBy(package => package.Id, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Analyzers and other build-time packages bring no assembly.</summary>
    static bool IsInside(JsonElement library) =>
        new[] { "runtime", "native", "runtimeTargets", "resource" }.Any(kind =>
            library.TryGetProperty(kind, out var files)
                && files.EnumerateObject().Any(file => !file.Name.EndsWith("/_._", StringComparison.Ordinal)));

    static string[] Dependencies(JsonElement library) =>
        library.TryGetProperty("dependencies", out var dependencies) ? [.. dependencies.EnumerateObject().Select(one => one.Name)] : [];

    /// <summary>The runtime itself, the program's stub, and packages that are unpacked instead of referenced.</summary>
    static IEnumerable<RestoredPackage> Downloads(JsonElement assets, JsonElement target, string[] folders, string runtime)
    {
        // A framework that only a library or a package asks for is inside, too.
        var transitive = target.EnumerateObject()
            .Where(library => library.Value.TryGetProperty("frameworkReferences", out _))
            .SelectMany(library => library.Value.GetProperty("frameworkReferences").EnumerateArray())
            .Select(reference => reference.GetString()!)
            .ToArray();
        foreach (var framework in assets.GetProperty("project").GetProperty("frameworks").EnumerateObject())
        {
            var used =
                framework.Value.GetProperty("frameworkReferences")
                    .EnumerateObject()
                    .Select(reference => reference.Name)
                    .Concat(transitive)
                    .ToArray();
            foreach (var download in framework.Value.TryGetProperty("downloadDependencies", out var list) ? list.EnumerateArray() : default)
            {
                var id = download.GetProperty("name").GetString()!;
                var version = download.GetProperty("version").GetString()!.Trim('[', ']').Split(',')[0].Trim();
                if (Array.Exists(OnlyTools, id.StartsWith) || !IsForTarget(id, runtime, used))
                {
                    continue;
                }

                var hash = Find(folders, id, version, $"{id.ToLowerInvariant()}.{version}.nupkg.sha512");
                yield return new RestoredPackage(
                    id, version, hash is null ? null : Hex(File.ReadAllText(hash)), License(folders, id, version), []);
            }
        }
    }

    /// <summary>
    /// Of the packs for one kind of machine only those of the target are inside: the compiler may need the runtime of the machine that
    /// builds, and a framework that no one references is fetched with the others.
    /// </summary>
    static bool IsForTarget(string id, string runtime, string[] frameworks) => Pack().Match(id) is not { Success: true } pack
        || (pack.Groups["runtime"].Value == runtime
        && (pack.Groups["kind"].Value == "Host" || frameworks.Contains(pack.Groups["framework"].Value)));

    [GeneratedRegex(@"^(?<framework>Microsoft\.(?:NETCore|AspNetCore|WindowsDesktop)\.App)\.(?<kind>Runtime|Host)\.(?<runtime>.+)$")]
    private static partial Regex Pack();

    static string? License(string[] folders, string id, string version) =>
        Find(folders, id, version, $"{id.ToLowerInvariant()}.nuspec") is { } nuspec
            ? XDocument.Load(nuspec)
                .Descendants()
                .FirstOrDefault(element => element.Name.LocalName == "license"
                    && element.Attribute("type")?.Value == "expression")?.Value.Trim()
            : null;

    static string? Find(string[] folders, string id, string version, string file) =>
        folders.Select(folder => Path.Combine(folder, id.ToLowerInvariant(), version.ToLowerInvariant(), file)).FirstOrDefault(File.Exists);

    static string Hex(string base64) => Convert.ToHexStringLower(Convert.FromBase64String(base64.Trim()));
}
