using DbGate.Migrations.Lint.Schema;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint;

/// <summary>A statement with what is around it.</summary>
/// <param name="Source">Its text. For one in a DO block: the block's.</param>
/// <param name="Index">Which of the file's statements it is, from zero.</param>
/// <param name="Offset">Where in <paramref name="Source"/> it begins; above zero only in a DO block.</param>
/// <param name="Parsed">What it does.</param>
/// <param name="Before">The schema it meets.</param>
/// <param name="Transaction">Equal for statements that commit together.</param>
sealed record LintStatement(SqlStatement Source, int Index, int Offset, ParsedStatement Parsed, KnownSchema Before, int Transaction)
{
    /// <summary>The locks that it takes on tables that was before the migration.</summary>
    public IReadOnlyList<LockClaim> Locks { get; } =
        [.. StatementLocks.From(Parsed, Before).Where(claim => !Before.IsNew(claim.Table))];

    /// <summary>The function whose body it is in; null for a statement of the file itself.</summary>
    public string? Through { get; init; }

    /// <summary>Whether the table was before the migration: only then does anyone wait, and is there anything to lose.</summary>
    public bool Touches(QualifiedName table) => !Before.IsNew(table);
}

/// <summary>A migration file, read for the rules.</summary>
/// <param name="Script">The file.</param>
/// <param name="Statements">Those in DO blocks included.</param>
/// <param name="Transactions">How the engine runs it.</param>
/// <param name="After">The schema that it leaves.</param>
sealed record LintMigration(SqlScript Script, IReadOnlyList<LintStatement> Statements, TransactionRule Transactions, KnownSchema After)
{
    /// <summary>PostgreSQL's major version where it will run; null when that is not known.</summary>
    public int? Server { get; init; }

    /// <summary>Whether the statement shares its transaction with another, or is inside BEGIN and COMMIT.</summary>
    public bool InTransactionBlock(LintStatement statement) =>
        Transactions == TransactionRule.WholeFile
            ? Script.Statements.Count > 1
            : statement.Offset > 0 || Statements.Any(other => other.Transaction == statement.Transaction && other != statement);
}
