using System.Runtime.CompilerServices;
using DbGate.Statements;

namespace DbGate.Migrations;

/// <summary>
/// Migrations taken apart, each read once for as long as it is in use: what was held against its checksum is what runs, whatever
/// happens to the file meanwhile.
/// </summary>
static class MigrationScripts
{
    static readonly ConditionalWeakTable<Migration, SqlScript> Known = new();

    /// <summary>Of migrations that are code: what their tool printed.</summary>
    static readonly ConditionalWeakTable<Migration, SqlScript> Provided = new();

    /// <exception cref="Problems.GateException">DBG0217: the file is no longer the one that was checked; or it cannot be taken
    /// apart.</exception>
    public static Task<SqlScript> SplitAsync(this Migration migration, CancellationToken cancellationToken) =>
        Task.Run(() => Split(migration), cancellationToken);

    /// <summary>Gives a migration that is code the SQL that its tool printed.</summary>
    /// <exception cref="Problems.GateException">The SQL cannot be taken apart.</exception>
    public static void Provide(Migration migration, string sql) =>
        Provided.AddOrUpdate(migration, StatementSplitter.Split(sql, migration.ShownAs));

    /// <summary>Gives a migration that is code the SQL that it ran at a rehearsal.</summary>
    public static void Provide(Migration migration, SqlScript script) => Provided.AddOrUpdate(migration, script);

    /// <summary>True when that SQL is what ran at a rehearsal: the rules for files do not apply to it, for its tool sends it.</summary>
    public static bool IsExecuted(Migration migration) =>
        Provided.TryGetValue(migration, out var script) && script.File != migration.ShownAs;

    /// <summary>True when the SQL of a migration that is code was provided.</summary>
    public static bool IsProvided(Migration migration) => Provided.TryGetValue(migration, out _);

    /// <inheritdoc cref="SplitAsync"/>
    public static SqlScript Split(this Migration migration) =>
        Provided.TryGetValue(migration, out var printed)
            ? printed
            : Known.GetValue(
                migration,
                static one => !one.HasSql
                    ? StatementSplitter.Split("", one.ShownAs)
                    : StatementSplitter.Split(one.UpPart is { } up ? up(one.ReadSql()) : one.ReadSql(), one.ShownAs));
}
