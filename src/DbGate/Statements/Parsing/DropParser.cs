namespace DbGate.Statements.Parsing;

/// <summary>Reads what is behind <c>DROP</c>.</summary>
static class DropParser
{
    static readonly string[] Kinds =
    [
        "table", "index", "materialized view", "view", "schema", "database", "type", "domain", "sequence", "extension", "function",
        "procedure", "aggregate", "routine", "owned by", "foreign table", "event trigger", "trigger", "policy", "rule", "collation",
        "operator",
        "publication", "subscription", "role", "user",
    ];

    public static ParsedStatement Parse(TokenCursor cursor)
    {
        foreach (var kind in Kinds)
        {
            if (cursor.Take(kind))
            {
                var concurrently = cursor.Take("concurrently");
                _ = cursor.Take("if exists");
                var names = Names(cursor);
                return new Drop(kind, names, cursor.Ahead("cascade"), concurrently) { On = cursor.Take("on") ? cursor.Name() : null };
            }
        }

        return new OtherStatement("drop");
    }

    // The arguments of a routine follow its name.
    static List<QualifiedName> Names(TokenCursor cursor)
    {
        var names = new List<QualifiedName>();
        do
        {
            names.AddRange(cursor.Names());
            if (cursor.IsSymbol("("))
            {
                cursor.SkipBalanced();
            }
        }
        while (cursor.TakeSymbol(","));
        return names;
    }
}
