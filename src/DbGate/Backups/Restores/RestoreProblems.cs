using System.Globalization;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Targets;

namespace DbGate.Backups.Restores;

/// <summary>What can stop a restore or a restore test. Codes from DBG0701 on.</summary>
static partial class RestoreProblems
{
    public static readonly ProblemCode ConfiguredTargetCode =
        new("DBG0701", "The restore test targets a configured environment", ExitCode.Blocked);
    public static readonly ProblemCode UnprovenTargetCode =
        new("DBG0702", "The restore target may be a configured environment", ExitCode.Blocked);
    public static readonly ProblemCode NotEmptyCode = new("DBG0703", "The restore target is not empty", ExitCode.Blocked);
    public static readonly ProblemCode NotConfirmedCode = new("DBG0704", "The restore of production was not confirmed", ExitCode.Blocked);
    public static readonly ProblemCode ExistsCode = new("DBG0705", "A database of that name already exists", ExitCode.Blocked);
    public static readonly ProblemCode OtherEnvironmentCode = new("DBG0706", "The backup belongs to another environment", ExitCode.Blocked);
    public static readonly ProblemCode NotTrustedCode =
        new("DBG0707", "The backup is not signed by a trusted key", ExitCode.Blocked) { IsProof = true };
    public static readonly ProblemCode LoadFailedCode = new("DBG0708", "Loading the backup failed", ExitCode.Environment);
    public static readonly ProblemCode DiffersCode = new("DBG0709", "The restored database differs from the backup", ExitCode.Blocked);
    public static readonly ProblemCode IntegrityCode = new("DBG0710", "The restored rows violate their constraints", ExitCode.Blocked);
    public static readonly ProblemCode CreateCode = new("DBG0711", "The database could not be created", ExitCode.Blocked);
    public static readonly ProblemCode RolesCode = new("DBG0712", "Roles of the backup are missing", ExitCode.Blocked);
    public static readonly ProblemCode ClientCode = new("DBG0713", "The psql program cannot restrict a dump", ExitCode.Blocked);
    public static readonly ProblemCode SwapCode = new("DBG0714", "The databases could not be exchanged", ExitCode.Environment);
    public static readonly ProblemCode FileCode = new("DBG0715", "The dump file is incomplete", ExitCode.Blocked);
    public static readonly ProblemCode EnvFileCode = new("DBG0716", "The restore test date could not be written", ExitCode.Environment);
    public static readonly ProblemCode RecordCode = new("DBG0717", "The restore test record cannot be used", ExitCode.Blocked);
    public static readonly ProblemCode FindingCode = new("DBG0718", "Restored with warnings", ExitCode.Blocked);
    public static readonly ProblemCode RefusedCode = new("DBG0720", "The server refuses part of the backup", ExitCode.Blocked);
    public static readonly ProblemCode WrongDatabaseCode = new("DBG0719", "The backup cannot be restored here", ExitCode.Blocked);

    public static readonly ProblemCode RightsCode = new("DBG0722", "The restoring role lacks a permission", ExitCode.Blocked);
    public static readonly ProblemCode PreparedCode = new("DBG0723", "The prepared database cannot be used", ExitCode.Blocked);
    public static readonly ProblemCode ChangesCode = new("DBG0724", "Invalid exclusion or owner map of a restore", ExitCode.Usage);
    public static readonly ProblemCode MayNotRestoreCode =
        new("DBG0330", "The backup role cannot restore the backup", ExitCode.Blocked);

    public static readonly ProblemCode NotReadCode = new("DBG0721", "The restored rows could not be read back", ExitCode.Environment);

    /// <summary>What a failed restore leaves.</summary>
    public const string Untouched = "the environment's own database is untouched; the new database was dropped";

    const string NothingDone = "nothing was written";

    const int LongestLine = 400;

