using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Reads the tasks of Gradle builds, in Groovy and Kotlin, as far as they start programs or need each other.</summary>
static partial class GradleReader
{
    /// <summary>Scripts that apply each other are read to this depth.</summary>
    const int DeepestScript = 5;

    /// <summary>The tasks of a build script and of the scripts that it applies.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="text">Its text.</param>
    /// <param name="read">The text of another file; null when there is none.</param>
    public static IReadOnlyList<Target> Read(string file, string text, Func<string, string?> read) =>
        Merge(WithApplied(file, text, read, 0));

    static IEnumerable<Target> WithApplied(string file, string text, Func<string, string?> read, int depth)
    {
        var applied = depth >= DeepestScript ? [] : Applied().Matches(text).Select(match => match.Groups["file"].Value)
            .Select(name => RootFolder().IsMatch(name)
                ? RootFolder().Replace(name, "")
                : RepositoryPath.Resolve(RepositoryPath.Folder(file), name))
            .OfType<string>().Distinct(StringComparer.Ordinal);
        return Own(file, text).Concat(applied.SelectMany(path => read(path) is { } other ? WithApplied(path, other, read, depth + 1) : []));
    }

    static List<Target> Own(string file, string text)
    {
        var source = SourceText.Whole(file, text);
        var targets = new List<Target>();
        foreach (Match match in Task().Matches(text))
        {
            var name = match.Groups["name"].Value;
            var start = match.Index + match.Length;
            var open = text.IndexOf('{', start) is >= 0 and var brace && text.AsSpan(start, brace - start).IndexOf('\n') < 0 ? brace : -1;
            var body = open >= 0 ? text[open..End(text, open)] : "";
            var needs = Needs(body).Concat(match.Groups["needs"].Success ? Names(match.Groups["needs"].Value) : []).ToList();
            targets.Add(new Target(name, file, source.LineAt(match.Index), needs, Recipes(file, source, body, open)));
        }

        foreach (Match match in Dependency().Matches(text))
        {
            targets.Add(new Target(match.Groups["name"].Value, file, source.LineAt(match.Index), [.. Names(match.Groups["needs"].Value)],
                []));
        }

        return targets;
    }

    static IReadOnlyList<Target> Merge(IEnumerable<Target> targets) =>
        [.. targets.GroupBy(target => target.Name, StringComparer.Ordinal).Select(same => same.First() with
        {
            Dependencies = [.. same.SelectMany(target => target.Dependencies).Distinct()],
            Recipes = [.. same.SelectMany(target => target.Recipes)],
        })];

    static List<SourceText> Recipes(string file, SourceText source, string body, int offset)
    {
        var recipes = new List<SourceText>();
        foreach (Match call in Command().Matches(body))
        {
            var words = Literal().Matches(call.Groups["words"].Value).Select(word => word.Groups[1].Value).ToList();
            if (call.Groups["verb"].Value == "executable" && Arguments().Match(body) is { Success: true } arguments)
            {
                words.AddRange(Literal().Matches(arguments.Groups["words"].Value).Select(word => word.Groups[1].Value));
            }

            if (words.Count > 0)
            {
                recipes.Add(SourceText.OnLine(file, string.Join(' ', words.Select(Following.CallText.Quote)),
                    source.LineAt(offset + call.Index)));
            }
        }

        return recipes;
    }

    static IEnumerable<string> Needs(string body) => NeedCall().Matches(body).SelectMany(match => Names(match.Groups["needs"].Value));

    static IEnumerable<string> Names(string list) => Name().Matches(list)
        .Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value)
        .Where(name => name is not ("tasks" or "named" or "project"));

    static int End(string text, int open)
    {
        var depth = 0;
        for (var index = open; index < text.Length; index++)
        {
            depth += text[index] == '{' ? 1 : text[index] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return index + 1;
            }
        }

        return text.Length;
    }

    [GeneratedRegex(
        """(?:tasks\.(?:register|named|create|getByName)(?:<[\w.]+>)?\s*\(\s*['"](?<name>[\w:-]+)['"][^)\n]*\)|\btask\s*(?:<[\w.]+>)?\s*\(?\s*['"]?(?<name>[A-Za-z][\w-]*)['"]?(?:\s*,?\s*\(?\s*type\s*:\s*\w+)?(?:[^{\n]*dependsOn\s*:\s*(?<needs>[^){\n]*))?\)?|^(?<name>[A-Za-z]\w*)(?=\s*\{))""", RegexOptions.Multiline)]
    private static partial Regex Task();

    [GeneratedRegex("""(?:tasks\.)?(?:named\(\s*['"])?(?<name>[A-Za-z]\w*)(?:['"]\s*\))?\.dependsOn\s*\(?(?<needs>[^)\n]*)""")]
    private static partial Regex Dependency();

    [GeneratedRegex("""\bapply\s*\(?\s*(?:\{\s*)?from\s*(?:[:=(]\s*)?(?:(?:rootProject\.)?file\s*\()?\s*['"](?<file>[^'"\n]+)['"]""")]
    private static partial Regex Applied();

    [GeneratedRegex("""^\$\{?(?:rootDir|rootProject\.projectDir|projectDir|rootProject\.rootDir)\}?/""")]
    private static partial Regex RootFolder();

    [GeneratedRegex("""\b(?:dependsOn|finalizedBy)\s*\(?(?<needs>[^)\n]*)""")]
    private static partial Regex NeedCall();

    [GeneratedRegex("""\b(?<verb>commandLine|executable)\b\s*=?\s*(?:\(|\[)?(?<words>[^)\]\n]*)""")]
    private static partial Regex Command();

    [GeneratedRegex("""\bargs\b\s*=?\s*(?:\(|\[)?(?<words>[^)\]\n]*)""")]
    private static partial Regex Arguments();

    [GeneratedRegex("""['"]([^'"\n]*)['"]""")]
    private static partial Regex Literal();

    [GeneratedRegex("""['"]:?([\w-]+)['"]|\b([A-Za-z]\w*)\b""")]
    private static partial Regex Name();
}
