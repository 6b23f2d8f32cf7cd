using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Failures;

/// <summary>The index that a statement builds concurrently: when the statement fails, it stays, invalid.</summary>
static class ConcurrentIndex
{
    /// <returns>Its name, quoted where needed; null when the statement builds none concurrently.</returns>
    public static string? From(SqlStatement statement) => StatementParser.Parse(statement.Text) switch
    {
        CreateIndex { Concurrently: true } index => index.Name is { } name ? QualifiedName.Quote(name) : $"on {index.Table}",
        Reindex { Concurrently: true } reindex => $"{reindex.Name}_ccnew",
        _ => null,
    };
}