    static readonly string[] Hidden =
    [
        "LOCATION:", "SCHEMA NAME:", "TABLE NAME:", "COLUMN NAME:", "CONSTRAINT NAME:", "DATATYPE NAME:", "DETAIL:  Failing row contains",
    ];

    // CONTEXT:  COPY customer, line 7, column email: "ana@example.com"
    [System.Text.RegularExpressions.GeneratedRegex("^(CONTEXT:  COPY .+?, line [0-9]+(?:, column .+?)?): \".*$")]
    private static partial System.Text.RegularExpressions.Regex Values();

    public static GateException ConfiguredTarget(PostgresUrl url, string name) => Create(
        ConfiguredTargetCode,
        $"{url.Source} leads to the database that {name} names.",
        "a restore test overwrites its target; the identity of both (cluster and database) is the same",
        NothingDone,
        "point TEST_DATABASE_URL at a database of its own, or unset it to use a throwaway server");

    public static GateException UnprovenTarget(PostgresUrl url, string name, string cause) => Create(
        UnprovenTargetCode,
        $"It could not be proved that {url.Source} is another database than {name}.",
        cause,
        NothingDone,
        $"make {name} reachable from here, or unset TEST_DATABASE_URL to use a throwaway server");

    public static GateException NotEmpty(PostgresUrl url, long objects) => Create(
        NotEmptyCode,
        $"{url.Database} on {url.Host}:{url.Port} already holds {objects} objects.",
        "a restore test into a database that is in use would mix or destroy",
        NothingDone,
        "name an empty database in TEST_DATABASE_URL, or drop and make it anew with --recreate");

    public static GateException NotConfirmed(string? word) => Create(
        NotConfirmedCode,
        word is null ? "Replacing production by a backup needs a confirmation." : "The confirmation is not the word that was asked for.",
        "production's database would be replaced; its rows since the backup would be in the old, renamed database only",
        NothingDone,
        "type RESTORE_PRODUCTION when asked, or give --confirm=RESTORE_PRODUCTION");

    public static GateException Exists(string name) => Create(
        ExistsCode,
        $"The server already has a database {name}.",
        "a restore never writes into a database that exists",
        NothingDone,
        "choose another name with --into, or drop that database first if it is not needed");

    public static GateException OtherEnvironment(string key, string found, string expected) => Create(
        OtherEnvironmentCode,
        $"{key} is a backup of {found}, not of {expected}.",
        "a backup of another environment or database was named, or the manifest was replaced",
        NothingDone,
        "choose a backup of this environment; into another database by --into=NAME any backup can be restored");

    public static GateException OtherDatabase(string key, string found, string expected) => Create(
        OtherEnvironmentCode,
        $"{key} is a backup of the database {found}; it would replace {expected}.",
        "a backup of another database was named, or the URL leads elsewhere",
        NothingDone,
        "choose a backup of this database; into another database by --into=NAME any backup can be restored");

    public static GateException NotTrusted(string key, bool signed) => Create(
        NotTrustedCode,
        signed ? $"{key} is signed, and no key is set to check it with." : $"{key} is not signed.",
        "a dump's SQL runs with the rights of the restoring role; without a signature its author is unknown",
        NothingDone,
        signed
            ? $"set DBGATE_SIGNING_KEY to the key that signed it, or ask for this very backup by its name: --backup={key}"
            : $"if you know where it comes from, ask for it by its name: --backup={key}; with DBGATE_SIGNING_KEY the next ones are signed");

    /// <summary>The comparison reads as a backup does; its problems are about the copy here.</summary>
    public static GateException NotRead(GateException fault) => new(
        new Problem(NotReadCode, $"The restored rows could not be read back: {fault.Problem.Message}")
        {
            Cause = fault.Problem.Cause,
            State = "the backup was loaded and not compared; nothing was replaced",
            Fix = "Correct what the cause names on the server that holds the copy, then run it again.",
        },
        fault);

