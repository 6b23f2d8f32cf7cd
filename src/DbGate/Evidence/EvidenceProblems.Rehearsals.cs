using DbGate.Evidence.Rehearsals;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Evidence;

static partial class EvidenceProblems
{
    static readonly ProblemCode RehearsalFailedCode = new("DBG0560", "A migration fails on the restored backup", ExitCode.Blocked);
    static readonly ProblemCode NothingToRehearseOnCode = new("DBG0561", "There is no backup to rehearse on", ExitCode.Blocked);
    static readonly ProblemCode DriftCode = new("DBG0562", "The database is not what its migrations give", ExitCode.Blocked);
    static readonly ProblemCode DriftPolicyCode = new("DBG0563", "The drift policy cannot be read", ExitCode.Usage);
    static readonly ProblemCode UnlikeRehearsalCode = new("DBG0565", "The deploy came out otherwise than the rehearsal", ExitCode.MigrationFailed);

    static readonly ProblemCode ImplausibleRowsCode = new("DBG0578", "A table has not the rows that the rehearsal left", ExitCode.MigrationFailed);

    const int Shown = 10;

    /// <param name="failed">The migration.</param>
    /// <param name="failure">What the server said.</param>
    /// <param name="byPrisma">True where Prisma would deploy it.</param>
    public static Problem RehearsalFailed(FailedRehearsal failed, RehearsalFailure failure, bool byPrisma) =>
        new(RehearsalFailedCode, $"{failed.Failure.Migration} fails on the restored backup: {failure.Message} (SQLSTATE {failure.SqlState})")
        {
            Cause = $"{failure.Detail}{(failure.Detail is null ? "" : "; ")}{(byPrisma ? "prisma migrate deploy would end with P3018; " : "")}"
                + failed.Kept,
            State = DatabaseState.Untouched,
            Location = failure.Location,
            Excerpt = failed.Failure.Excerpt,
            Fix = "Fix the migration (it has not been applied to production) and run the release again",
        };

    public static Problem NothingToRehearseOn() =>
        new(NothingToRehearseOnCode, "there is no backup of this run to rehearse on")
        {
            State = DatabaseState.Untouched,
            Fix = new("Run the whole release, which takes a backup first", FixCommand.Gate("release")),
        };

    public static Problem Drifted(IReadOnlyList<string> drift) =>
        new(DriftCode, $"{drift.Count} {(drift.Count == 1 ? "object differs" : "objects differ")} from what the applied migrations give: {drift[0]}")
        {
            Severity = Severity.Warning,
            Cause = string.Join("; ", drift.Take(Shown)) + (drift.Count > Shown ? $"; and {drift.Count - Shown} more" : ""),
            Fix = "write what was changed by hand as a migration and mark it applied, or undo it; schemas that are not Prisma's: \"drift\": { \"ignoreSchemas\": [\"…\"] }",
        };

    public static Problem DriftPolicy() =>
        new(DriftPolicyCode, "the section \"drift\" of dbgate.json cannot be read")
        {
            State = DatabaseState.NotContacted,
            Location = new SourceLocation("dbgate.json"),
            Fix = """write "drift": { "ignoreSchemas": ["reporting"] }""",
        };

    public static Problem UnlikeRehearsal(string what) =>
        new(UnlikeRehearsalCode, $"the deploy came out otherwise than the rehearsal: {what}")
        {
            Severity = Severity.Warning,
            Cause = "somebody else changed the catalog meanwhile, the scratch server is of another version, or a migration depends on data that changed since the backup",
            State = "the migrations are applied, and the ledger was read again",
            Fix = new("Look at what the message names before the application uses it, then verify ledger and application", FixCommand.Gate("verify-ready")),
        };

    public static Problem ImplausibleRows(IReadOnlyList<string> rows) =>
        new(ImplausibleRowsCode, $"{rows.Count} {(rows.Count == 1 ? "table has" : "tables have")} not the rows that the rehearsal left: {rows[0]}")
        {
            Severity = Severity.Warning,
            Cause = string.Join("; ", rows.Take(Shown)) + (rows.Count > Shown ? $"; and {rows.Count - Shown} more" : ""),
            State = "the migrations are applied, and the ledger was read again",
            Fix = new("Look at the data before the application continues; restore a table of the backup next to it", FixCommand.Gate("restore", ("table", CommandArgument.Placeholder("schema.table")))),
        };

    /// <summary>No server programs here, or none that fits: there is nowhere to rehearse.</summary>
    public static bool IsLackOfServer(Problem problem) => problem.Code == ThrowawayProblems.NoServerCode || problem.Code == ThrowawayProblems.NoSuchVersionCode;
}
