namespace DbGate.CommandGuard.Sql;

/// <summary>What a statement, or a whole text of SQL, does to the database that runs it.</summary>
/// <param name="Class">The class; <see cref="CommandClass.Allowed"/> for a text that only reads or adds.</param>
/// <param name="What">The statement in short, such as <c>DELETE FROM _prisma_migrations</c>.</param>
/// <param name="Offset">Where the statement begins in the text.</param>
sealed record SqlEffect(CommandClass Class, string What, int Offset)
{
    /// <summary>Why the text cannot be judged; null when it can.</summary>
    public string? Unclear { get; init; }

    /// <summary>The ledger table that it changes; null for none.</summary>
    public string? Ledger { get; init; }

    /// <summary>The consequence, as the end of a sentence.</summary>
    public string Consequence => Ledger is { } table ? $"it changes the migration ledger {table}" : Class == CommandClass.Destructive
        ? "it loses data" : "it changes the schema without a migration";
}
