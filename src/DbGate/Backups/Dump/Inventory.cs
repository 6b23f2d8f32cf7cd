using DbGate.Backups.Manifests;

namespace DbGate.Backups.Dump;

/// <summary>What a database holds, as read under the snapshot of its backup.</summary>
sealed record Inventory
{
    public required DatabaseFacts Database { get; init; }

    /// <summary>The tables whose rows go into the archive, by schema and name.</summary>
    public required IReadOnlyList<TableInfo> Tables { get; init; }

    public required IReadOnlyList<SequenceInfo> Sequences { get; init; }

    public required IReadOnlyList<MaterializedView> MaterializedViews { get; init; }

    public required IReadOnlyList<ExtensionInfo> Extensions { get; init; }

    /// <summary>Foreign tables: their definition is dumped, their rows are elsewhere.</summary>
    public required IReadOnlyList<QualifiedName> ForeignTables { get; init; }

    public required long LargeObjects { get; init; }

    /// <summary>Roles that own something or were granted something.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>What a restore has to be allowed to do.</summary>
    public required RestoreNeeds Needs { get; init; }

    /// <summary>Tablespaces that objects of the database are in.</summary>
    public required IReadOnlyList<string> Tablespaces { get; init; }

    /// <summary>
    /// Names of settings made by ALTER DATABASE or ALTER ROLE … IN DATABASE. Never their values: applications keep secrets there.
    /// </summary>
    public required IReadOnlyList<string> DatabaseSettings { get; init; }

    /// <summary>Subscriptions that pg_dump leaves out because the role is no superuser.</summary>
    public required IReadOnlyList<string> HiddenSubscriptions { get; init; }

    /// <summary>Foreign keys that are NOT VALID: existing rows may break them.</summary>
    public required IReadOnlyList<string> UnvalidatedForeignKeys { get; init; }

    /// <summary>What is not valid in the source, and legal.</summary>
    public required SourceState State { get; init; }
}

/// <summary>A schema and a name, unquoted.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Name">The object in it.</param>
sealed record QualifiedName(string Schema, string Name)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Schema}.{Name}";
}

/// <summary>A sequence and where it is.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Name">The sequence.</param>
/// <param name="LastValue">Its last value.</param>
/// <param name="IsCalled">False when the next value is <paramref name="LastValue"/> itself.</param>
public sealed record SequenceState(string Schema, string Name, long LastValue, bool IsCalled);

/// <summary>A materialized view: rebuilt by the restore.</summary>
/// <param name="Schema">The schema.</param>
/// <param name="Name">The view.</param>
/// <param name="IsPopulated">False when it was never refreshed; it is then restored empty, too.</param>
public sealed record MaterializedView(string Schema, string Name, bool IsPopulated);

/// <summary>An installed extension.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its installed version; a restore installs the target's default.</param>
/// <param name="Schema">Where its objects are.</param>
public sealed record ExtensionInfo(string Name, string Version, string Schema);

sealed record SequenceInfo(SequenceState State, ReadOnlyMemory<byte> QuotedLiteral);

sealed record DatabaseFacts
{
    public required string SystemIdentifier { get; init; }

    public required uint Oid { get; init; }

    public required string Name { get; init; }

    public required int ServerVersion { get; init; }

    public required string ServerVersionText { get; init; }

    public required bool InRecovery { get; init; }

    public required string Lsn { get; init; }

    public required string Encoding { get; init; }

    public required string Collation { get; init; }

    public required string CType { get; init; }

    public required string LocaleProvider { get; init; }

    public string? Locale { get; init; }

    public string? IcuRules { get; init; }

    public string? CollationVersion { get; init; }

    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Pages of <c>shared_buffers</c>.</summary>
    public required long BufferPages { get; init; }

    public required DateTimeOffset SnapshotAt { get; init; }

    public required long Bytes { get; init; }
}
