using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.CommandGuard;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>
/// Ways in which a commit replaces the program behind <c>npx prisma</c>, so that the guard judges a name and another program runs: a
/// tracked <c>node_modules</c>, a dependency that is a folder of the repository, and an <c>.npmrc</c> that loads code or another shell.
/// Only for the project's own command; the direct engine starts none.
/// </summary>
static partial class CommittedPrograms
{
    const string Manifest = "package.json";
    const string NpmSettings = ".npmrc";

    static readonly string[] Tools = ["prisma", "@prisma/client", "@prisma/engines"];
    static readonly string[] Sections = ["dependencies", "devDependencies", "optionalDependencies", "overrides", "resolutions"];

    public static IEnumerable<Problem> Find(Settings settings)
    {
        if (settings.Get(SettingsCatalog.Engine) != DeployEngineKind.Prisma)
        {
            return [];
        }

        return [.. Tracked(settings.Root), .. OfManifest(Path.Combine(settings.Root, Manifest)), .. OfNpm(settings.Root)];
    }

    static IEnumerable<Problem> Tracked(string root) =>
        CommitFiles.Of(root).Under(root)
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

    static IEnumerable<(string Tool, string Version)> Dependencies(string text)
    {
        using var document = TryParse(text);
        return document?.RootElement is { ValueKind: JsonValueKind.Object } root
            ? [.. Sections
                .Where(section => root.TryGetProperty(section, out var found) && found.ValueKind == JsonValueKind.Object)
                .SelectMany(section => root.GetProperty(section).EnumerateObject())
                .Where(one => Tools.Contains(one.Name) && one.Value.ValueKind == JsonValueKind.String)
                .Select(one => (one.Name, one.Value.GetString()!))]
            : [];
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

    [GeneratedRegex(@"(?:^|/)node_modules/(?:\.bin|prisma|@prisma/(?:client|engines|config))/")]
    private static partial Regex Program();

    [GeneratedRegex(@"^(?:file:|link:|portal:|\.{0,2}/|git[+:]|https?:|github:|workspace:)", RegexOptions.IgnoreCase)]
    private static partial Regex Local();

    [GeneratedRegex(@"^\s*(?:node-options|script-shell|prefix|globalconfig|userconfig)\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex Loading();
}