    /// <summary>Decides from the client's error whether another attempt can succeed.</summary>
    public static GateException LoadFailed(string what, ChildOutcome outcome)
    {
        var failure = LoadFailure.From(outcome);
        return Create(
            failure.IsPermanent ? RefusedCode : LoadFailedCode,
            outcome.Succeeded
                ? $"psql stopped reading while it loaded {what}."
                : $"psql ended with exit code {outcome.ExitCode} while it loaded {what}.",
            LastWords(outcome.StandardError),
            Untouched,
            failure.Fix);
    }

    public static GateException Create(string name, string cause, Fix fix) => Create(
        CreateCode, $"The database {name} could not be created.", cause, NothingDone, fix);

    public static GateException MissingRoles(IReadOnlyList<string> roles, string? file) => Create(
        RolesCode,
        $"The server lacks roles that the backup refers to: {string.Join(", ", roles)}.",
        "roles belong to the cluster and stand in no dump of a database",
        NothingDone,
        new(
            file is null
                ? "Create them, as an administrator"
                : "Create them, as an administrator, all at once from the file next to the archive or one by one; or leave the owners out",
            [
                .. file is null ? Array.Empty<FixCommand>() : [FixCommand.Run("psql", "-X", "-d", "postgres", "-f", file)],
                .. roles.Select(role => FixCommand.Sql($"CREATE ROLE {Sql.Identifier(role)} NOLOGIN")),
                FixCommand.Gate("restore", new CommandOption("omit", $"{RestoreChanges.Owners},{RestoreChanges.Privileges}")),
            ]));

    /// <summary>Refused before anything of the backup was loaded.</summary>
    public static GateException Rights(string role, IReadOnlyList<RestoreObstacle> obstacles, string? state = null) => Create(
        RightsCode, $"Role {role} may not restore this backup: {Clauses(obstacles)}.", "these rights were checked before loading",
        state ?? NothingDone, FixOf(obstacles));

    /// <summary>The scheduler's library lets it be created in one database only.</summary>
    public static GateException CronElsewhere(string? home) => WrongDatabase(
        home is null
            ? "The backup has the extension pg_cron, and this server does not load it (shared_preload_libraries)."
            : $"The backup has the extension pg_cron, which this server allows in the database {home} only (cron.database_name).",
        LeavesCronOut);

    /// <summary>Known when the backup is taken.</summary>
    public static Problem CronWarning =>
        new(MayNotRestoreCode,
            "The extension pg_cron exists in one database of a server only: a restore into a new database cannot create it.")
    {
        Severity = Severity.Warning,
        Cause = "cron.database_name names that one database",
        Fix = LeavesCronOut,
    };

    static Fix LeavesCronOut => new(
        "Restore without it, then create it and its jobs where it belongs",
        FixCommand.Gate("restore", new CommandOption("omit", $"{RestoreChanges.ExtensionPrefix}{PreloadedLibraries.Cron}")),
        FixCommand.Sql("CREATE EXTENSION pg_cron") with { Note = "After the restored database has taken its place" });

    /// <summary>Known when the backup is taken, before it is needed.</summary>
    public static Problem MayNotRestore(string role, IReadOnlyList<RestoreObstacle> obstacles) =>
        new(MayNotRestoreCode, $"Role {role}, which takes the backup, cannot restore it by itself: {Clauses(obstacles)}")
        {
            Severity = Severity.Warning,
            Cause = "a restore runs with this role's rights",
            Fix = FixOf(obstacles),
        };

    public static GateException Prepared(string database, string fault, Fix fix) => Create(
        PreparedCode, $"{database} cannot be used as the prepared database: {fault}.", null, NothingDone, fix);

    public static GateException Changes(string omit, string map) => Create(
        ChangesCode,
        $"restore.omit is \"{omit}\" and restore.ownerMap is \"{map}\".",
        "omit takes owners, privileges, event-triggers and extension:NAME; owner-map takes pairs old=new; both are separated by commas",
        NothingDone,
        "Correct the value.");

