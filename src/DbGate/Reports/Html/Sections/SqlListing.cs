using DbGate.Evidence.Plans;
using DbGate.Migrations.Lint;
using DbGate.Migrations.Statements;
using DbGate.Problems;

namespace DbGate.Reports.Html.Sections;

/// <summary>The SQL as it will run, all of it, each statement with what it took at the rehearsal.</summary>
static class SqlListing
{
    const int OpenStatements = 30;
    const int MostCharacters = 600_000;

    public static void Write(HtmlWriter html, Plan plan)
    {
        var rehearsed = (plan.Rehearsal?.Migrations ?? []).GroupBy(migration => migration.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var (open, left) = (OpenStatements, MostCharacters);
        foreach (var migration in plan.Migrations)
        {
            var parts = Split(migration);
            open -= parts.Count;
            left -= migration.Sql.Length;
            if (left < 0)
            {
                html.Paragraph($"{migration.Name}: its {Words.Count(parts.Count, "statement is", "statements are")} too long for this page, and stand in plan.json.", "unknown");
                continue;
            }

            var measured = rehearsed.GetValueOrDefault(migration.Name);
            using (html.Open("details", ("open", open >= 0 ? "" : null), ("class", "migration")))
            {
                using (html.Open("summary"))
                {
                    html.Code(migration.Name);
                    html.Text($" {Words.Count(parts.Count, "statement", "statements")}{(measured is null ? "" : $", {Words.Milliseconds(measured.Milliseconds)}")}");
                }

                using (html.Open("ol", ("class", "sql")))
                {
                    foreach (var (index, part) in parts.Index())
                    {
                        Statement(html, part, measured?.Statements?.ElementAtOrDefault(index));
                    }
                }
            }
        }
    }

    /// <summary>The file in pieces, one for each statement with the comments before it; together they are the whole file.</summary>
    static IReadOnlyList<string> Split(PlannedMigration migration)
    {
        try
        {
            var script = StatementSplitter.Split(migration.Sql, migration.Name);
            if (script.Statements.Count == 0)
            {
                return [migration.Sql];
            }

            var starts = Enumerable.Range(1, script.Statements.Count - 1).Select(index => After(script, index)).Prepend(0).Append(script.Text.Length).ToArray();
            return [.. starts.Zip(starts.Skip(1), (start, end) => script.Text[start..end])];
        }
        catch (GateException)
        {
            return [migration.Sql];
        }

        // A piece begins behind the semicolon, and the rest of its line, of the statement before.
        static int After(SqlScript script, int index)
        {
            var (before, statement) = (script.Statements[index - 1], script.Statements[index]);
            var end = script.Text.IndexOf('\n', before.End);
            return end >= 0 && end < statement.Offset ? end + 1 : Math.Min(statement.Offset, before.End + 1);
        }
    }

    static void Statement(HtmlWriter html, string text, RehearsedStatement? measured)
    {
        using (html.Open("li"))
        {
            using (html.Open("pre"))
            {
                using (html.Open("code"))
                {
                    html.Lines(text.Trim('\n', '\r'));
                }
            }

            if (measured is null)
            {
                return;
            }

            using (html.Open("p", ("class", "cost")))
            {
                html.Element("b", Words.Short(TimeSpan.FromMicroseconds(measured.Microseconds)));
                foreach (var held in measured.Locks)
                {
                    var mode = TableLocks.Parse(held.Mode);
                    html.Text(", ");
                    html.Element("span", held.Mode, ("class", mode == TableLock.AccessExclusive ? "strong" : null));
                    html.Text(" on ");
                    html.Code(held.Table);
                    html.Text($" ({mode.Effect()})");
                }

                html.Text(string.Concat(measured.Rewritten.Select(table => $", writes {table} anew")));
                html.Text(measured.RowsRead > 0 ? $", {Words.Count(measured.RowsRead, "row", "rows")} read" : "");
                html.Text(measured.RowsWritten > 0 ? $", {Words.Count(measured.RowsWritten, "row", "rows")} written" : "");
                html.Text(measured.IsSampled ? "; its locks were sampled, a short one may be missing" : "");
            }
        }
    }
}
