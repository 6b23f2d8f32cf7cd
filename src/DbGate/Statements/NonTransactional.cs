namespace DbGate.Statements;

/// <summary>Statements that PostgreSQL refuses inside a transaction block (error 25001).</summary>
static class NonTransactional
{
    const int WordsThatDecide = 12;

    public static bool Is(SqlStatement statement) => FirstWords(statement.Text) switch
    {
        ["create", "index", "concurrently", ..] or ["create", "unique", "index", "concurrently", ..] => true,
        ["drop", "index", "concurrently", ..] => true,
        ["reindex", "(", .. var rest] => RefusesReindex([.. rest.SkipWhile(word => word != ")").Skip(1)]),
        ["reindex", .. var rest] => RefusesReindex(rest),
        ["cluster"] or ["cluster", "verbose"] or ["discard", "all"] => true,
        ["alter", "database", _, "set", "tablespace", ..] => true,
        ["alter", "table", .. var rest] => rest.Contains("detach") && rest.Contains("concurrently"),
        ["vacuum", ..] or ["alter", "system", ..] => true,
        ["create" or "drop", "database" or "tablespace", ..] => true,
        ["create" or "drop", "subscription", ..] => true,
        _ => false,
    };

    static bool RefusesReindex(List<string> rest) => rest.Contains("concurrently") || rest is ["system" or "database" or "schema", ..];

    static List<string> FirstWords(string text)
    {
        var words = new List<string>();
        var lexer = new Lexer(text);
        while (words.Count < WordsThatDecide && lexer.Next(out var token))
        {
            if (token.Kind != TokenKind.Comment)
            {
                words.Add(token.In(text).ToString().ToLowerInvariant());
            }
        }

        return words;
    }
}
