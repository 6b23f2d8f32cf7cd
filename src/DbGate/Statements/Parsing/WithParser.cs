namespace DbGate.Statements.Parsing;

/// <summary>Reads the WITH list of a statement.</summary>
static class WithParser
{
    static readonly string[] Verbs = ["insert", "update", "delete", "merge"];

    /// <summary>Goes on to the statement behind the list.</summary>
    /// <returns>What the list writes, each with where it begins.</returns>
    public static IReadOnlyList<(int Offset, ParsedStatement Statement)> Writes(string statement, TokenCursor cursor)
    {
        var writes = new List<(int, ParsedStatement)>();
        while (!cursor.AtEnd && !cursor.Is("select") && !Verbs.Any(cursor.Is))
        {
            if (!cursor.IsSymbol("("))
            {
                cursor.Skip();
                continue;
            }

            var start = cursor.Current.End;
            cursor.SkipBalanced();
            var inside = statement[start..Math.Max(start, cursor.PreviousStart)];
            if (new TokenCursor(inside) is var inner && (Verbs.Any(inner.Is) || inner.Is("with")))
            {
                var offset = start + inner.Current.Start;
                var parsed = StatementParser.Parse(inside);
                writes.AddRange(parsed is WithWrites nested
                    ? [.. nested.Writes.Select(write => (start + write.Offset, write.Statement)), (offset, nested.Main)]
                    : [(offset, parsed)]);
            }
        }

        writes.RemoveAll(write => write.Item2 is OtherStatement { Verb: "select" });
        return writes;
    }
}
