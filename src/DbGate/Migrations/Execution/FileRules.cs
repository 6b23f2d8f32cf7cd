using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Problems;

namespace DbGate.Migrations.Execution;

/// <summary>
/// Refuses a migration file that no engine runs as it reads, before anything is applied: its transaction commands do not pair, or it ends
/// what the engine needs. Pure.
/// </summary>
static class FileRules
{
    static readonly string[] TakesNoParameters = ["select", "insert", "update", "delete", "with", "values", "merge", "table"];

    static readonly string[] NeedsBlock = ["lock", "declare"];

    // Their effect is more than a time-out: without a transaction the following statements do something else.
    static readonly string[] LocalEffects = ["search_path", "role", "session_replication_role"];

    /// <param name="script">The file.</param>
    /// <param name="isRaw">True where the tool sends a byte-order mark, and may send statements one by one.</param>
    /// <exception cref="GateException">DBG0235, DBG0271, DBG0283 to DBG0287, DBG0289.</exception>
    public static void Demand(SqlScript script, bool isRaw)
    {
        if (Find(script, isRaw) is { } problem)
        {
            throw new GateException(problem);
        }
    }

    /// <summary>The first reason against a file; null when there is none.</summary>
    public static Problem? Find(SqlScript script, bool isRaw)
    {
        if (isRaw && script.HasByteOrderMark)
        {
            return ExecutionProblems.ByteOrderMark(new SourceLocation(script.File, 1, 1));
        }

        SqlStatement? opened = null;
        foreach (var statement in script.Statements)
        {
            var command = TransactionCommands.Read(statement);
            if (Find(script, statement, command, isOpen: opened is not null, isRaw) is { } problem)
            {
                return problem;
            }

            opened = command switch
            {
                TransactionCommand.Begin => opened ?? statement,
                TransactionCommand.CommitAndChain or TransactionCommand.RollbackAndChain => statement,
                TransactionCommand.Commit or TransactionCommand.Rollback => null,
                _ => opened,
            };
        }

        return opened is null ? null : ExecutionProblems.TransactionLeftOpen(script.Locate(opened), opened.Text);
    }

    static Problem? Find(SqlScript script, SqlStatement statement, TransactionCommand command, bool isOpen, bool isRaw)
    {
        var at = script.Locate(statement);
        return command switch
        {
            TransactionCommand.TwoPhase => ExecutionProblems.TwoPhase(at, statement.Text),
            TransactionCommand.None when isRaw
                && !isOpen
                && HasLocalEffect(statement) => ExecutionProblems.NoTransaction(at, statement.Text),
            TransactionCommand.None => FindEndedLock(script, statement)
                ?? (isRaw && !isOpen && script.Statements.Count > 1 && NeedsOwnFile(script, statement)
                    ? ExecutionProblems.NotAlone(at, statement.Text)
                    : null)
                ?? FindOutput(script, statement) ?? FindParameter(script, statement)
                ?? (script.Statements.Count == 1 && NeedsBlock.Contains(TransactionCommands.FirstWords(statement.Text, 1)[0])
                    ? ExecutionProblems.NoTransaction(at, statement.Text)
                    : null),
            TransactionCommand.Begin or TransactionCommand.Commit => null,
            _ when !isOpen => ExecutionProblems.NoTransaction(at, statement.Text),
            _ => null,
        };
    }

    /// <summary>CREATE INDEX CONCURRENTLY is what files are split for; the parser of the tool does not read all the others.</summary>
    static bool NeedsOwnFile(SqlScript script, SqlStatement statement) =>
        ScriptSteps.CommitsItself(statement)
        && !CallsPlainProcedure(script, statement)
        && TransactionCommands.FirstWords(
            statement.Text, 4) is not (["create", "index", "concurrently", ..] or ["create", "unique", "index", "concurrently"]);

    /// <summary>A procedure that the file itself creates, and whose body ends no transaction.</summary>
    static bool CallsPlainProcedure(SqlScript script, SqlStatement statement) =>
        StatementParser.Parse(statement.Text) is OtherStatement { Verb: "call", Calls: [var name, ..] }
        && script.Statements.Select(other => StatementParser.Parse(other.Text))
            .OfType<CreateRoutine>()
            .LastOrDefault(routine => routine.Name == name)
            is { Kind: "procedure", Body: { } body } && !ScriptSteps.EndsTransaction(body.Body);

    static bool HasLocalEffect(SqlStatement statement) =>
        StatementParser.Parse(statement.Text) is SetParameter { Local: true } local && LocalEffects.Contains(local.Name);

    /// <summary>Session-level advisory locks: the engine's own lock is one.</summary>
    static Problem? FindEndedLock(SqlScript script, SqlStatement statement) =>
        TransactionCommands.FirstWords(statement.Text) is ["discard", "all", ..]
        || statement.Text.Contains("pg_advisory_unlock_all", StringComparison.OrdinalIgnoreCase)
            ? ExecutionProblems.LockEnded(script.Locate(statement), statement.Text)
            : null;

    static Problem? FindOutput(SqlScript script, SqlStatement statement)
    {
        if (!statement.Text.StartsWith("copy", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var words = TransactionCommands.FirstWords(statement.Text, int.MaxValue);
        return words[0] == "copy" && words.Zip(words.Skip(1)).Contains(("to", "stdout"))
            ? ExecutionProblems.CopyToStandardOutput(script.Locate(statement))
            : null;
    }

    /// <summary>Within PREPARE and the bodies of functions a parameter has a value; anywhere else it has none.</summary>
    static Problem? FindParameter(SqlScript script, SqlStatement statement)
    {
        if (!statement.Text.Contains('$', StringComparison.Ordinal)
            || !TakesNoParameters.Contains(TransactionCommands.FirstWords(statement.Text, 1)[0]))
        {
            return null;
        }

        var lexer = new Lexer(statement.Text);
        while (lexer.Next(out var token))
        {
            if (token.Kind == TokenKind.Parameter)
            {
                return ExecutionProblems.Parameter(script.Locate(statement, token.Start), token.In(statement.Text).ToString());
            }
        }

        return null;
    }
}
