namespace DbGate.Migrations;

/// <summary>How a deploy engine puts the statements of a migration file into transactions.</summary>
enum TransactionRule
{
    /// <summary>The file is one query, so one implicit transaction: all or nothing.</summary>
    WholeFile,

    /// <summary>Each statement commits on its own, so a file can stop halfway.</summary>
    PerStatement,
}
