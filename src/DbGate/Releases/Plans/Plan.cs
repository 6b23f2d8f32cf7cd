using DbGate.Releases.Forecasts;

namespace DbGate.Releases.Plans;

/// <summary>
/// What a release manager approves: what will be deployed where, what it does and loses, how it can be taken back, and what was not
/// checked. Its digest is the SHA-256 of its canonical form (docs/guides/plan.md); a plan is never changed, only replaced by another.
/// </summary>
sealed record Plan
{
    /// <summary>The version of the format that this DbGate writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Who asked for it.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>
    /// Who asked for it as well: of a workflow run the account that started it, and the one that ran it again. Null when no other account
    /// did.
    /// </summary>
    public IReadOnlyList<string>? AlsoRequestedBy { get; init; }

    /// <summary>Everyone who asked for it, and so may not approve it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal IReadOnlyList<string> Requesters => [RequestedBy, .. AlsoRequestedBy ?? []];

    /// <summary>When it was made (UTC, whole seconds).</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it may be deployed.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What must be true at the deploy as it was when the plan was made.</summary>
    public required PlanPromise Promise { get; init; }

    /// <summary>The SQL of the pending migrations, in order.</summary>
    public required IReadOnlyList<PlannedMigration> Migrations { get; init; }

    /// <summary>What the deploy will come to.</summary>
    public required Forecast Forecast { get; init; }

    /// <summary>What the rules found in the pending migrations, and what else was noticed.</summary>
    public required IReadOnlyList<PlanFinding> Findings { get; init; }

    /// <summary>What the migrations did on a restored copy; null when they were not rehearsed.</summary>
    public PlanRehearsal? Rehearsal { get; init; }

    /// <summary>What becomes of the running release's queries; null when they were not tested.</summary>
    public PlanCompatibility? Compatibility { get; init; }

    /// <summary>How the live database differs from what its applied migrations give; null when it was not compared.</summary>
    public IReadOnlyList<string>? Drift { get; init; }

    /// <summary>How it can be taken back.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("waysBack")]
    public required IReadOnlyList<WayBack> RollbackOptions { get; init; }

    /// <summary>
    /// The rules that the commit makes weaker, judged by the old ones and approved with the plan; null when there are none.
    /// </summary>
    public IReadOnlyList<PlanRuleChange>? RulesChanged { get; init; }

    /// <summary>How many people have to approve it.</summary>
    public required int ApprovalsRequired { get; init; }

    /// <summary>What was not looked at, in words.</summary>
    public required IReadOnlyList<string> NotChecked { get; init; }

    /// <summary>The waivers that let findings pass: who decided what until when, and why.</summary>
    public required IReadOnlyList<string> Waivers { get; init; }

    /// <summary>True when it changes the rules, which no person may do alone.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool ChangesRules => RulesChanged is { Count: > 0 };

    /// <summary>The losses that approvers must accept by name.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<PlanLoss> Losses => Rehearsal?.Losses ?? [];

    /// <summary>All that approvers must accept by name: the losses, and the running release's queries that fail meanwhile.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IReadOnlyList<PlanLoss> ToAccept => Compatibility?.Interruption is { } interruption ? [.. Losses, interruption] : Losses;

    /// <summary>Why it is not known what the migrations lose; null when it was measured, or when nothing is deployed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? UnknownLoss =>
        Migrations.Count == 0 ? null
        : Rehearsal is null ? "the migrations were not rehearsed"
        : Rehearsal.Uncompared.Count > 0 ? $"the rehearsal could not compare {string.Join(", ", Rehearsal.Uncompared)}"
        : Rehearsal.Unproven is { Count: > 0 } unproven
            ? $"the rehearsal does not prove what this does in production: {string.Join("; ", unproven)}"
        : null;

    /// <summary>True when it loses data or may lose data: unknown loss counts as loss.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool MayLoseData => Losses.Count > 0 || UnknownLoss is not null;
}

/// <summary>Everything that is compared again, under the lock, before the first statement runs.</summary>
sealed record PlanPromise
{
    /// <summary>DbGate and its version.</summary>
    public required string Tool { get; init; }

    /// <summary>The environment, in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>The database.</summary>
    public required PlanTarget Target { get; init; }

    /// <summary>The project's commit; null outside a git checkout.</summary>
    public string? Commit { get; init; }

    /// <summary>Who will apply: <c>direct</c>, or the deploy command.</summary>
    public required string Engine { get; init; }

