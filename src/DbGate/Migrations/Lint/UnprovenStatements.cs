using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint;

/// <summary>A statement whose rehearsal does not prove what it does to rows in production.</summary>
/// <param name="Statement">The statement of the file.</param>
/// <param name="Why">Why not, in words.</param>
sealed record UnprovenStatement(LintStatement Statement, string Why);

/// <summary>
/// Finds statements that run code which can delete or change rows, where nothing compares its effect before the commit: such code can look
/// at the clock, at rows or at names that are built when it runs, and act in production only. Pure.
/// </summary>
static class UnprovenStatements
{
    const int MostLevels = 4;

    // FOR UPDATE, ON DELETE CASCADE and BEFORE INSERT OR UPDATE write nothing.
    static readonly string[] Leading = ["on", "for", "before", "after", "or", "of", "key"];

    static readonly string[] Removing = ["table", "column", "schema", "owned", "materialized", "database"];

    static readonly string[] Destroying = ["truncate", "merge", "lo_unlink", "lo_put", "lo_truncate", "lowrite", "dblink_exec"];

    static readonly string[] OfOtherServers = ["server", "subscription", "mapping", "foreign"];

    /// <param name="migration">A pending file.</param>
    /// <param name="isCompared">True where the rows that it writes are compared with the rehearsal before the commit.</param>
    /// <param name="updates">True when it changed rows at the rehearsal: which values they get is not compared.</param>
    public static IEnumerable<UnprovenStatement> Find(LintMigration migration, bool isCompared, bool updates)
    {
        foreach (var statement in migration.Statements.Where(one => one is { Offset: 0, Through: null }))
        {
            var words = Words(statement.Source.Text);
            if ((words is ["create" or "alter" or "import", var kind, ..] && OfOtherServers.Contains(kind))
                || words is ["create" or "alter", "user", "mapping", ..])
            {
                yield return new(statement, "it connects to another server, which the rehearsal does as well");
            }
            else if (statement.Parsed is AlterTable alter && alter.Actions.Any(action => Converts(action, statement.Before)))
            {
                yield return new(statement, "a function of the project converts the values");
            }
            else if (Runs(statement, words) is var code && code.Destroys && (!isCompared || (updates && code.Builds)))
            {
                yield return new(
                    statement, isCompared
                        ? "it changes rows by SQL that it builds when it runs, and which values they get is not compared"
                        : "it runs code that can delete or change rows, and the command commits before that can be compared");
            }
        }
    }

    static bool Converts(AlterAction action, KnownSchema schema) =>
        action is AlterColumnType { Using: { } conversion } && conversion.Calls.Any(schema.Routines.ContainsKey);

    static Code Runs(LintStatement statement, List<string> words) => statement.Parsed switch
    {
        DoBlock block => Read(block.Body, statement.Before, 0),
        CreateTrigger => Called(words, statement.Before, 0, isTrigger: true),
        CreateRoutine or CreateObject or Privilege or Drop => default,
        _ => Called(words, statement.Before, 0),
    };

    static Code Read(string body, KnownSchema schema, int level)
    {
        var words = Words(body);
        var code = Called(words, schema, level);
        foreach (var (index, word) in words.Index())
        {
            var before = index == 0 ? "" : words[index - 1];
            var after = index + 1 < words.Count ? words[index + 1] : "";
            var builds = word == "execute" && after is not ("function" or "procedure");
            code = new(
                code.Destroys || builds || Destroying.Contains(word) || (word is "delete" or "update" && !Leading.Contains(before))
                    || (word == "drop" && Removing.Contains(after)),
                code.Builds || builds);
        }

        return code;
    }

    static Code Called(List<string> words, KnownSchema schema, int level, bool isTrigger = false)
    {
        var code = default(Code);
        if (level >= MostLevels)
        {
            return code;
        }

        foreach (var (index, word) in words.Index())
        {
            var isCall = isTrigger || (index + 1 < words.Count && words[index + 1] == "(");
            if (isCall && schema.Routines.TryGetValue(word, out var routine))
            {
                var inner = Read(routine.Body, schema, level + 1);
                code = new(code.Destroys || inner.Destroys, code.Builds || inner.Builds);
            }
        }

        return code;
    }

    /// <summary>Words in lower case, names without their quotes, and parentheses.</summary>
    static List<string> Words(string sql)
    {
        var words = new List<string>();
        var lexer = new Lexer(sql);
        while (lexer.Next(out var token))
        {
            var text = token.In(sql);
            if (token.Kind == TokenKind.Word)
            {
                words.Add(text.ToString().ToLowerInvariant());
            }
            else if (token.Kind == TokenKind.QuotedIdentifier)
            {
                words.Add(text.Trim('"').ToString());
            }
            else if (text is "(")
            {
                words.Add("(");
            }
        }

        return words;
    }

    readonly record struct Code(bool Destroys, bool Builds);
}
