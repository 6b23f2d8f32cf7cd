using DbGate.Migrations.Lint.Schema;
using DbGate.Migrations.Statements;
using DbGate.Migrations.Statements.Parsing;

namespace DbGate.Migrations.Lint;

/// <summary>Reads a script for the rules: parses, follows the schema and the transactions.</summary>
static class LintMigrationReader
{
    public static LintMigration Read(SqlScript script, KnownSchema before, TransactionRule rule)
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
            foreach (var (offset, inner) in Inner(parsed))
            {
                statements.Add(new LintStatement(source, index, offset, inner, schema, transaction));
                schema = schema.After(inner);
            }

            block &= control is not (TransactionVerb.Commit or TransactionVerb.Rollback);
            transaction += block || (rule == TransactionRule.WholeFile && control is not (TransactionVerb.Commit or TransactionVerb.Rollback)) ? 0 : 1;
        }

        return new LintMigration(script, statements, rule, schema);
    }

    static IEnumerable<(int Offset, ParsedStatement Statement)> Inner(ParsedStatement parsed) => parsed switch
    {
        DoBlock block => [(0, block), .. BlockReader.Read(block)],
        WithWrites with => [(0, with.Main), .. with.Writes],
        _ => [(0, parsed)],
    };
}
