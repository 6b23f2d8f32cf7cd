using DbGate.Statements;

namespace DbGate.Migrations.Split;

/// <summary>Takes the actions of ALTER TABLE apart as text. Pure.</summary>
static class ActionTexts
{
    /// <summary>The text up to the first action, and each action.</summary>
    public static (string Head, IReadOnlyList<string> Actions) From(string statement)
    {
        var (actions, depth, from, headEnd) = (new List<string>(), 0, -1, 0);
        var lexer = new Lexer(statement);
        while (lexer.Next(out var token))
        {
            var word = token.In(statement);
            if (from < 0)
            {
                if (Begins(token, word) && headEnd > 0)
                {
                    from = token.Start;
                }
                else
                {
                    headEnd = token.End;
                    continue;
                }
            }

            depth += word is "(" or "[" ? 1 : word is ")" or "]" ? -1 : 0;
            if (word is "," && depth == 0)
            {
                actions.Add(statement[from..token.Start].Trim());
                from = token.End;
            }
        }

        actions.Add(statement[Math.Max(from, 0)..].Trim());
        return (statement[..headEnd].Trim(), actions);

        // The first word is ALTER itself; a table's name that is one of these has quotes.
        bool Begins(Token token, ReadOnlySpan<char> word) => token.Kind == TokenKind.Word && token.Start > 0
            && (word.Equals("add", StringComparison.OrdinalIgnoreCase) || word.Equals("drop", StringComparison.OrdinalIgnoreCase)
                || word.Equals("alter", StringComparison.OrdinalIgnoreCase) || word.Equals("validate", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The action without NOT NULL.</summary>
    public static string Nullable(string action)
    {
        var lexer = new Lexer(action);
        var (depth, not, end) = (0, -1, 0);
        while (lexer.Next(out var token))
        {
            var word = token.In(action);
            depth += word is "(" ? 1 : word is ")" ? -1 : 0;
            if (depth == 0 && not >= 0 && word.Equals("null", StringComparison.OrdinalIgnoreCase))
            {
                return $"{action[..end].TrimEnd()}{action[token.End..]}";
            }

            not = depth == 0 && word.Equals("not", StringComparison.OrdinalIgnoreCase) ? token.Start : -1;
            end = not >= 0 ? not : end;
        }

        return action;
    }
}
