using DbGate.Problems;

namespace DbGate.Statements;

/// <summary>Statements that mean something else, or nothing, when a file is not run by psql.</summary>
static class StatementRules
{
    public static void Demand(SqlStatement statement, SourceLocation location)
    {
        if (Begins(statement.Text, "copy") && Words(statement.Text) is var copy && CopiesFromStandardInput(copy))
        {
            throw new GateException(StatementProblems.CopyFromStandardInput(location));
        }

        if (Begins(statement.Text, "set") && Words(statement.Text) is var set && ChangesStringRules(set))
        {
            throw new GateException(StatementProblems.StringRulesChange(location));
        }
    }

    static bool Begins(string text, string keyword) => text.StartsWith(keyword, StringComparison.OrdinalIgnoreCase);

    static bool CopiesFromStandardInput(List<string> words) =>
        words[0] == "copy" && words.Zip(words.Skip(1)).Contains(("from", "stdin"));

    static bool ChangesStringRules(List<string> words) =>
        words[0] == "set"
        && words.Take(3).Contains("standard_conforming_strings")
        && words[^1].Trim('\'') is not ("on" or "true" or "yes" or "1" or "default");

    // The tokens outside parentheses, in lower case.
    static List<string> Words(string text)
    {
        var words = new List<string>();
        var lexer = new Lexer(text);
        var depth = 0;
        while (lexer.Next(out var token))
        {
            var value = token.In(text).ToString();
            depth += value switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0 && token.Kind != TokenKind.Comment)
            {
                words.Add(value.ToLowerInvariant());
            }
        }

        return words;
    }
}
