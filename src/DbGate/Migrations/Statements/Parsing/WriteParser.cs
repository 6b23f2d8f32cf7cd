namespace DbGate.Migrations.Statements.Parsing;

/// <summary>Reads statements that change rows.</summary>
static class WriteParser
{
    public static Delete Delete(TokenCursor cursor)
    {
        _ = cursor.Take("only");
        return new Delete(cursor.Name(), Filters(cursor));
    }

    public static Update Update(TokenCursor cursor)
    {
        _ = cursor.Take("only");
        var table = cursor.Name();
        _ = cursor.SkipTo("set");
        _ = cursor.Take("set");
        var columns = new List<string>();
        do
        {
            if (cursor.IsSymbol("("))
            {
                columns.AddRange(cursor.ParenthesizedColumns().OfType<string>());
            }
            else
            {
                columns.Add(cursor.Identifier());
            }

            _ = cursor.TakeSymbol("=");
            _ = TypeParser.Expression(cursor, "where", "from", "returning");
        }
        while (cursor.TakeSymbol(","));

        return new Update(table, columns, Filters(cursor));
    }

    // WHERE true filters nothing.
    static bool Filters(TokenCursor cursor) =>
        cursor.SkipTo("where")
        && cursor.Take("where")
        && !(cursor.Take("true") && (cursor.AtEnd || cursor.Is("returning")));
}
