using DbGate.Releases.Plans;
using DbGate.Migrations.Failures;
using DbGate.Migrations.Lint;
using DbGate.Statements;
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
            var parts = Split(migration.Name, migration.Sql);
            open -= parts.Count;
            left -= migration.Sql.Length;
            if (left < 0)
            {
                html.Paragraph(
                    $"{migration.Name}: its {HtmlFormat.Count(parts.Count, "statement is", "statements are")} too long for this page, and "
                        + "are in plan.json.", "unknown");
                continue;
            }

            var measured = rehearsed.GetValueOrDefault(migration.Name);
            using (html.Open("details", ("open", open >= 0 ? "" : null), ("class", "migration")))
            {
                using (html.Open("summary"))
                {
                    html.Code(migration.Name);
                    html.Text(
                        $" {HtmlFormat.Count(parts.Count, "statement", "statements")}"
                            + $"{(measured is null ? "" : $", {HtmlFormat.Milliseconds(measured.Milliseconds)}")}");
                }

                using (html.Open("ol", ("class", "sql")))
                {
                    foreach (var (index, part) in parts.Index())
                    {
                        Statement(html, part, measured?.Statements?.ElementAtOrDefault(index), null);
                    }
                }
            }
        }
    }

    /// <summary>The file of a migration that failed, its failing statement marked; of a very long one the statements around that.</summary>
    /// <param name="html">Where.</param>
    /// <param name="failed">The migration.</param>
    /// <param name="measured">What its statements did before it; null where no one measured.</param>
    public static void Write(HtmlWriter html, MigrationFailure failed, IReadOnlyList<RehearsedStatement>? measured)
    {
        var parts = Split(failed.Migration, failed.Sql);
        var at = Math.Clamp((failed.Place?.Statement ?? 1) - 1, 0, parts.Count - 1);
        var (first, last) = (at, at);
        for (var left = MostCharacters - parts[at].Length; left > 0 && (first > 0 || last < parts.Count - 1);)
        {
            left -= first > 0 ? parts[--first].Length : 0;
            left -= last < parts.Count - 1 ? parts[++last].Length : 0;
        }

        if (last - first + 1 < parts.Count)
        {
            html.Paragraph($"Statements {first + 1} to {last + 1} of {parts.Count}; the file is too long for this page.", "note");
        }

        using (html.Open("ol", ("class", "sql"), ("start", first == 0 ? null : $"{first + 1}")))
        {
            for (var i = first; i <= last; i++)
            {
                var fault =
                    failed.Place is not { } place || i < at
                        ? null
                        : i > at
                        ? ""
                        : $"{(place.IsCertain ? "fails here" : "probably fails here")}: {failed.Words}";
                Statement(html, parts[i], i < at ? measured?.ElementAtOrDefault(i) : null, fault);
            }
        }
    }

    /// <summary>The file in pieces, one for each statement with the comments before it; together they are the whole file.</summary>
    static IReadOnlyList<string> Split(string name, string sql)
    {
        try
        {
            var script = StatementSplitter.Split(sql, name);
            if (script.Statements.Count == 0)
            {
                return [sql];
            }

            var starts =
                Enumerable.Range(1, script.Statements.Count - 1)
                    .Select(index => After(script, index))
                    .Prepend(0)
                    .Append(script.Text.Length)
                    .ToArray();
            return [.. starts.Zip(starts.Skip(1), (start, end) => script.Text[start..end])];
        }
        catch (GateException)
        {
            return [sql];
        }

        // A piece begins behind the semicolon, and the rest of its line, of the statement before.
        static int After(SqlScript script, int index)
        {
            var (before, statement) = (script.Statements[index - 1], script.Statements[index]);
            var end = script.Text.IndexOf('\n', before.End);
            return end >= 0 && end < statement.Offset ? end + 1 : Math.Min(statement.Offset, before.End + 1);
        }
    }

    /// <param name="html">Where.</param>
    /// <param name="text">The statement.</param>
    /// <param name="measured">What it did, where that is known.</param>
    /// <param name="fault">Why it failed; empty for one that was never reached.</param>
    static void Statement(HtmlWriter html, string text, RehearsedStatement? measured, string? fault)
    {
        using (html.Open("li", ("class", fault switch { null => null, "" => "unreached", _ => "fails" })))
        {
            using (html.Open("pre"))
            {
                using (html.Open("code"))
                {
                    html.Lines(text.Trim('\n', '\r'));
                }
            }

            if (fault is { Length: > 0 })
            {
                html.Element("p", fault, ("class", "fault"));
            }

            if (measured is null)
            {
                return;
            }

            using (html.Open("p", ("class", "cost")))
            {
                html.Element("b", HtmlFormat.Short(TimeSpan.FromMicroseconds(measured.Microseconds)));
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
                html.Text(measured.RowsRead > 0 ? $", {HtmlFormat.Count(measured.RowsRead, "row", "rows")} read" : "");
                html.Text(measured.RowsWritten > 0 ? $", {HtmlFormat.Count(measured.RowsWritten, "row", "rows")} written" : "");
                html.Text(measured.IsSampled ? "; its locks were sampled, a short one may be missing" : "");
            }
        }
    }
}
