namespace DbGate.Problems;

/// <summary>How much a problem weighs. Only <see cref="Error"/> blocks.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing to do.</summary>
    Information,

    /// <summary>Should be put right, but does not block.</summary>
    Warning,

    /// <summary>Blocks.</summary>
    Error,
}

/// <summary>A place in a file of the gated project.</summary>
/// <param name="File">Path relative to the project's root, with forward slashes.</param>
/// <param name="Line">One-based; null when the whole file is meant.</param>
/// <param name="Column">One-based; null when the whole line is meant.</param>
public sealed record SourceLocation(string File, int? Line = null, int? Column = null)
{
    /// <inheritdoc/>
    public override string ToString() => (Line, Column) switch
    {
        (null, _) => File,
        (_, null) => $"{File}:{Line}",
        _ => $"{File}:{Line}:{Column}",
    };
}

/// <summary>One thing that is wrong, as data: every door renders the same problem in its own way.</summary>
/// <param name="Code">The numbered kind.</param>
/// <param name="Message">One sentence with the actual values. No secret, no stack trace.</param>
public sealed record Problem(ProblemCode Code, string Message)
{
    /// <summary>Whether this occurrence blocks.</summary>
    public Severity Severity { get; init; } = Severity.Error;

    /// <summary>Why it is so: the object, file or message of the server behind it.</summary>
    public string? Cause { get; init; }

    /// <summary>What state the database and the evidence are in now. See <see cref="DatabaseState"/>.</summary>
    public string? State { get; init; }

    /// <summary>What to do about it: a sentence and the commands.</summary>
    public Fix? Fix { get; init; }

    /// <summary>Where in the gated project it was found.</summary>
    public SourceLocation? Location { get; init; }

    /// <summary>What is there; null when it is not known, or would add nothing.</summary>
    internal SourceExcerpt? Excerpt { get; init; }

    /// <summary>The ways out of it, where one line does not tell them.</summary>
    internal IReadOnlyList<Remedy> Remedies { get; init; } = [];

    /// <summary>How long its statement took in the rehearsal; null unless the problem is only about locks and was measured.</summary>
    internal TimeSpan? Measured { get; init; }

    /// <summary>True when this occurrence stops a release.</summary>
    public bool IsBlocking => Severity == Severity.Error;
}
