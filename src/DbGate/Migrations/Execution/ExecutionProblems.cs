using DbGate.Problems;

namespace DbGate.Migrations.Execution;

/// <summary>Files that no engine runs as they read.</summary>
static class ExecutionProblems
{
    static readonly ProblemCode ParameterCode = new("DBG0235", "A parameter in a migration", ExitCode.Blocked);
    static readonly ProblemCode LeftOpenCode = new("DBG0283", "A migration leaves a transaction open", ExitCode.Blocked);
    static readonly ProblemCode NoTransactionCode = new("DBG0284", "A command needs a transaction block", ExitCode.Blocked);
    static readonly ProblemCode LockEndedCode = new("DBG0285", "A migration releases the migration lock", ExitCode.Blocked);
    static readonly ProblemCode TwoPhaseCode = new("DBG0286", "Two-phase commit in a migration", ExitCode.Blocked);
    static readonly ProblemCode CopyToStandardOutputCode = new("DBG0287", "COPY TO stdout in a migration", ExitCode.Blocked);
    static readonly ProblemCode SessionLeftCode = new("DBG0288", "A migration leaves a session that the tool cannot use", ExitCode.Blocked);

    static readonly ProblemCode NotAloneCode = new("DBG0289", "A statement needs a migration of its own", ExitCode.Blocked);

    const int ShownLength = 40;

    public static Problem TransactionLeftOpen(SourceLocation location, string statement) =>
        Blocks(LeftOpenCode, $"the file opens a transaction at line {location.Line} and never commits it", location) with
        {
            Cause = $"'{Shorten(statement)}' has no COMMIT. The engine's own record of the migration would be in the same transaction, "
                + "and the server would roll back both.",
            Fix = "Add COMMIT; at the end of the transaction, or remove the command that opens it",
        };

    public static Problem NoTransaction(SourceLocation location, string statement) =>
        Blocks(NoTransactionCode, $"'{Shorten(statement)}' is outside of a transaction block", location) with
        {
            Cause = "Engines disagree about it: PostgreSQL refuses SAVEPOINT there, and ROLLBACK undoes earlier statements of the file "
                + "or nothing.",
            Fix = "Write BEGIN; before the statements that belong together and COMMIT; after them, or remove the command",
        };

    public static Problem Parameter(SourceLocation location, string parameter) =>
        Blocks(ParameterCode, $"the statement has the parameter {parameter}, which has no value", location) with
        {
            Cause = "The server refuses it. In some clients the refusal ends the connection.",
            Fix = "Write the value",
        };

    public static Problem NotAlone(SourceLocation location, string statement) =>
        Blocks(
            NotAloneCode, $"'{Shorten(statement)}' is next to other statements, and the tool may send the file as one transaction",
            location) with
        {
            Cause = "The tool sends statements one by one only in newer versions, and only where its own parser reads the whole file; "
                + "elsewhere the server refuses this one (25001 or 2D000).",
            Fix = "Put the statement into a migration of its own, or deploy with the direct engine (migrations.engine)",
        };

    public static Problem LockEnded(SourceLocation location, string statement) =>
        Blocks(LockEndedCode, $"'{Shorten(statement)}' releases the advisory lock that keeps a second deploy out", location) with
        {
            Cause = "The migration lock is a session-level advisory lock of the session that runs this file.",
            Fix = "Reset only what the file has set: RESET ROLE; RESET search_path; DISCARD TEMP; or pg_advisory_unlock with the "
                + "file's own key",
        };

    public static Problem TwoPhase(SourceLocation location, string statement) =>
        Blocks(TwoPhaseCode, $"'{Shorten(statement)}' leaves the outcome to a later command", location) with
        {
            Cause = "A prepared transaction keeps its locks after the deploy has ended, and the ledger cannot show whether it "
                + "was committed.",
            Fix = "Use BEGIN; and COMMIT;",
        };

    public static Problem CopyToStandardOutput(SourceLocation location) =>
        Blocks(CopyToStandardOutputCode, "COPY … TO stdout needs a client that reads the rows", location) with
        {
            Cause = "A migration engine does not read them. The command changes nothing in the database.",
            Fix = "Remove the statement, or export the rows outside of the migration",
        };

    public static Problem ByteOrderMark(SourceLocation location) =>
        Blocks(
            Lint.Rules.ByteOrderMark.MarkCode, "the file begins with a byte-order mark, and the tool sends it to the server", location) with
        {
            Cause = "PostgreSQL reads the mark as a part of the first word and reports a syntax error. The direct engine does not send it.",
            Fix = "Save the file as UTF-8 without a byte-order mark",
        };

    /// <param name="migration">Its name.</param>
    /// <param name="words">The server's answer to the tool's own statement.</param>
    /// <param name="state">The session's state after the file.</param>
    /// <param name="location">The statement that set it, as far as one can be named.</param>
    public static Problem SessionLeft(string migration, string words, string? state, SourceLocation location) =>
        Blocks(SessionLeftCode, $"after {migration} the tool cannot write its ledger: {words}", location) with
        {
            Cause = $"{state}. The tool does not reset the session after a file. The file would be applied whole, and its row in the "
                + "ledger would stay unfinished.",
            Fix = "Remove the statement, or undo it at the end of the file (RESET search_path; RESET ROLE; RESET SESSION AUTHORIZATION;), "
                + "or deploy with the direct engine (migrations.engine)",
        };

    static Problem Blocks(ProblemCode code, string message, SourceLocation location) =>
        new(code, message) { Location = location, State = DatabaseState.Untouched };

    static string Shorten(string statement)
    {
        var line = string.Join(' ', statement.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= ShownLength ? line : $"{line[..ShownLength]}…";
    }
}
