using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal;

/// <summary>What an UPDATE or DELETE does, taken apart, to count with a SELECT what it would change. Pure.</summary>
/// <param name="With">The WITH list and its keyword; empty when there is none.</param>
/// <param name="Table">The table, as written.</param>
/// <param name="Only">Whether ONLY restricts it to the table itself.</param>
/// <param name="Alias">The name that the statement gives it; null without one.</param>
/// <param name="Others">The tables of FROM or USING; empty when there are none.</param>
/// <param name="Condition">The text behind WHERE; null without one.</param>
/// <param name="Assignments">Column and expression; an expression that is not a single value is null. Empty for a DELETE.</param>
sealed record LossQuery(
    string With,
    QualifiedName Table,
    bool Only,
    string? Alias,
    string Others,
    string? Condition,
    IReadOnlyList<(string Column, string? Value)> Assignments)
{
    /// <summary>Takes a statement apart; null when it is neither, or when its WITH list writes.</summary>
    public static LossQuery? Parse(string statement)
    {
        var cursor = new TokenCursor(statement);
        var with = "";
        if (cursor.Is("with"))
        {
            var start = cursor.Current.Start;
            if (!cursor.SkipTo("update", "delete"))
            {
                return null;
            }

            with = cursor.TextFrom(start) + " ";
            if (Writes(with))
            {
                return null;
            }
        }

        return cursor.Take("update") ? Update(cursor, with) : cursor.Take("delete from") ? Delete(cursor, with) : null;
    }

    /// <summary>Counts the rows.</summary>
    /// <param name="table">The table's qualified name.</param>
    public string Rows(string table) => Count(table, null);

    /// <summary>Counts the values that are not null; with <paramref name="exactly"/>, those that get another value.</summary>
    public string Values(string table, string column, bool exactly)
    {
        var name = $"{Reference(table)}.{QualifiedName.Quote(column)}";
        var value = Assignments.FirstOrDefault(assignment => assignment.Column == column).Value;
        return Count(table, exactly ? $"{name} IS NOT NULL AND {name} IS DISTINCT FROM ({value})" : $"{name} IS NOT NULL");
    }

    string Count(string table, string? more)
    {
        string[] conditions =
            [.. Condition is null ? Array.Empty<string>() : [$"({Condition})"], .. more is null ? Array.Empty<string>() : [more]];
        var counted = Others.Length == 0 ? "*" : $"DISTINCT ({Reference(table)}.tableoid, {Reference(table)}.ctid)";
        var where = conditions.Length == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        var alias = Alias is null ? "" : $" AS {QualifiedName.Quote(Alias)}";
        return $"{With}SELECT count({counted}) FROM "
            + $"{(Only ? "ONLY " : "")}{table}{alias}{(Others.Length == 0 ? "" : $", {Others}")}{where}";
    }

    string Reference(string table) => Alias is null ? table : QualifiedName.Quote(Alias);

    static LossQuery? Update(TokenCursor cursor, string with)
    {
        var (only, table, alias) = Target(cursor, "set");
        if (!cursor.Take("set"))
        {
            return null;
        }

        var assignments = new List<(string, string?)>();
        do
        {
            if (cursor.IsSymbol("("))
            {
                assignments.AddRange(cursor.ParenthesizedColumns().OfType<string>().Select(column => (column, (string?)null)));
                _ = cursor.TakeSymbol("=");
                _ = TypeParser.Expression(cursor, "from", "where", "returning");
            }
            else
            {
                var column = cursor.Identifier();
                _ = cursor.TakeSymbol("=");
                var isDefault = cursor.Is("default");
                var value = TypeParser.Expression(cursor, "from", "where", "returning").Text;
                assignments.Add((column, isDefault ? null : value));
            }
        }
        while (cursor.TakeSymbol(","));
        return Tail(cursor, "from", new LossQuery(with, table, only, alias, "", null, assignments));
    }

    static LossQuery? Delete(TokenCursor cursor, string with)
    {
        var (only, table, alias) = Target(cursor, "using", "where", "returning");
        return Tail(cursor, "using", new LossQuery(with, table, only, alias, "", null, []));
    }

    static (bool Only, QualifiedName Table, string? Alias) Target(TokenCursor cursor, params ReadOnlySpan<string> next)
    {
        var only = cursor.Take("only");
        var table = cursor.Name();
        _ = cursor.TakeSymbol("*");
        _ = cursor.Take("as");
        foreach (var keyword in next)
        {
            if (cursor.Is(keyword))
            {
                return (only, table, null);
            }
        }

        return (only, table, cursor.AtEnd ? null : cursor.Identifier());
    }

    static LossQuery? Tail(TokenCursor cursor, string keyword, LossQuery query)
    {
        if (cursor.Take(keyword))
        {
            var start = cursor.Current.Start;
            _ = cursor.SkipTo("where", "returning");
            query = query with { Others = cursor.TextFrom(start) };
        }

        if (cursor.Take("where"))
        {
            var start = cursor.Current.Start;
            _ = cursor.SkipTo("returning");
            query = query with { Condition = cursor.TextFrom(start) };
        }

        // WHERE CURRENT OF means a cursor that is not open here.
        return query.Condition?.StartsWith("current of", StringComparison.OrdinalIgnoreCase) == true ? null : query;
    }

    static bool Writes(string with)
    {
        var cursor = new TokenCursor(with);
        while (!cursor.AtEnd)
        {
            if (cursor.Is("insert") || cursor.Is("update") || cursor.Is("delete") || cursor.Is("merge"))
            {
                return true;
            }

            cursor.Skip();
        }

        return false;
    }
}
