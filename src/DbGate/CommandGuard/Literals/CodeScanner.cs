using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Literals;

/// <summary>A piece of program text that does what a command of a tool does.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Pattern">The pattern that matched.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="DevelopmentOnly">The condition around it that only development meets; null for none.</param>
sealed record CodeMatch(Tool Tool, CodePattern Pattern, int Offset, string? DevelopmentOnly);

/// <summary>Finds the code patterns of <c>tools.json</c> in program text. Pure.</summary>
static class CodeScanner
{
    /// <summary>No pattern reaches further.</summary>
    const int LongestMatch = 400;

    static readonly (Tool Tool, CodePattern Pattern, string Probe)[] Patterns =
        [.. ToolCatalog.All.SelectMany(tool => tool.Code.Select(pattern => (tool, pattern, Probe(pattern.Text))))];

    public static IReadOnlyList<CodeMatch> Scan(string text, string language)
    {
        var candidates = Patterns.Where(entry => entry.Pattern.Languages.Contains(language)
            && text.Contains(entry.Probe, StringComparison.Ordinal)
            && (entry.Pattern.When.Count == 0 || entry.Pattern.When.Any(when => text.Contains(when, StringComparison.Ordinal)))).ToList();
        if (candidates.Count == 0)
        {
            return [];
        }

        var known = LanguageOf(language);
        var tokens = ProgramLexer.Read(text, known);
        var found = new List<CodeMatch>();
        foreach (var (tool, pattern, _) in candidates)
        {
            var wanted = ProgramLexer.Read(pattern.Text, known);
            var isOpen = wanted[^1].Kind == TokenKind.Text && pattern.Text[^1] is not ('"' or '\'' or '`');
            for (var index = 0; index < tokens.Count; index++)
            {
                if (IsAt(tokens, index, wanted, 0, isOpen, index + LongestMatch))
                {
                    found.Add(new CodeMatch(tool, pattern, tokens[index].Offset, CodeConditions.From(known, text, tokens, index)));
                }
            }
        }

        return [.. found.DistinctBy(match => (match.Tool, LineStart(text, match.Offset)))];
    }

    /// <summary>The name of a language in <c>tools.json</c>; Kotlin is read as Java.</summary>
    public static string NameOf(Language language) => language switch
    {
        Language.JavaScript => "js",
        Language.CSharp => "csharp",
        _ => language.ToString().ToLowerInvariant(),
    };

    static Language LanguageOf(string name) => name switch
    {
        "js" => Language.JavaScript,
        "csharp" => Language.CSharp,
        _ => Enum.Parse<Language>(name, ignoreCase: true),
    };

    static int LineStart(string text, int offset) => offset == 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;

    /// <summary>The longest name in a pattern: a text without it cannot match.</summary>
    static string Probe(string pattern) =>
        ProgramLexer.Read(pattern, Language.JavaScript).Where(token => token.Kind != TokenKind.Mark).Select(token => token.Text)
            .OrderByDescending(text => text.Length).First();

    static bool IsAt(List<ProgramToken> tokens, int at, List<ProgramToken> wanted, int from, bool isOpen, int limit)
    {
        for (var index = from; index < wanted.Count; index++, at++)
        {
            if (wanted[index].Is('…'))
            {
                return Further(tokens, at, wanted, index + 1, isOpen, limit);
            }

            if (at >= tokens.Count || at > limit || tokens[at].Kind != wanted[index].Kind
                || !(isOpen && index == wanted.Count - 1 ? tokens[at].Text.StartsWith(wanted[index].Text, StringComparison.Ordinal)
                    : tokens[at].Text == wanted[index].Text))
            {
                return false;
            }
        }

        return true;
    }

    static bool Further(List<ProgramToken> tokens, int at, List<ProgramToken> wanted, int from, bool isOpen, int limit)
    {
        var depth = 0;
        for (; at < Math.Min(tokens.Count, limit) && depth >= 0; at++)
        {
            if (depth == 0 && IsAt(tokens, at, wanted, from, isOpen, limit))
            {
                return true;
            }

            depth += tokens[at].Kind != TokenKind.Mark ? 0 : tokens[at].Text[0] is '(' or '[' or '{' ? 1 : tokens[at].Text[0] is ')'
                or ']' or '}' ? -1 : 0;
        }

        return false;
    }
}
