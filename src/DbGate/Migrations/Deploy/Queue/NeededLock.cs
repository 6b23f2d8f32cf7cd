using DbGate.Migrations.Lint;

namespace DbGate.Migrations.Deploy.Queue;

/// <summary>A lock that the deploy will take.</summary>
/// <param name="Table">Qualified name.</param>
/// <param name="Mode">The strongest mode.</param>
sealed record NeededLock(string Table, TableLock Mode);

/// <summary>What the deploy will need.</summary>
/// <param name="Locks">Table by table.</param>
/// <param name="WaitsForSnapshots">True when an index is built CONCURRENTLY: that waits for every older transaction of the
/// database.</param>
/// <param name="Basis">How that is known: the rehearsal, or the text.</param>
sealed record NeededLocks(IReadOnlyList<NeededLock> Locks, bool WaitsForSnapshots, string Basis);
