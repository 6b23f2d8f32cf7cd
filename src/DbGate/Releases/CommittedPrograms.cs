using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.CommandGuard;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>
/// Ways in which a commit replaces the program behind <c>npx prisma</c>, so that the guard judges a name and another program runs: a
/// tracked <c>node_modules</c>, a dependency that is a folder of the repository or another package, a patch of it, a lock that takes it
/// from elsewhere, and settings of npm or pnpm that load code or another shell.
/// Only for the project's own command; the direct engine starts none.
/// </summary>
static partial class CommittedPrograms
{
    const string Manifest = "package.json";
    const string NpmSettings = ".npmrc";

    static readonly string[] Tools = ["prisma", "@prisma/client", "@prisma/engines"];
    static readonly string[] Sections =
        ["dependencies", "devDependencies", "optionalDependencies", "overrides", "resolutions", "pnpm", "patchedDependencies"];

    static readonly string[] NpmLocks = ["package-lock.json", "npm-shrinkwrap.json"];
    static readonly string[] PnpmHooks = [".pnpmfile.cjs", ".pnpmfile.mjs", "pnpmfile.js"];

    public static IEnumerable<Problem> Find(Settings settings)
    {
        if (settings.Get(MigrationSettings.Engine) == DeployEngineKind.Direct)
        {
            return [];
        }

        return
        [
            .. Tracked(settings.Root),
            .. OfManifest(Path.Combine(settings.Root, Manifest)),
            .. OfNpm(settings.Root),
            .. OfPnpm(settings.Root),
            .. NpmLocks.SelectMany(file => OfLock(settings.Root, file)),
        ];
    }

    static IEnumerable<Problem> Tracked(string root) =>
        CommitFiles.From(root).Under(root)
            .Where(file => Program().IsMatch(file)).Order(StringComparer.Ordinal).Take(1)
            .Select(file => FollowingProblems.Replaced(new SourceLocation(file), "git tracks it, so the author of the release wrote it",
                "Remove node_modules from the repository (git rm -r --cached node_modules) and install the packages in the job"));

    static IEnumerable<Problem> OfManifest(string path)
    {
        if (Read(path) is not { } text)
        {
            yield break;
        }

        foreach (var (tool, version) in Dependencies(text).Where(one => Local().IsMatch(one.Version)))
        {
            yield return FollowingProblems.Replaced(
                new SourceLocation(Manifest), $"{tool} is \"{version}\", which is not a version from a registry",
                $"Depend on a version of {tool} from the registry");
        }
    }

    static IEnumerable<Problem> OfNpm(string root) =>
        (Read(Path.Combine(root, NpmSettings)) ?? "").Split('\n').Index()
            .Where(line => Loading().IsMatch(line.Item))
            .Select(line => FollowingProblems.Replaced(
                new SourceLocation(NpmSettings, line.Index + 1),
                $"{line.Item.Split('=')[0].Trim()} decides what npx starts or loads",
                "Remove the line, or set it in the job's environment"));

    static IEnumerable<Problem> OfPnpm(string root)
    {
        foreach (var hook in PnpmHooks.Where(hook => File.Exists(Path.Combine(root, hook))))
        {
            yield return FollowingProblems.Replaced(
                new SourceLocation(hook), "its code decides which package each name stands for",
                "Write the versions into package.json, and remove the file");
        }

        const string Workspace = "pnpm-workspace.yaml";
        foreach (var (index, line) in (Read(Path.Combine(root, Workspace)) ?? "").Split('\n').Index())
        {
            if (YamlEntry().Match(line) is { Success: true } entry && ToolOf(entry.Groups["name"].Value) is { } tool
                && Local().IsMatch(entry.Groups["value"].Value))
            {
                yield return FollowingProblems.Replaced(
                    new SourceLocation(Workspace, index + 1), $"{tool} is \"{entry.Groups["value"].Value}\"",
                    $"Depend on a version of {tool} from the registry");
            }
        }
    }

