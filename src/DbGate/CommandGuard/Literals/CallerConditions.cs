using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Literals;

/// <summary>
/// Finds out whether only development calls a method: <c>if (app.Environment.IsDevelopment()) await app.InitialiseDatabaseAsync();</c>. It
/// counts only
/// when every call in the program is under such a condition, and there is at least one.
/// </summary>
sealed class CallerConditions(IReadOnlyList<SourceText> sources, Language language)
{
    const int Deepest = 4;

    readonly Dictionary<SourceText, List<ProgramToken>> tokens = [];

    /// <summary>The condition under which a place is reached; null when something else than development may.</summary>
    /// <param name="source">The program.</param>
    /// <param name="offset">The place.</param>
    public string? Of(SourceText source, int offset) => Of(source, Tokens(source).FindIndex(token => token.Offset >= offset), 0, []);

    string? Of(SourceText source, int index, int depth, HashSet<string> seen)
    {
        if (index < 0 || depth > Deepest)
        {
            return null;
        }

        if (CodeConditions.From(language, source.Text, Tokens(source), index) is { } condition)
        {
            return condition;
        }

        if (Method(Tokens(source), index) is not { } name || !seen.Add(name))
        {
            return null;
        }

        string? reason = null;
        foreach (var caller in sources.Where(each => each.Text.Contains(name, StringComparison.Ordinal)))
        {
            var found = Tokens(caller);
            for (var at = 1; at < found.Count - 1; at++)
            {
                if (found[at].Kind == TokenKind.Name && found[at].Text == name && IsCall(found, at))
                {
                    if (Of(caller, at, depth + 1, [.. seen]) is not { } own)
                    {
                        return null;
                    }

                    reason ??= own;
                }
            }
        }

        return reason;
    }

    List<ProgramToken> Tokens(SourceText source) => tokens.TryGetValue(source, out var known) ? known
        : tokens[source] = ProgramLexer.Read(source.Text, language);

    /// <summary>The method around a place.</summary>
    static string? Method(List<ProgramToken> tokens, int index)
    {
        var depth = 0;
        for (var at = index - 1; at > 1; at--)
        {
            depth += tokens[at].Is('}') ? 1 : tokens[at].Is('{') ? -1 : 0;
            if (depth >= 0)
            {
                continue;
            }

            depth = 0;
            if (tokens[at - 1].Is(')') && Opening(tokens, at - 1) is > 0 and var open && tokens[open - 1] is { Kind: TokenKind.Name } name
                && name.Text is not ("if" or "for" or "foreach" or "while" or "switch" or "using" or "lock" or "catch" or "fixed"
                    or "when") && IsDefinition(tokens, open - 1))
            {
                return name.Text;
            }
        }

        return null;
    }

    static int Opening(List<ProgramToken> tokens, int close)
    {
        var depth = 0;
        for (var at = close; at >= 0; at--)
        {
            depth += tokens[at].Is(')') ? 1 : tokens[at].Is('(') ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>A type is before the name of a method that is defined.</summary>
    static bool IsDefinition(List<ProgramToken> tokens, int name) =>
        name > 0 && (tokens[name - 1] is { Kind: TokenKind.Name, Text: not ("await" or "return" or "new" or "else" or "in" or "throw") }
            || (tokens[name - 1].Is('>') && !tokens[name - 2].Is('=')) || tokens[name - 1].Is(']') || tokens[name - 1].Is('?'));

    /// <summary>A call, and also a method that is handed on: who calls it then is not known.</summary>
    static bool IsCall(List<ProgramToken> tokens, int at) =>
        !((tokens[at + 1].Is('(') || tokens[at + 1].Is('<')) && IsDefinition(tokens, at));
}
