using DbGate.Releases.Rehearsals;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Releases;

static partial class EvidenceProblems
{
    static readonly ProblemCode RehearsalFailedCode = new("DBG0560", "A migration fails on the restored backup", ExitCode.Blocked);
    static readonly ProblemCode DriftCode = new("DBG0562", "Schema drift detected", ExitCode.Blocked);
    static readonly ProblemCode DriftPolicyCode = new("DBG0563", "The drift policy cannot be read", ExitCode.Usage);
    static readonly ProblemCode UnlikeRehearsalCode =
        new("DBG0565", "The deployed schema differs from the rehearsal", ExitCode.MigrationFailed) { IsProof = true };

    static readonly ProblemCode RoleLacksRightCode = new("DBG0564", "The deploy role lacks a permission", ExitCode.Blocked);
    static readonly ProblemCode ScratchLacksExtensionCode = new("DBG0566", "The scratch server lacks an extension", ExitCode.Environment);
    static readonly ProblemCode TargetLacksExtensionCode = new("DBG0567", "The target's server lacks an extension", ExitCode.Blocked);
    static readonly ProblemCode NoClientForScratchCode = new("DBG0568", "No client program fits the scratch server", ExitCode.Environment);
    static readonly ProblemCode OtherVersionCode = new("DBG0569", "The rehearsal ran on another PostgreSQL version", ExitCode.Blocked);

    static readonly ProblemCode ImplausibleRowsCode =
        new("DBG0578", "Row count differs from the rehearsal", ExitCode.MigrationFailed);

    const int Shown = 10;
    const string InsufficientPrivilege = "42501";

    /// <param name="failed">The migration.</param>
    /// <param name="failure">What the server stated.</param>
    /// <param name="code">The tool's own code for such a failure; null when it has none.</param>
    /// <param name="role">Who ran it.</param>
    public static Problem RehearsalFailed(FailedRehearsal failed, RehearsalFailure failure, string? code, string role) =>
        failure.IsOfLedger
        ? ExecutionProblems.SessionLeft(failed.Failure.Migration, failure.Message, failure.Detail, failure.Location)
        : failure.SqlState == InsufficientPrivilege ? RoleLacksRight(failed, failure, role)
        : new(
            RehearsalFailedCode,
            $"{failed.Failure.Migration} fails on the restored backup: {failure.Message} (SQLSTATE {failure.SqlState})")
        {
            Cause =
                $"{failure.Detail}{(failure.Detail is null ? "" : "; ")}{(code is null ? "" : $"the deploy would end with {code}; ")}"
                + failed.Kept,
            State = DatabaseState.Untouched,
            Location = failure.Location,
            Excerpt = failed.Failure.Excerpt,
            Fix = "Fix the migration (it has not been applied to production) and run the release again",
        };

    static Problem RoleLacksRight(FailedRehearsal failed, RehearsalFailure failure, string role) =>
        new(RoleLacksRightCode, $"{failed.Failure.Migration} needs a permission that the role {role} does not have: {failure.Message}")
        {
            Cause = $"{(failure.Detail is null ? "" : $"{failure.Detail}. ")}The rehearsal ran with the attributes, memberships and "
                + $"settings that {role} has on the target's server (SQLSTATE {failure.SqlState}).",
            State = DatabaseState.Untouched,
            Location = failure.Location,
            Excerpt = failed.Failure.Excerpt,
            Fix = $"Make {role} a member of the role that owns the object, or deploy with the URL of a role that has the permission",
        };

    /// <param name="role">Who deploys.</param>
    /// <param name="schema">Where the ledger would be.</param>
    /// <param name="fault">The server's answer.</param>
    public static Problem NoLedgerForRole(string role, string schema, PostgresFault fault) =>
        new(RoleLacksRightCode, $"the role {role} cannot create the ledger in schema {schema}: {fault.MessageText}")
        {
            Cause = $"The database has no {Migrations.Tools.LedgerReader.Table} yet, and a deploy creates it (SQLSTATE {fault.SqlState}).",
            State = DatabaseState.Untouched,
            Fix = new(
                "Give the role the permission, as the owner of the schema",
                FixCommand.Sql($"GRANT CREATE ON SCHEMA {Sql.Identifier(schema)} TO {Sql.Identifier(role)}")),
        };