    /// <summary>An archive was restored with changes that were asked for.</summary>
    public static Problem Changed(RestoreChanges changes) => Finding($"Restored with changes that were asked for: {Some(changes.Shown)}.");

    static string Clauses(IReadOnlyList<RestoreObstacle> obstacles) => string.Join("; ", obstacles.Select(obstacle => obstacle.What));

    static Fix FixOf(IReadOnlyList<RestoreObstacle> obstacles)
    {
        var sentence = string.Join("; ", obstacles.Select(obstacle => obstacle.Fix));
        var omit = string.Join(',', obstacles.Select(obstacle => obstacle.Omit).OfType<string>());
        return new(
            $"{char.ToUpperInvariant(sentence[0])}{sentence[1..]}",
            [
                .. obstacles.SelectMany(obstacle => obstacle.Statements),
                .. obstacles.Any(obstacle => obstacle.CanBePrepared)
                    ? [FixCommand.Gate("restore", new CommandOption("into", CommandArgument.Placeholder("name")), "prepared")]
                    : Array.Empty<FixCommand>(),
                .. omit.Length > 0 ? [FixCommand.Gate("restore", new CommandOption("omit", omit))] : Array.Empty<FixCommand>(),
            ]);
    }

    public static GateException Client(ClientTool psql) => Create(
        ClientCode,
        $"psql {psql.Version} does not know \\restrict, by which a dump is kept from running commands of psql.",
        "CVE-2025-8714: fixed in 13.22, 14.19, 15.14, 16.10, 17.6",
        NothingDone,
        "update PostgreSQL's client programs");

    public static GateException Swap(string database, string restored, string cause) => Create(
        SwapCode,
        $"{restored} is restored and verified, but could not take the place of {database}.",
        cause,
        $"{database} is as it was; the restored database stays as {restored}",
        $"stop the applications that keep connecting, then: ALTER DATABASE {Sql.Identifier(database)} RENAME TO …; ALTER DATABASE "
            + $"{Sql.Identifier(restored)} RENAME TO {Sql.Identifier(database)}");

    public static GateException NoFile(string file, string fault) =>
        Create(FileCode, $"{file} {fault}.", null, NothingDone, "name the file with its path: --file=PATH");

    public static GateException NoDump(string file, string fault) => Create(
        FileCode,
        $"{file} {fault}.",
        "it was cut, damaged, or is another kind of file; gunzip and psql would load what there is and report success",
        NothingDone,
        "Choose another file: a plain dump of one database, .sql or .sql.gz.");

    /// <param name="file">The file's name.</param>
    /// <param name="read">How many bytes of the line were read before it was refused.</param>
    /// <param name="limit">The longest line that is let through, in bytes.</param>
    public static GateException LineTooLong(string file, long read, long limit) => Create(
        FileCode,
        $"{file} has a line of more than {limit >> 20} MiB outside of the rows of a COPY.",
        string.Create(
            CultureInfo.InvariantCulture,
            $"{read} bytes of the line were read, and the limit is {limit} bytes: psql keeps such a line in memory several times over"),
        NothingDone,
        new(
            "Dump the database again with rows as COPY, without --inserts. A single definition of this size cannot be restored from a file",
            FixCommand.Run("pg_dump", "--file", CommandArgument.Placeholder("file"), CommandArgument.Placeholder("database"))));

    public static GateException NoDump(string file, FileKind kind) => Create(
        FileCode, $"{file} {kind.Is}.", "psql loads plain dumps of one database", NothingDone, kind.Fix);

    public static Problem Differs(string what, IReadOnlyList<string> differences) =>
        new(DiffersCode, $"{what}: {Some(differences)}.")
        {
            Cause = "the backup cannot be restored as it was taken, here at least",
            State = "the source is untouched",
            Fix = "keep this backup and its source; find out what differs, and take another backup",
        };

