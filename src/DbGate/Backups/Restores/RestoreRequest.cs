using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>What is to be restored, and what it is to become.</summary>
sealed record RestoreRequest
{
    /// <summary>The word that confirms that production is replaced.</summary>
    public const string ConfirmationWord = "RESTORE_PRODUCTION";

    /// <summary>Which backup; null when <see cref="File"/> is given.</summary>
    public BackupChoice? Backup { get; init; }

    /// <summary>
    /// A plain dump on this machine, <c>.sql.gz</c> or <c>.sql</c>, whatever made it; always into a database next to it. With its manifest
    /// next to it, it is a backup like any other.
    /// </summary>
    public string? File { get; init; }

    /// <summary>
    /// The environment's database, direct and not pooled: what is replaced, and whose server the new database is made on.
    /// </summary>
    public required PostgresUrl Url { get; init; }

    /// <summary>
    /// Restore into a new database of this name and leave it at that; null replaces the environment's database, or makes up a name next
    /// to it
    /// it.
    /// </summary>
    public string? Into { get; init; }

    /// <summary>
    /// Restore the rows of these tables only (<c>schema.table</c>, or a table of <c>public</c>), always into a database next to it; empty =
    /// all.
    /// </summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>
    /// The database <see cref="Into"/> was made beforehand, is empty, and is filled: for hosts where a role may not create databases or
    /// extensions.
    /// </summary>
    public bool IsPrepared { get; init; }

    /// <summary>What is left out, or given to other roles.</summary>
    public RestoreChanges Changes { get; init; } = RestoreChanges.None;

    /// <summary>The environment is production: replacing it takes the <see cref="ConfirmationWord"/>.</summary>
    public required bool IsProduction { get; init; }

    /// <summary>What was typed, or given by <c>--confirm=</c>.</summary>
    public string? Confirmation { get; init; }

    /// <summary>
    /// Asks a person, after everything that can be checked without reading the archive was checked, and returns what was typed; null where
    /// no person can be asked.
    /// </summary>
    internal Func<RestorePreview, CancellationToken, Task<string?>>? Ask { get; init; }

    /// <summary>
    /// Compare every row afterwards. Only a database next to it may go without: what replaces another one is always compared.
    /// </summary>
    public bool Compares { get; init; } = true;

    /// <summary>How.</summary>
    public RestoreOptions Options { get; init; } = new();

    /// <summary>
    /// Applies the waivers in force to what the comparison found: a waived difference does not keep the database from being replaced.
    /// </summary>
    internal Func<IReadOnlyList<Problem>, IReadOnlyList<Problem>> Waive { get; init; } = problems => problems;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The environment's own database is to be replaced.</summary>
    public bool Replaces => Into is null && File is null && Tables.Count == 0;

    /// <summary>It takes the <see cref="ConfirmationWord"/>.</summary>
    public bool NeedsConfirmation => IsProduction && Replaces;
}

/// <summary>What a restore is about to do, for the person who confirms it.</summary>
/// <param name="Database">The database that is replaced.</param>
/// <param name="Host">Its server.</param>
/// <param name="DatabaseBytes">Its size on the server's disk.</param>
/// <param name="Source">The archive.</param>
/// <param name="TakenAt">The moment that the archive shows, UTC.</param>
/// <param name="Age">How long ago that was.</param>
/// <param name="Rows">How many rows it holds.</param>
/// <param name="IsSigned">Its manifest is signed by the key that is set.</param>
/// <param name="Former">What the replaced database is called afterwards.</param>
sealed record RestorePreview(
    string Database, string Host, long DatabaseBytes, string Source, DateTimeOffset TakenAt, TimeSpan Age, long Rows, bool IsSigned,
    string Former);

/// <summary>A restore that came to its end.</summary>
/// <param name="Database">Where the rows are now.</param>
/// <param name="Former">What the replaced database is called now; null when none was replaced.</param>
/// <param name="Source">The archive or file.</param>
/// <param name="Comparison">What the comparison with the manifest found; null when there is no manifest, or single tables were
/// restored.</param>
/// <param name="RestoreTime">From the begin of the verification to the last index.</param>
/// <param name="Findings">What is worth knowing.</param>
/// <param name="NotChecked">What was not looked at.</param>
sealed record RestoreOutcome(
    string Database,
    string? Former,
    string Source,
    ComparisonReport? Comparison,
    TimeSpan RestoreTime,
    IReadOnlyList<Problem> Findings,
    IReadOnlyList<string> NotChecked)
{
    /// <summary>What was restored is what was backed up, as far as that could be compared.</summary>
    public bool Holds => Comparison is null or { Holds: true };
}
