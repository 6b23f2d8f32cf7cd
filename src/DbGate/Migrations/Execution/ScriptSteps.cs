using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Execution;

/// <summary>How a step runs.</summary>
enum StepKind
{
    /// <summary>DbGate's own <c>BEGIN</c>: it means the implicit transaction of a script that is sent as one.</summary>
    Open,

    /// <summary>DbGate's own <c>COMMIT</c>.</summary>
    Close,

    /// <summary>A transaction command of the file.</summary>
    Control,

    /// <summary>A statement of the file within a transaction.</summary>
    Statement,

    /// <summary>A statement of the file that commits on its own.</summary>
    Alone,

    /// <summary>A statement of the engine, sent in the file's transaction: the end of the ledger's row.</summary>
    Engine,
}

/// <summary>One command, as it is sent.</summary>
/// <param name="Kind">How it runs.</param>
/// <param name="Text">What is sent.</param>
/// <param name="Index">The number of the file's statement from zero; -1 for a command that is not the file's.</param>
/// <param name="Command">What it does to the transaction.</param>
sealed record ScriptStep(StepKind Kind, string Text, int Index, TransactionCommand Command = TransactionCommand.None);

/// <summary>
/// Decides in which transactions a migration file runs. The direct engine sends these steps in batches and the rehearsal one by one, so
/// both run the same commands in the same order. Pure.
/// </summary>
static class ScriptSteps
{
    static readonly string[] Ending = ["commit", "rollback", "call"];

    /// <summary>What opens a transaction.</summary>
    public const string Begin = "begin";

    /// <summary>What ends it.</summary>
    public const string Commit = "commit";

    /// <param name="script">The file.</param>
    /// <param name="rule">How the engine runs it.</param>
    /// <param name="atEnd">Statements of the engine that belong into the file's last transaction; only for a file that is one
    /// transaction.</param>
    public static IReadOnlyList<ScriptStep> From(SqlScript script, TransactionRule rule, params IReadOnlyList<string> atEnd)
    {
        var steps = new List<ScriptStep>();
        var sendsWhole = rule == TransactionRule.WholeFile && !(script.Statements is [var only] && CommitsItself(only));
        var (open, own) = (false, false);
        foreach (var (index, statement) in script.Statements.Index())
        {
            var command = TransactionCommands.Read(statement);
            if (command is TransactionCommand.None or TransactionCommand.Savepoint or TransactionCommand.RollbackTo
                or TransactionCommand.TwoPhase)
            {
                if (!open && sendsWhole)
                {
                    steps.Add(new(StepKind.Open, Begin, -1, TransactionCommand.Begin));
                    (open, own) = (true, true);
                }

                steps.Add(new(open ? StepKind.Statement : StepKind.Alone, statement.Text, index, command));
                continue;
            }

            steps.Add(new(StepKind.Control, statement.Text, index, command));
            (open, own) =
                (command is TransactionCommand.Begin or TransactionCommand.CommitAndChain or TransactionCommand.RollbackAndChain, false);
        }

        if (own)
        {
            steps.AddRange(atEnd.Select(text => new ScriptStep(StepKind.Engine, text, -1)));
            steps.Add(new(StepKind.Close, Commit, -1, TransactionCommand.Commit));
        }

        return steps;
    }

    /// <summary>True for a statement that ends its transaction itself or refuses one.</summary>
    public static bool CommitsItself(SqlStatement statement) =>
        NonTransactional.Is(statement) || StatementParser.Parse(statement.Text) switch
    {
        OtherStatement { Verb: "call" } => true,
        DoBlock block => EndsTransaction(block.Body),
        _ => false,
    };

    /// <summary>
    /// True for the body of a block or procedure that ends its transaction. A word counts, not a text: strings are other tokens.
    /// </summary>
    public static bool EndsTransaction(string body)
    {
        var lexer = new Lexer(body);
        while (lexer.Next(out var token))
        {
            if (token.Kind == TokenKind.Word && Ending.Any(word => token.In(body).Equals(word, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }
}
