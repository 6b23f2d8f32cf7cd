using DbGate.Migrations.Lint;

namespace DbGate.Migrations.Deploy.Queue;

/// <summary>A person who holds what the deploy needs.</summary>
/// <param name="Pid">The backend; null for a prepared transaction.</param>
/// <param name="Kind"><c>client backend</c>, <c>autovacuum worker</c>, or <c>prepared transaction</c> with its name.</param>
/// <param name="User">Null where it may not be seen.</param>
/// <param name="Application">What it calls itself.</param>
/// <param name="State"><c>active</c>, <c>idle in transaction</c>.</param>
/// <param name="Age">Of its transaction, by the server's clock.</param>
/// <param name="Query">Its newest statement, the first 200 characters.</param>
/// <param name="Table">The table; null when its snapshot is what is in the way.</param>
/// <param name="Mode">What it holds.</param>
sealed record LockHolder(
    int? Pid, string Kind, string? User, string? Application, string? State, TimeSpan Age, string? Query, string? Table, TableLock Mode)
{
    const string PreparedKind = "prepared transaction ";

    /// <summary>
    /// An autovacuum that the server itself cancels as soon as a statement waits for it; one against wraparound it does not.
    /// </summary>
    public bool Yields => Kind == "autovacuum worker" && Query?.Contains("to prevent wraparound", StringComparison.Ordinal) != true;

    /// <summary>The name of a prepared transaction; null when it is none.</summary>
    public string? Prepared => Kind.StartsWith(PreparedKind, StringComparison.Ordinal) ? Kind[PreparedKind.Length..] : null;

    /// <summary>For a person.</summary>
    public string InWords =>
        $"{(Pid is { } pid ? $"backend {pid}" : Kind)} ({string.Join(", ", Known.Where(word => !string.IsNullOrEmpty(word)))})"
        + (Table is null ? " has an open snapshot" : $" holds {Mode.Display()} on {Table}")
        + $" for {Age.TotalSeconds:0} s"
        + (string.IsNullOrWhiteSpace(Query)
            ? ""
            : $": {string.Join(' ', Query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");

    string?[] Known => [User, Application, Kind == "client backend" ? null : Kind, State];
}
