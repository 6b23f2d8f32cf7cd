namespace DbGate.Releases.Approvals;

/// <summary>One person's approval of exactly one plan.</summary>
sealed record Approval
{
    /// <summary>The version of the format that this DbGate writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The value of <see cref="Via"/> of a review on GitHub.</summary>
    public const string GitHubReview = "github";

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The plan's whole digest.</summary>
    public required string Plan { get; init; }

    /// <summary>The environment, in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>Who approves.</summary>
    public required string By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How it was confirmed: <c>terminal</c>, <c>option</c>, or the name of another door.</summary>
    public required string Via { get; init; }

    /// <summary>Where it was given, when that was elsewhere: the address of a workflow run.</summary>
    public string? Place { get; init; }

    /// <summary>The account that claims to be this person; null where the identity was verified elsewhere.</summary>
    public Account? ClaimedBy { get; init; }

    /// <summary>The losses that were accepted, by the names that the plan gives them.</summary>
    public IReadOnlyList<string> AcceptedLosses { get; init; } = [];

    /// <summary>DbGate and its version.</summary>
    public required string Tool { get; init; }

    /// <summary>The name, and what it rests on.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string ShownBy => ClaimedBy is null ? By : $"{By} (claimed by {ClaimedBy})";
}
