using DbGate.Problems;

namespace DbGate.Migrations.Rehearsal.Load;

/// <summary>A person of the load who had to wait for a migration.</summary>
/// <param name="Table">Qualified name.</param>
/// <param name="Operation"><c>reads</c> or <c>writes</c>.</param>
/// <param name="Migration">The directory's name.</param>
/// <param name="Location">The statement that ran when the longest wait began.</param>
/// <param name="Longest">As far as it was sampled.</param>
sealed record LoadWait(string Table, string Operation, string Migration, SourceLocation Location, TimeSpan Longest);

/// <summary>What the load saw.</summary>
/// <param name="Tables">The tables that it read and wrote.</param>
/// <param name="Operations">How many reads and writes there were while the migrations ran.</param>
/// <param name="Waits">Who had to wait, the longest first.</param>
sealed record LoadReport(IReadOnlyList<string> Tables, long Operations, IReadOnlyList<LoadWait> Waits);