    /// <summary>A lock that takes the tool from another place than the other packages.</summary>
    static IEnumerable<Problem> OfLock(string root, string file)
    {
        using var document = Read(Path.Combine(root, file)) is { } text ? TryParse(text) : null;
        if (document?.RootElement is not { ValueKind: JsonValueKind.Object } lockFile
            || !lockFile.TryGetProperty("packages", out var packages) || packages.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        (string Name, string? Host)[] resolved =
        [
            .. from package in packages.EnumerateObject()
               where package.Value.ValueKind == JsonValueKind.Object && package.Value.TryGetProperty("resolved", out _)
               let address = package.Value.GetProperty("resolved").ToString()
               select (package.Name, HostOf(address)),
        ];
        foreach (var (name, host) in resolved)
        {
            var tool = Tools.FirstOrDefault(tool => name.EndsWith($"node_modules/{tool}", StringComparison.Ordinal));
            if (tool is not null && host is not "registry.npmjs.org" and not "registry.yarnpkg.com"
                && (host is null || resolved.Count(one => one.Host == host) * 2 <= resolved.Length))
            {
                yield return FollowingProblems.Replaced(
                    new SourceLocation(file), $"{tool} is taken from {host ?? "no registry"}, unlike most packages",
                    $"Write the lock file again with {tool} from the registry");
            }
        }
    }

    static string? HostOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps ? uri.Host : null;

    /// <summary>The tool that a key means: <c>prisma@7</c>, <c>**/prisma</c> and <c>app&gt;prisma</c> mean prisma.</summary>
    static string? ToolOf(string key) => Tools.FirstOrDefault(tool =>
        key == tool || key.StartsWith($"{tool}@", StringComparison.Ordinal) || key.StartsWith($"{tool}/", StringComparison.Ordinal)
            || key.EndsWith($"/{tool}", StringComparison.Ordinal) || key.EndsWith($">{tool}", StringComparison.Ordinal)
            || key.Contains($">{tool}@", StringComparison.Ordinal));

    static IEnumerable<(string Tool, string Version)> Dependencies(string text)
    {
        using var document = TryParse(text);
        return document?.RootElement is { ValueKind: JsonValueKind.Object } root
            ? [.. Sections
                .Where(section => root.TryGetProperty(section, out var found) && found.ValueKind == JsonValueKind.Object)
                .SelectMany(section => Dependencies(root.GetProperty(section), null))]
            : [];
    }

    // "overrides": { "prisma": { ".": "file:./fake" } } and "pnpm": { "overrides": { … } }
    static IEnumerable<(string Tool, string Version)> Dependencies(JsonElement section, string? of)
    {
        foreach (var one in section.EnumerateObject())
        {
            var tool = ToolOf(one.Name) ?? (one.Name == "." ? of : null);
            if (one.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (var inner in Dependencies(one.Value, tool))
                {
                    yield return inner;
                }
            }
            else if (tool is not null && one.Value.ValueKind == JsonValueKind.String)
            {
                yield return (tool, one.Value.GetString()!);
            }
        }
    }

    static JsonDocument? TryParse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null; // the guard reports the file as unreadable
        }
    }

    static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? Encoding.UTF8.GetString(RegularFile.ReadAllBytes(path)) : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(
        @"(?:^|/)(?:node_modules/(?:\.bin|prisma|@prisma/(?:client|engines|config))/|patches/(?:@prisma\+|prisma[+@-])"
            + @"|\.yarn/patches/(?:@prisma-|prisma-))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Program();

    [GeneratedRegex(@"^\s+[""']?(?<name>[@\w./>*-]+?(?:@[^""':]*)?)[""']?\s*:\s*[""']?(?<value>[^""'#\s]+)")]
    private static partial Regex YamlEntry();

    [GeneratedRegex(
        @"^(?:file:|link:|portal:|patch:|exec:|\.{0,2}/|patches/|git[+:@]|https?:|github:|gitlab:|bitbucket:|gist:|workspace:"
            + @"|[\w.-]+/[\w.-]+|npm:(?!(?:prisma|@prisma/(?:client|engines))@))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Local();

    [GeneratedRegex(@"^\s*[""']?(?:node-options|script-shell|prefix|globalconfig|userconfig)[""']?(?:\[\])?\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex Loading();
}
