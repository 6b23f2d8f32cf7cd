using DbGate.Statements;

namespace DbGate.Migrations.Rehearsal;

/// <summary>A migration to rehearse.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="Script">Its file, taken apart.</param>
/// <param name="Transactions">How the engine that will deploy it runs its statements.</param>
sealed record PendingMigration(string Name, SqlScript Script, TransactionRule Transactions);