    /// <summary>The version of the migration tool; null when unknown.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("prismaVersion")] // the name that plans have had from the beginning
    public string? ToolVersion { get; init; }

    /// <summary>The files that the deploy command names: a bundle, a script. Null when it names none.</summary>
    public IReadOnlyList<PromisedProgram>? Programs { get; init; }

    /// <summary>The ledger's applied migrations with their checksums, by name.</summary>
    public required IReadOnlyList<PromisedMigration> Applied { get; init; }

    /// <summary>What will be deployed, in order, with the files' checksums.</summary>
    public required IReadOnlyList<PromisedMigration> Pending { get; init; }

    /// <summary>Digest of the rules that judge the release and of those that it leaves behind; null outside production.</summary>
    public string? Rules { get; init; }

    /// <summary>The backup to go back to; null where policy demands none.</summary>
    public PlanBackup? Backup { get; init; }

    /// <summary>Lower-case hex SHA-256 of the target's catalog; null in a plan that did not read it.</summary>
    public string? CatalogSha256 { get; init; }
}

/// <summary>A rule that the commit makes weaker. It takes effect after the release.</summary>
/// <param name="Name">The setting, or the path of the value in dbgate.json.</param>
/// <param name="Before">What holds before the release.</param>
/// <param name="After">What the commit asks for.</param>
/// <param name="Location">File and line; null when the commit left the value out.</param>
sealed record PlanRuleChange(string Name, string Before, string After, string? Location)
{
    internal static PlanRuleChange From(Configuration.Rules.RuleChange change) =>
        new(change.Name, change.Before, change.After, change.Location?.ToString());
}

/// <summary>The database, told by the server.</summary>
/// <param name="SystemIdentifier">The cluster's.</param>
/// <param name="DatabaseOid">The database's.</param>
/// <param name="DatabaseName">Its name.</param>
/// <param name="ServerVersion">As PostgreSQL numbers it: 150018 is 15.18.</param>
/// <param name="Schema">The ledger's schema.</param>
sealed record PlanTarget(string SystemIdentifier, long DatabaseOid, string DatabaseName, int ServerVersion, string Schema);

/// <summary>A migration by name and content.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="Checksum">Lower-case hex SHA-256, as the ledger keeps it.</param>
sealed record PromisedMigration(string Name, string Checksum);

/// <summary>A file that the deploy command names.</summary>
/// <param name="Path">As the command writes it.</param>
/// <param name="Sha256">Lower-case hex SHA-256 of the file.</param>
sealed record PromisedProgram(string Path, string Sha256);

/// <summary>A pending migration's text.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="Sql">All of its <c>migration.sql</c>.</param>
sealed record PlannedMigration(string Name, string Sql);

/// <summary>Something that was found.</summary>
/// <param name="Code">The problem's number.</param>
/// <param name="Severity"><c>error</c>, <c>warning</c> or <c>information</c>.</param>
/// <param name="Message">What.</param>
/// <param name="Location">Where; null when it has no place.</param>
/// <param name="Cause">Why it matters.</param>
/// <param name="Fix">The safer way.</param>
sealed record PlanFinding(string Code, string Severity, string Message, string? Location, string? Cause, string? Fix);

/// <summary>One way back.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Commands">To be typed, in order.</param>
/// <param name="Milliseconds">How long it took when it was measured; null when it never was.</param>
/// <param name="Basis">Where that number is from, or why there is none.</param>
sealed record WayBack(string Name, IReadOnlyList<string> Commands, long? Milliseconds, string Basis);

