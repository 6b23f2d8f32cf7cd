using DbGate.Statements;

namespace DbGate.Migrations.Execution;

/// <summary>What a statement does to the transaction it runs in.</summary>
enum TransactionCommand
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Opens a transaction block: <c>BEGIN</c>, <c>START TRANSACTION</c>.</summary>
    Begin,

    /// <summary>Ends it: <c>COMMIT</c>, <c>END</c>.</summary>
    Commit,

    /// <summary>Ends it and opens the next one: <c>COMMIT AND CHAIN</c>.</summary>
    CommitAndChain,

    /// <summary>Gives it up: <c>ROLLBACK</c>, <c>ABORT</c>.</summary>
    Rollback,

    /// <summary>Gives it up and opens the next one: <c>ROLLBACK AND CHAIN</c>.</summary>
    RollbackAndChain,

    /// <summary>Works on a part of a block: <c>SAVEPOINT</c>, <c>RELEASE</c>.</summary>
    Savepoint,

    /// <summary>Undoes a part of a block: <c>ROLLBACK TO</c>.</summary>
    RollbackTo,

    /// <summary>Two-phase commit: <c>PREPARE TRANSACTION</c>, <c>COMMIT PREPARED</c>, <c>ROLLBACK PREPARED</c>.</summary>
    TwoPhase,
}

/// <summary>Recognises transaction commands in all their spellings.</summary>
static class TransactionCommands
{
    const int WordsThatDecide = 6;

    public static TransactionCommand Read(SqlStatement statement)
    {
        var words = FirstWords(statement.Text);
        return words switch
        {
            ["begin", ..] or ["start", "transaction", ..] => TransactionCommand.Begin,
            ["commit" or "rollback", "prepared", ..] or ["prepare", "transaction", ..] => TransactionCommand.TwoPhase,
            ["commit" or "end", .. var rest] => Chains(rest) ? TransactionCommand.CommitAndChain : TransactionCommand.Commit,
            ["rollback", "to", ..] or ["rollback", "work" or "transaction", "to", ..] => TransactionCommand.RollbackTo,
            ["rollback" or "abort", .. var rest] => Chains(rest) ? TransactionCommand.RollbackAndChain : TransactionCommand.Rollback,
            ["savepoint" or "release", ..] => TransactionCommand.Savepoint,
            _ => TransactionCommand.None,
        };
    }

    /// <summary>The first words of a statement in lower case, comments left out.</summary>
    internal static List<string> FirstWords(string text, int most = WordsThatDecide)
    {
        var words = new List<string>();
        var lexer = new Lexer(text);
        while (words.Count < most && lexer.Next(out var token))
        {
            if (token.Kind != TokenKind.Comment)
            {
                words.Add(token.In(text).ToString().ToLowerInvariant());
            }
        }

        return words;
    }

    static bool Chains(List<string> rest) => rest is ["and", "chain", ..] or ["work" or "transaction", "and", "chain", ..];
}