    public static Problem ScratchLacksExtension(IReadOnlyList<string> names, string place, int major) =>
        new(ScratchLacksExtensionCode,
            $"the scratch server does not offer {(names.Count == 1 ? "the extension" : "the extensions")} {string.Join(", ", names)}")
        {
            Cause = $"The target's server offers {(names.Count == 1 ? "it" : "them")}. The scratch server is {place}.",
            State = DatabaseState.Untouched,
            Fix = $"Install the extension's package for PostgreSQL {major} on this machine (for vector: postgresql-{major}-pgvector), or "
                + "point TEST_DATABASE_URL to a server that has it",
        };

    public static Problem TargetLacksExtension(string name, SourceLocation location) =>
        new(TargetLacksExtensionCode, $"the target's server does not offer the extension {name}")
        {
            Cause = "pg_available_extensions of the target does not list it, so CREATE EXTENSION would fail.",
            State = DatabaseState.Untouched,
            Location = location,
            Fix = "Install the extension's package on the target's server, or remove the statement",
        };

    public static Problem NoClientForScratch(string place, Problem problem) =>
        new(NoClientForScratchCode, $"no client program here fits the scratch server ({place})")
        {
            Cause = problem.Message,
            State = DatabaseState.Untouched,
            Fix = problem.Fix,
        };

    public static Problem OtherVersion(string place, int major) =>
        new(OtherVersionCode, $"the rehearsal ran on {place}; the target is PostgreSQL {major}")
        {
            Severity = Severity.Warning,
            Cause = "A statement that only the newer version knows passes the rehearsal and fails at the deploy.",
            State = DatabaseState.Untouched,
            Fix = $"Install PostgreSQL {major} on this machine, or pull the image postgres:{major}",
        };

    public static Problem Drifted(IReadOnlyList<string> drift) =>
        new(DriftCode,
            $"{drift.Count} {(drift.Count == 1 ? "object differs" : "objects differ")} from what the applied migrations give: {drift[0]}")
        {
            Severity = Severity.Warning,
            Cause = string.Join("; ", drift.Take(Shown)) + (drift.Count > Shown ? $"; and {drift.Count - Shown} more" : ""),
            Fix = "write what was changed by hand as a migration and mark it applied, or undo it; schemas that no migration makes: "
                + "\"drift\": { \"ignoreSchemas\": [\"…\"] }",
        };

    public static Problem DriftPolicy() =>
        new(DriftPolicyCode, "the section \"drift\" of dbgate.json cannot be read")
        {
            State = DatabaseState.NotContacted,
            Location = new SourceLocation("dbgate.json"),
            Fix = """write "drift": { "ignoreSchemas": ["reporting"] }""",
        };

    /// <param name="what">What is wrong, in one sentence.</param>
    /// <param name="objects">The objects.</param>
    public static Problem UnlikeRehearsal(string what, IReadOnlyList<string> objects) =>
        new(UnlikeRehearsalCode, objects is [] ? what : $"{what}: {objects[0]}")
        {
            Cause = string.Join("; ", objects.Take(Shown)) + (objects.Count > Shown ? $"; and {objects.Count - Shown} more" : ""),
            State = "the deploy has ended and the ledger was read again; the objects are not those of the rehearsal",
            Fix = new(
                "Compare the objects before the application uses them, then verify ledger and application",
                FixCommand.Gate("verify-ready")),
        };

    public static Problem ImplausibleRows(IReadOnlyList<string> rows) =>
        new(ImplausibleRowsCode,
            $"{rows.Count} {(rows.Count == 1 ? "table has" : "tables have")} not the rows that the rehearsal left: {rows[0]}")
        {
            Severity = Severity.Warning,
            Cause = string.Join("; ", rows.Take(Shown)) + (rows.Count > Shown ? $"; and {rows.Count - Shown} more" : ""),
            State = "the migrations are applied, and the ledger was read again",
            Fix = new(
                "Look at the data before the application continues; restore a table of the backup next to it",
                FixCommand.Gate("restore", ("table", CommandArgument.Placeholder("schema.table")))),
        };

    /// <summary>No server programs here, or none that fits: there is nowhere to rehearse.</summary>
    public static bool IsLackOfServer(Problem problem) =>
        problem.Code == ThrowawayProblems.NoServerCode || problem.Code == ThrowawayProblems.NoSuchVersionCode
        || problem.Code == NoClientForScratchCode || problem.Code == ScratchLacksExtensionCode
        || problem.Code == Backups.Providers.EngineProblems.NoSpaceCode
        || problem.Code == Backups.Providers.EngineProblems.UnsupportedCode;
}
