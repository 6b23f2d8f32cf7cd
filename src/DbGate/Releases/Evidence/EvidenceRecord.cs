namespace DbGate.Releases.Evidence;

/// <summary>
/// One entry of the evidence log. Its file's SHA-256 is in the next one, so that none can be edited or taken out unseen.
/// </summary>
sealed record EvidenceRecord
{
    /// <summary>The version of the format that this DbGate writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>What the first record names as the one before it.</summary>
    public static string NoPrevious { get; } = new('0', 64);

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>From 1, without gaps; also the file's name.</summary>
    public long Sequence { get; init; }

    /// <summary>SHA-256 of the file before it, lower-case hex; zeros in the first.</summary>
    public string Previous { get; init; } = NoPrevious;

    /// <summary>When, by the clock of the machine that wrote it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The step that it is of: <c>backup-first</c>, <c>plan</c>, <c>approve</c>, <c>migrate-deploy</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary><c>began</c>, <c>passed</c> or <c>blocked</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>The environment, in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>The target without its password; null when no step asked for it.</summary>
    public string? Target { get; init; }

    /// <summary>The project's commit.</summary>
    public string? Commit { get; init; }

    /// <summary>Who asked for it, as far as the settings tell.</summary>
    public required string Actor { get; init; }

    /// <summary>DbGate and its version.</summary>
    public required string Tool { get; init; }

    /// <summary>The step's own sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What it measured or produced.</summary>
    public IReadOnlyList<EvidenceFact> Facts { get; init; } = [];

    /// <summary>The rules that a passed release leaves for the next one; only in the record of its verdict.</summary>
    public Rules.RecordedRules? Rules { get; init; }

    /// <summary>Number of the record that holds the rules in force; null before the first release, and outside production.</summary>
    public long? RulesRecord { get; init; }

    /// <summary>Its problems: code and message.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>A thing worth keeping.</summary>
/// <param name="Name">A short noun.</param>
/// <param name="Value">As people read it.</param>
sealed record EvidenceFact(string Name, string Value);