/// <summary>What the pending migrations did on a restored copy.</summary>
/// <param name="Server">Where.</param>
/// <param name="RestoreMilliseconds">How long the restore of the backup took.</param>
/// <param name="Milliseconds">How long all migrations took.</param>
/// <param name="Migrations">One by one.</param>
/// <param name="Effects">Objects added, changed and dropped, in words.</param>
/// <param name="Losses">What data they lose.</param>
/// <param name="Unchanged">Tables that kept everything and got nothing: the same content hash, or no lock under which rows can be
/// written.</param>
/// <param name="Uncompared">Tables that were written to although no text names them, so that their losses are not known.</param>
/// <param name="CatalogSha256">Digest of the catalog afterwards: what the target must have after the deploy.</param>
sealed record PlanRehearsal(
    string Server,
    long RestoreMilliseconds,
    long Milliseconds,
    IReadOnlyList<RehearsedMigration> Migrations,
    IReadOnlyList<string> Effects,
    IReadOnlyList<PlanLoss> Losses,
    IReadOnlyList<string> Unchanged,
    IReadOnlyList<string> Uncompared,
    string CatalogSha256)
{
    /// <summary>Rows of the tables that the migrations may have written to, to compare the deploy with.</summary>
    public IReadOnlyList<PlanRows>? Rows { get; init; }

    /// <summary>What could have been lost and was not: each with a query that must not return more when the deploy begins.</summary>
    public IReadOnlyList<PlanLoss>? NothingLost { get; init; }

    /// <summary>
    /// Digest of the objects that changed, owners and privileges included; they are stored next to the plan as
    /// <c>plans/&lt;digest&gt;.effect.gz</c>, and the deploy is compared with them.
    /// </summary>
    public string? EffectSha256 { get; init; }

    /// <summary>
    /// True where the effect covers owners and privileges: the scratch server had the target's roles, and the deploy's role ran there; else
    /// null.
    /// </summary>
    public bool? ComparesPrivileges { get; init; }

    /// <summary>The major version of the scratch server; null when it is not known.</summary>
    public int? ServerMajor { get; init; }

    /// <summary>
    /// Statements, by place, whose effect on rows in production the rehearsal does not prove, each with the reason; null when there are
    /// none.
    /// </summary>
    public IReadOnlyList<string>? Unproven { get; init; }

    /// <summary>Who of a small load had to wait; null when none ran.</summary>
    public PlanLoad? Load { get; init; }
}

/// <summary>A table's rows at the rehearsal.</summary>
/// <param name="Table">Qualified name, as it is after the migrations.</param>
/// <param name="Before">Before them; null for a new table.</param>
/// <param name="After">After them.</param>
sealed record PlanRows(string Table, long? Before, long After);

/// <summary>The load next to the rehearsal.</summary>
/// <param name="Operations">Reads and writes while the migrations ran.</param>
/// <param name="Tables">On these tables.</param>
/// <param name="Waits">Who had to wait, in words, the longest first.</param>
sealed record PlanLoad(long Operations, IReadOnlyList<string> Tables, IReadOnlyList<string> Waits);

/// <summary>A rehearsed migration.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Locks">The locks that make others wait: table and mode.</param>
/// <param name="Rewritten">Tables that were rewritten.</param>
sealed record RehearsedMigration(string Name, long Milliseconds, IReadOnlyList<TableLockFact> Locks, IReadOnlyList<string> Rewritten)
{
    /// <summary>Statement by statement; null in a plan of a DbGate that did not keep them.</summary>
    public IReadOnlyList<RehearsedStatement>? Statements { get; init; }

    /// <summary>
    /// Rows written in tables that were there before; null where they could not all be counted, and in a plan of a DbGate that did not.
    /// </summary>
    public IReadOnlyList<RehearsedWrites>? Writes { get; init; }

    /// <summary>Qualified names of the tables and columns that it dropped.</summary>
    public IReadOnlyList<string>? Dropped { get; init; }
}

/// <summary>A rehearsed statement.</summary>
/// <param name="Number">Which of the file's statements it is, from 1.</param>
/// <param name="Line">The line that it begins on.</param>
/// <param name="Microseconds">Until the server answered, and committed where it commits by itself.</param>
/// <param name="Transaction">Statements of one number share a transaction, so that their locks are held to its end.</param>
/// <param name="Locks">The locks that it took, make others wait, and were not held yet.</param>
/// <param name="Rewritten">Tables that were rewritten.</param>
/// <param name="RowsRead">Rows read from end to end.</param>
/// <param name="RowsWritten">Rows inserted, updated and deleted.</param>
/// <param name="IsSampled">True when its locks were sampled from outside, so that a short one may be missing.</param>
sealed record RehearsedStatement(
    int Number,
    int Line,
    long Microseconds,
    int Transaction,
    IReadOnlyList<TableLockFact> Locks,
    IReadOnlyList<string> Rewritten,
    long RowsRead,
    long RowsWritten,
    bool IsSampled);

/// <summary>A lock that a migration took.</summary>
/// <param name="Table">Qualified name.</param>
/// <param name="Mode">As PostgreSQL's manual spells it: <c>ACCESS EXCLUSIVE</c>.</param>
sealed record TableLockFact(string Table, string Mode);
