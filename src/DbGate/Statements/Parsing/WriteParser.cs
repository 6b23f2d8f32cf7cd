namespace DbGate.Statements.Parsing;

/// <summary>Reads statements that change rows.</summary>
static class WriteParser
{
    public static Delete Delete(TokenCursor cursor)
    {
        _ = cursor.Take("only");
        var table = cursor.Name();
        var condition = Condition(cursor);
        return new Delete(table, Filters(condition)) { Condition = condition };
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

        var condition = Condition(cursor);
        return new Update(table, columns, Filters(condition)) { Condition = condition };
    }

    public static Merge Merge(TokenCursor cursor)
    {
        _ = cursor.Take("only");
        var table = cursor.Name();
        var (deletes, bySource) = (false, false);
        var columns = new List<string>();
        while (cursor.SkipTo("when"))
        {
            cursor.Skip();
            var unmatched = cursor.Take("not matched by source");
            _ = cursor.SkipTo("then");
            _ = cursor.Take("then");
            var isDelete = cursor.Take("delete");
            var isUpdate = !isDelete && cursor.Take("update set");
            deletes |= isDelete;
            bySource |= unmatched && (isDelete || isUpdate);
            while (isUpdate)
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
                _ = TypeParser.Expression(cursor, "when", "returning");
                isUpdate = cursor.TakeSymbol(",");
            }
        }

        return new Merge(table, deletes, columns, bySource);
    }

    static string? Condition(TokenCursor cursor)
    {
        if (!cursor.SkipTo("where") || !cursor.Take("where"))
        {
            return null;
        }

        var start = cursor.Current.Start;
        _ = cursor.SkipTo("returning");
        return cursor.TextFrom(start);
    }

    // WHERE true filters nothing, and neither does WHERE 1 = 1.
    static bool Filters(string? condition)
    {
        if (condition is null)
        {
            return false;
        }

        var cursor = new TokenCursor(condition);
        do
        {
            if (!IsAlwaysTrue(cursor))
            {
                return true;
            }
        }
        while (cursor.Take("and"));
        return !cursor.AtEnd;
    }

    static bool IsAlwaysTrue(TokenCursor cursor)
    {
        if (cursor.Take("true") || cursor.Take("not false"))
        {
            return true;
        }

        var left = (cursor.Current.Kind, cursor.CurrentText);
        if (left.Kind is not (TokenKind.Number or TokenKind.PlainString))
        {
            return false;
        }

        cursor.Skip();
        var equal = cursor.TakeSymbol("=");
        var same = (cursor.Current.Kind, cursor.CurrentText) == left;
        cursor.Skip();
        return equal && same;
    }
}
