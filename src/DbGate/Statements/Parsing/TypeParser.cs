using System.Globalization;

namespace DbGate.Statements.Parsing;

/// <summary>Reads types and expressions where a column or an action has them.</summary>
static class TypeParser
{
    static readonly string[] NotCalls =
        ["cast", "coalesce", "nullif", "greatest", "least", "row", "array", "in", "any", "all", "some", "and", "or", "not", "extract",
            "exists"];

    public static SqlType Type(TokenCursor cursor)
    {
        var quoted = cursor.Current.Kind == TokenKind.QuotedIdentifier;
        var name = cursor.Name().Name;
        if (!quoted)
        {
            name += name switch
            {
                "double" when cursor.Take("precision") => " precision",
                "character" or "bit" when cursor.Take("varying") => " varying",
                _ => "",
            };
        }

        var (first, second) = Modifiers(cursor);
        if (name is "timestamp" or "time" && !quoted)
        {
            name += cursor.Take("with time zone") ? " with time zone" : cursor.Take("without time zone") ? " without time zone" : "";
        }

        var array = cursor.Take("array");
        while (cursor.IsSymbol("["))
        {
            cursor.SkipBalanced();
            array = true;
        }

        return new SqlType(quoted ? name : SqlType.Canonical(name), first, second, array);
    }

    /// <summary>Reads at least one token and goes on to a comma, a closing parenthesis, or one of the keywords.</summary>
    public static SqlExpression Expression(TokenCursor cursor, params ReadOnlySpan<string> stops)
    {
        var start = cursor.Current.Start;
        var calls = new List<string>();
        var depth = 0;
        var cast = false;
        var first = true;
        while (!cursor.AtEnd && (first || depth > 0 || !Stops(cursor, stops)))
        {
            var word = cursor.Current.Kind is TokenKind.Word or TokenKind.QuotedIdentifier ? cursor.CurrentText : null;
            depth += cursor.IsSymbol("(") || cursor.IsSymbol("[") ? 1 : cursor.IsSymbol(")") || cursor.IsSymbol("]") ? -1 : 0;
            var isCast = cursor.IsSymbol("::");
            cursor.Skip();
            if (word is not null
                && !cast
                && cursor.IsSymbol("(")
                && word.Trim('"').ToLowerInvariant() is var name
                && !NotCalls.Contains(name))
            {
                calls.Add(name);
            }

            cast = isCast;
            first = false;
        }

        return new SqlExpression(cursor.TextFrom(start), calls);
    }

    static bool Stops(TokenCursor cursor, ReadOnlySpan<string> stops)
    {
        foreach (var stop in stops)
        {
            if (cursor.Is(stop))
            {
                return true;
            }
        }

        return cursor.IsSymbol(",") || cursor.IsSymbol(")");
    }

    static (int? First, int? Second) Modifiers(TokenCursor cursor)
    {
        if (!cursor.TakeSymbol("("))
        {
            return default;
        }

        var first = Number(cursor);
        var second = cursor.TakeSymbol(",") ? Number(cursor) : null;
        _ = cursor.TakeSymbol(")");
        return (first, second);
    }

    static int? Number(TokenCursor cursor) =>
        int.TryParse(cursor.Identifier(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
