using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint;

/// <summary>Reads a script for the rules: parses, follows the schema and the transactions.</summary>
static class LintMigrationReader
{
    // A function that calls itself is not followed without end.
    const int MostCalls = 3;

    /// <param name="script">The file.</param>
    /// <param name="before">The schema that it meets.</param>
    /// <param name="rule">How the engine runs it.</param>
    /// <param name="server">PostgreSQL's major version where it will run; null when that is not known.</param>
    public static LintMigration Read(SqlScript script, KnownSchema before, TransactionRule rule, int? server = null)
    {
        var statements = new List<LintStatement>();
        var schema = before;
        var transaction = 0;
        var block = false;
        foreach (var (index, source) in script.Statements.Index())
        {
            var parsed = StatementParser.Parse(source.Text);
            var control = (parsed as TransactionControl)?.Verb;
            block |= control == TransactionVerb.Begin;
            foreach (var (offset, inner, through) in Inner(0, parsed, null, schema, 0))
            {
                statements.Add(new LintStatement(source, index, offset, inner, schema, transaction) { Through = through });
                schema = schema.After(inner);
            }

            block &= control is not (TransactionVerb.Commit or TransactionVerb.Rollback);
            transaction += block
                || (rule == TransactionRule.WholeFile && control is not (TransactionVerb.Commit or TransactionVerb.Rollback)) ? 0 : 1;
        }

        return new LintMigration(script, statements, rule, schema) { Server = server };
    }

    // The statement itself, what its block or its WITH list holds, and the bodies of the functions that it calls.
    static IEnumerable<(int Offset, ParsedStatement Statement, string? Through)> Inner(
        int offset, ParsedStatement parsed, string? through, KnownSchema schema, int depth)
    {
        yield return (offset, parsed is WithWrites { Main: var main } ? main : parsed, through);
        var inner = parsed switch
        {
            DoBlock block => BlockReader.Read(block).SelectMany(item => Inner(item.Offset, item.Statement, through, schema, depth)),
            WithWrites with => with.Writes.Select(item => (item.Offset, item.Statement, through)),
            OtherStatement { Calls.Count: > 0 } other when depth < MostCalls =>
                from call in other.Calls
                let body = schema.Routines.GetValueOrDefault(call.Name)
                where body is not null
                from item in BlockReader.Read(body)
                from each in Inner(offset, item.Statement, $"{call}()", schema, depth + 1)
                select each,
            _ => [],
        };
        foreach (var item in inner)
        {
            yield return item;
        }
    }
}
