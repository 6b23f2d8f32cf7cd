using DbGate.Problems;

namespace DbGate.Migrations.Split;

/// <summary>One of the migrations that a split writes.</summary>
/// <param name="Suffix">What its name ends with: <c>expand</c>, <c>fill</c>, <c>contract</c> or <c>cleanup</c>.</param>
/// <param name="Release">The release that deploys it: 1 is the next one.</param>
/// <param name="Statements">In order, without semicolons.</param>
sealed record SplitPart(string Suffix, int Release, IReadOnlyList<string> Statements)
{
    /// <summary>The text of its file.</summary>
    public string Text => string.Concat(Statements.Select(statement => $"{statement};\n"));
}

/// <summary>A statement that cannot be spread over two releases.</summary>
/// <param name="Location">Where it is.</param>
/// <param name="Why">The reason.</param>
sealed record SplitRefusal(SourceLocation Location, string Why);

/// <summary>A migration in parts, between which old and new processes both work.</summary>
/// <param name="Parts">In the order of the releases; empty when something was refused.</param>
/// <param name="Refusals">What cannot be split.</param>
/// <param name="Notes">What the code of the releases has to do.</param>
sealed record MigrationSplit(IReadOnlyList<SplitPart> Parts, IReadOnlyList<SplitRefusal> Refusals, IReadOnlyList<string> Notes)
{
    /// <summary>True when one release is enough: nothing that the running release uses goes away.</summary>
    public bool IsWhole => Refusals.Count == 0 && Parts.All(part => part.Release == 1);

    /// <summary>True when a column changes its type, which takes a third release.</summary>
    public bool ChangesTypes => Parts.Any(part => part.Release > 2);
}
