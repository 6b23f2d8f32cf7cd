using DbGate.Migrations.Lint;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal;

/// <summary>A statement that ran in the rehearsal, with its migration.</summary>
/// <param name="Migration">The whole migration.</param>
/// <param name="Statement">The statement.</param>
sealed record MeasuredStatement(MigrationMeasurement Migration, StatementMeasurement Statement)
{
    /// <summary>
    /// The strongest lock that the transaction holds on a table once the statement has run; None when it holds no lock there, null when the
    /// locks were only sampled.
    /// </summary>
    public TableLock? HeldOn(QualifiedName table)
    {
        var transaction =
            Migration.Statements.Where(other => other.Transaction == Statement.Transaction && other.Index <= Statement.Index).ToArray();
        return transaction.Any(other => other.IsSampled)
            ? null
            : transaction.SelectMany(other => other.Locks)
                .Where(held => Is(held.Table, table))
                .Select(held => held.Mode)
                .DefaultIfEmpty(TableLock.None)
                .Max();
    }

    /// <summary>Whether a measured name (always qualified) is the one that a statement wrote.</summary>
    public static bool Is(string measured, QualifiedName written) => new TokenCursor(measured).Name().MayBe(written);
}

/// <summary>The statements of a rehearsal by file and number.</summary>
sealed class MeasuredStatements(RehearsalReport rehearsal)
{
    readonly Dictionary<(string File, int Index), MeasuredStatement> statements = rehearsal.Migrations
        .SelectMany(migration => migration.Statements.Select(statement => new MeasuredStatement(migration, statement)))
        .DistinctBy(item => (item.Statement.Location.File, item.Statement.Index))
        .ToDictionary(item => (item.Statement.Location.File, item.Statement.Index));

    /// <summary>A statement that ran; null when the rehearsal did not come so far, or ended with it.</summary>
    public MeasuredStatement? Find(string? file, int index) => file is null ? null : statements.GetValueOrDefault((file, index));
}
