namespace DbGate.Migrations.Statements.Parsing;

/// <summary>Reads what stands behind <c>DROP</c>.</summary>
static class DropParser
{
    static readonly string[] Kinds =
    [
        "table", "index", "materialized view", "view", "schema", "database", "type", "domain", "sequence", "extension", "function",
        "procedure", "aggregate", "routine", "owned by", "foreign table", "trigger", "policy", "rule", "collation", "operator",
    ];

    public static ParsedStatement Parse(TokenCursor cursor)
    {
        foreach (var kind in Kinds)
        {
            if (cursor.Take(kind))
            {
                var concurrently = cursor.Take("concurrently");
                _ = cursor.Take("if exists");
                return new Drop(kind, cursor.Names(), cursor.Ahead("cascade"), concurrently);
            }
        }

        return new OtherStatement("drop");
    }
}
