using System.Text;
using System.Text.Json.Serialization;
using DbGate.Backups.Archive;
using DbGate.Backups.Dump;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Targets;

namespace DbGate.Backups.Manifests;

/// <summary>
/// What is next to an archive as <c>….manifest.json</c>, written last: an archive without it is no backup. It reports what the
/// archive holds, to the byte, and everything that a restore has to know beforehand. The format is documented in
/// docs/reference/backup-format.md.
/// </summary>
public sealed record BackupManifest
{
    /// <summary>The version of the format that this DbGate writes. Readers refuse a newer one.</summary>
    public const int CurrentFormat = 1;

    /// <summary>What a manifest's key has behind the archive's.</summary>
    internal const string Ending = ".manifest.json";

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Who wrote it, <c>DbGate</c> and its version.</summary>
    public required string Tool { get; init; }

    /// <summary>The environment, in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>The commit of the project at that time; null when it was not known.</summary>
    public string? GitCommit { get; init; }

    /// <summary>The archive.</summary>
    public required ArchiveFacts Archive { get; init; }

    /// <summary>The database.</summary>
    public required SourceFacts Source { get; init; }

    /// <summary>When what happened.</summary>
    public required BackupTimes Times { get; init; }

    /// <summary>What was proved of this backup when the manifest was written.</summary>
    public required VerificationFacts Verification { get; init; }

    /// <summary>What the file consists of, in its order.</summary>
    public required IReadOnlyList<ArchivePart> Parts { get; init; }

    /// <summary>All tables whose rows are in the archive, by schema and name; also the empty ones.</summary>
    public required IReadOnlyList<ManifestTable> Tables { get; init; }

    /// <summary>All sequences.</summary>
    public required IReadOnlyList<SequenceState> Sequences { get; init; }

    /// <summary>All materialized views.</summary>
    public required IReadOnlyList<MaterializedView> MaterializedViews { get; init; }

    /// <summary>All extensions.</summary>
    public required IReadOnlyList<ExtensionInfo> Extensions { get; init; }

    /// <summary>The large objects.</summary>
    public required LargeObjectFacts LargeObjects { get; init; }

    /// <summary>Roles that own something or were granted something. They must exist where the archive is restored.</summary>
    public required IReadOnlyList<string> Roles { get; init; }

    /// <summary>What a restore has to be allowed to do; null in backups of older versions, which did not record it.</summary>
    [JsonInclude]
    internal RestoreNeeds? Needs { get; init; }

    /// <summary>The file that creates the roles; null in backups of older versions.</summary>
    [JsonInclude]
    internal RolesFile? RolesFile { get; init; }

    /// <summary>What the database has and the archive has not.</summary>
    public required IReadOnlyList<ExcludedObject> NotIncluded { get; init; }

    /// <summary>What was noticed and did not block.</summary>
    public required IReadOnlyList<BackupNote> Findings { get; init; }

    /// <summary>
    /// What was already invalid or unvalidated in the source; null in backups of older versions, which did not record it.
    /// </summary>
    [JsonInclude]
    internal SourceState? State { get; init; }

    /// <summary>The member table.</summary>
    public required MemberTable Members { get; init; }

    /// <summary>The database that was backed up, for comparison with another step's.</summary>
    [JsonIgnore]
    internal TargetIdentity Identity =>
        new(Source.SystemIdentifier, Source.DatabaseOid, Source.DatabaseName, Source.ServerVersion, Source.InRecovery);

    /// <summary>
    /// What the archive's statements are read with to distinguish them. Of encodings other than UTF-8 the bytes are taken as they are: what
    /// the statements are made of is ASCII in all of them.
    /// </summary>
    [JsonIgnore]
    internal Encoding TextEncoding => Source.Encoding == "UTF8" ? Encoding.UTF8 : Encoding.Latin1;

    /// <summary>The key under which the manifest of an archive is.</summary>
    public static string KeyOf(string archiveKey) => archiveKey + Ending;
}

/// <summary>The archive.</summary>
/// <param name="Key">The name of the archive in its store.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of the file, lower-case hex: what <c>sha256sum</c> prints.</param>
/// <param name="PlainLength">Bytes of SQL text in it.</param>
/// <param name="CompressionLevels">What compressed it: "isa-l", or zlib's levels, for example "zlib 2" or "isa-l, zlib 6".</param>
/// <param name="Reader">Who read the rows: <c>copy</c> or <c>pg_dump</c>.</param>
/// <param name="PgDump">The version of <c>pg_dump</c>.</param>
/// <param name="Psql">The version of <c>psql</c>.</param>
/// <param name="IsRestricted">It begins with <c>\restrict</c>, which needs a <c>psql</c> of 13.22, 14.19, 15.14, 16.10, 17.6 or
/// newer.</param>
public sealed record ArchiveFacts(
    string Key, long Length, string Sha256, long PlainLength, string CompressionLevels, string Reader, string PgDump, string Psql,
    bool IsRestricted);

