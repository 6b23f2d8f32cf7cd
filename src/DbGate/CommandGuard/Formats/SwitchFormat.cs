using System.Text.RegularExpressions;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Formats;

/// <summary>Configuration files of tools that change the schema by a key: Spring's application.properties, flyway.conf, ormconfig.json,
/// persistence.xml.</summary>
sealed partial class SwitchFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) => ToolCatalog.IsConfiguration(name);

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path,
            new ContextJudgement(PathClass.Production, "the application reads it in every environment"));
        foreach (var (key, value, line, profile) in Pairs(file.Path, file.Text))
        {
            if (ToolCatalog.FileSwitch(file.Name, key) is not { } known)
            {
                continue;
            }

            var own = profile is not null && Environments.IsDevelopment(profile)
                ? new ContextJudgement(PathClass.Development, $"it is for the profile {profile}")
                : context.Class == PathClass.Production && Override(file, key) is { } other
                    ? new ContextJudgement(PathClass.Development, $"{other} overrides it for production")
                : context;
            found.Settings.Add(new Setting(known.Name, Default(value), file.Path, line, own));
        }
    }

    /// <summary>The file of the production profile that sets the same key.</summary>
    static string? Override(SourceFile file, string key)
    {
        if (!file.Name.StartsWith("application.", StringComparison.Ordinal))
        {
            return null;
        }

        var folder = file.Folder.Length == 0 ? "" : file.Folder + "/";
        foreach (var name in from profile in (string[])["prod", "production"] from ending in (string[])["properties", "yml",
            "yaml"] select $"application-{profile}.{ending}")
        {
            if (file.Repository.Contains(folder + name) && file.Repository.Read(folder + name).Text is { } text && Pairs(name, text)
                .Any(pair => ToolCatalog.IsSameKey(pair.Key, key)))
            {
                return name;
            }
        }

        return null;
    }

    static IEnumerable<(string Key, string Value, int Line, string? Profile)> Pairs(string file, string text) => Path.GetExtension(file)
        .ToLowerInvariant() switch
    {
        ".yml" or ".yaml" => YamlReader.Read(file, text).Roots.SelectMany(root =>
            Flat(root, "", (root.At("spring", "config", "activate", "on-profile") ?? root.At("spring", "profiles"))?.Text)),
        ".json" => JsonReader.Read(file, text).Roots.SelectMany(root => (root.Items ?? [root]).SelectMany(item => Flat(item, "", null))),
        ".xml" => Property().Matches(text)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value + match.Groups[3].Value, text.AsSpan(0, match.Index)
            .Count('\n') + 1, (string?)null)),
        _ => Lines(text),
    };

    static IEnumerable<(string, string, int, string?)> Lines(string text)
    {
        var (number, section) = (0, "");
        foreach (var line in text.Split('\n'))
        {
            number++;
            var trimmed = line.Trim();
            if (trimmed.StartsWith('['))
            {
                section = trimmed.Trim('[', ']') + ".";
            }
            else if (trimmed.Length > 0 && trimmed[0] is not ('#' or '!') && trimmed.IndexOfAny(['=', ':']) is > 0 and var at)
            {
                var key = trimmed[..at].Trim();
                yield return (key.Contains('.', StringComparison.Ordinal) ? key : section + key, trimmed[(at + 1)..].Trim(), number, null);
            }
        }
    }

    static IEnumerable<(string, string, int, string?)> Flat(DataNode node, string prefix, string? profile)
    {
        foreach (var member in node.Children)
        {
            var key = prefix.Length == 0 ? member.Name : $"{prefix}.{member.Name}";
            if (member.Value.Text is { } text)
            {
                yield return (key, text, member.Line, profile);
            }

            foreach (var inner in Flat(member.Value, key, profile))
            {
                yield return inner;
            }
        }
    }

    /// <summary><c>${NAME:create}</c> is <c>create</c> where nothing sets the variable.</summary>
    static string Default(string value) => value.StartsWith("${", StringComparison.Ordinal) && value.EndsWith('}')
        && value.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? value[(colon + 1)..^1] : value;

    [GeneratedRegex("""<property\s+name\s*=\s*"([^"]+)"\s*(?:value\s*=\s*"([^"]*)"|>([^<]*)<)""")]
    private static partial Regex Property();
}