    public static Problem Integrity(IReadOnlyList<string> violations) =>
        new(IntegrityCode, $"The restored rows break constraints: {Some(violations)}.")
        {
            Cause = "the constraint is validated, and the rows violate it: a trigger that checks it was disabled, or a file of the "
                + "server is damaged",
            State = "the source is not modified",
            Fix = "Find the rows in the source and correct them, then take another backup.",
        };

    /// <summary>Legal in the source, so no reason against the backup.</summary>
    public static Problem Unvalidated(IReadOnlyList<string> violations) =>
        new(IntegrityCode, $"As in the source, rows violate constraints that are NOT VALID or NOT ENFORCED: {Some(violations)}.")
        {
            Severity = Severity.Warning,
            Cause = "the backup is faithful: the same rows violate the same constraints in the source",
            State = "the source is not modified",
            Fix = "Correct the rows in the source, then run: ALTER TABLE … VALIDATE CONSTRAINT … (for a domain: ALTER DOMAIN …)",
        };

    /// <summary>A key that the source calls valid, over rows that it does not hold for.</summary>
    public static Problem Orphans(IReadOnlyList<string> violations) =>
        new(IntegrityCode, $"Rows have no parent, as in the source; their foreign keys are restored as NOT VALID: {Some(violations)}.")
        {
            Severity = Severity.Warning,
            Cause = "the source contains the same rows: they were written while its triggers were off (session_replication_role = replica, "
                + "DISABLE TRIGGER ALL)",
            State = "the rows are restored; the keys check new rows",
            Fix = "Correct the rows, then run for each key: ALTER TABLE … VALIDATE CONSTRAINT …",
        };

    public static Problem Finding(string what) => new(FindingCode, what) { Severity = Severity.Warning };

    public static GateException WrongDatabase(string what, Fix fix) => Create(WrongDatabaseCode, what, null, NothingDone, fix);

    public static GateException EnvFile(string file, string fault) => Create(
        EnvFileCode,
        $"LAST_BACKUP_RESTORE_TEST_DATE could not be written into {file}: {fault}.",
        null,
        "the restore test itself passed, and its record lies in the store",
        "write the date by hand, or name another file with --env-file");

    public static GateException Record(string key, string fault) => Create(
        RecordCode,
        $"The record {key} cannot be used: {fault}.",
        "it was altered, or another version of DbGate wrote it",
        null,
        new("Run the restore test again", FixCommand.Gate("restore-test")));

    // From the first line that names an error on: what follows reports where.
    public static string LastWords(string text)
    {
        const int Shown = 4;
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(IsShown).Select(line => Cut(Values().Replace(line, "$1"))).ToArray();
        var first = Array.FindIndex(lines, line => line.Contains("ERROR:", StringComparison.Ordinal)
            || line.Contains("FATAL:", StringComparison.Ordinal) || line.Contains("error:", StringComparison.Ordinal));
        return lines.Length == 0 ? "it said nothing on its error output"
            : string.Join(" / ", first < 0 ? lines.TakeLast(Shown) : lines.Skip(first).Take(Shown));
    }

    // The server's source file, the object's name once more, and rows, which are no one's business in a report.
    static bool IsShown(string line) => !Hidden.Any(hidden => line.StartsWith(hidden, StringComparison.Ordinal));

    // A statement in a message may be as long as the table's list of columns.
    static string Cut(string line) => line.Length <= LongestLine ? line : $"{line[..LongestLine]}…";

    public static string Some(IReadOnlyList<string> all) =>
        string.Join("; ", all.Take(10)) + (all.Count > 10 ? $"; and {all.Count - 10} more" : "");

    static GateException Create(ProblemCode code, string message, string? cause, string? state, Fix fix) =>
        new(new Problem(code, message) { Cause = cause, State = state, Fix = fix });
}