/// <summary>The database that was backed up.</summary>
/// <param name="SystemIdentifier">The cluster's; empty where the role may not read it.</param>
/// <param name="DatabaseOid">The database's oid.</param>
/// <param name="DatabaseName">Its name.</param>
/// <param name="ServerVersion">As PostgreSQL numbers it: 150018 is 15.18.</param>
/// <param name="ServerVersionText">As the server prints it.</param>
/// <param name="InRecovery">It was a standby.</param>
/// <param name="Lsn">The write-ahead log's position at the snapshot.</param>
/// <param name="Encoding">Its encoding, which is the archive's.</param>
/// <param name="Collation">LC_COLLATE.</param>
/// <param name="CType">LC_CTYPE.</param>
/// <param name="LocaleProvider"><c>libc</c>, <c>icu</c> or <c>builtin</c>.</param>
/// <param name="Locale">The provider's locale; null for libc.</param>
/// <param name="Settings">Settings that change the meaning of the text in the archive, and a few that explain the server.</param>
/// <param name="Bytes">The size of the database on the server's disk.</param>
public sealed record SourceFacts(
    string SystemIdentifier,
    uint DatabaseOid,
    string DatabaseName,
    int ServerVersion,
    string ServerVersionText,
    bool InRecovery,
    string Lsn,
    string Encoding,
    string Collation,
    string CType,
    string LocaleProvider,
    string? Locale,
    IReadOnlyDictionary<string, string> Settings,
    long Bytes)
{
    /// <summary>ICU's own collation rules of the database (PostgreSQL 16 and newer); null when it has none.</summary>
    public string? IcuRules { get; init; }

    /// <summary>The version of the collation that the database was created with; null where the server records none.</summary>
    public string? CollationVersion { get; init; }
}

/// <summary>When what happened, in UTC.</summary>
/// <param name="Started">By DbGate's clock.</param>
/// <param name="Snapshot">The moment that the archive shows, by the server's clock.</param>
/// <param name="Read">The last row was read and stored, by DbGate's clock.</param>
/// <param name="Verified">The archive was read back and compared, by DbGate's clock.</param>
public sealed record BackupTimes(DateTimeOffset Started, DateTimeOffset Snapshot, DateTimeOffset Read, DateTimeOffset Verified);

/// <summary>What was proved.</summary>
/// <param name="Level"><c>L1</c>: complete, read back from every store and rehashed. Later proofs are records of their own.</param>
/// <param name="Stores">The stores that it was read back from.</param>
public sealed record VerificationFacts(string Level, IReadOnlyList<string> Stores)
{
    /// <summary><see cref="Level"/> as retention counts it; null when this DbGate does not have it.</summary>
    [JsonIgnore]
    internal VerificationLevel? Proven => Level switch
    {
        "L0" => VerificationLevel.Complete,
        "L1" => VerificationLevel.ReadBack,
        "L2" => VerificationLevel.SchemaRestored,
        "L3" => VerificationLevel.Restored,
        _ => null,
    };
}

/// <summary>A stretch of the file.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="FirstMember">Its first member, from 0.</param>
/// <param name="MemberCount">How many members.</param>
public sealed record ArchivePart(PartKind Kind, int FirstMember, int MemberCount);

/// <summary>Members that are together.</summary>
/// <param name="First">The first, from 0.</param>
/// <param name="Count">How many.</param>
sealed record MemberRun(int First, int Count);

/// <summary>
/// A table in the archive. Its members are together, or in several runs where it was written in turns with another large table.
/// </summary>
/// <param name="Schema">The schema.</param>
/// <param name="Name">The table.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Hash">The sum of the row hashes, see <see cref="TableDigest"/>.</param>
/// <param name="FirstMember">Its first member, from 0.</param>
/// <param name="MemberCount">How many members are together there; 0 for a table without rows.</param>
public sealed record ManifestTable(string Schema, string Name, long Rows, string Hash, int FirstMember, int MemberCount)
{
    /// <summary>The runs after the first one; null where there are none.</summary>
    [JsonInclude]
    internal IReadOnlyList<MemberRun>? MoreMembers { get; init; }

    /// <summary>All runs.</summary>
    [JsonIgnore]
    internal IEnumerable<MemberRun> Members => (MoreMembers ?? []).Prepend(new(FirstMember, MemberCount));

    /// <summary>
    /// The partitioned table through which the rows are loaded, and whose digest is to be compared in its stead; null for all others.
    /// </summary>
    [JsonInclude]
    internal QualifiedName? LoadedThrough { get; init; }

    /// <summary>The extension whose configuration table it is; null for all others. Then only the user's own rows are here.</summary>
    public string? Extension { get; init; }

    /// <summary>
    /// The columns in the order of the archive's rows, quoted; null where a restored table has the same order. A child of an inherited
    /// table gets another one: its inherited columns come first.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Rows and hash.</summary>
    [JsonIgnore]
    internal TableDigest Digest => TableDigest.Parse(Rows, Hash);

    /// <inheritdoc/>
    public override string ToString() => $"{Schema}.{Name}";
}

/// <summary>The large objects.</summary>
/// <param name="Count">How many.</param>
/// <param name="Blocks">How many blocks of 16 KiB, at least one for each.</param>
/// <param name="Hash">The sum of the blocks' hashes.</param>
public sealed record LargeObjectFacts(long Count, long Blocks, string Hash);

/// <summary>What is legal in the source and looks like damage in a restored copy. Names are quoted as SQL needs them.</summary>
/// <param name="InvalidIndexes">Indexes that are not valid, <c>schema.index</c>; for example a partitioned index that lacks a
/// partition.</param>
/// <param name="UnvalidatedConstraints">Constraints that are NOT VALID or NOT ENFORCED, <c>schema.table.constraint</c>: rows may violate
/// them.</param>
sealed record SourceState(IReadOnlyList<string> InvalidIndexes, IReadOnlyList<string> UnvalidatedConstraints);

/// <summary>Something that the database has and the archive has not.</summary>
/// <param name="Kind">What, for example <c>roles</c> or <c>foreign-table-rows</c>.</param>
/// <param name="Names">Which ones.</param>
/// <param name="Advice">How it is kept or made again.</param>
public sealed record ExcludedObject(string Kind, IReadOnlyList<string> Names, string Advice);

/// <summary>Something that was noticed and did not block.</summary>
/// <param name="Code">The problem's number; null for a warning of PostgreSQL's own clients.</param>
/// <param name="Message">What.</param>
public sealed record BackupNote(string? Code, string Message);
