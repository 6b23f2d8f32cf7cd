using DbGate.Configuration;

namespace DbGate.Backups.Retention;

/// <summary>How long backups are kept. A backup stays when any of the rules wants it.</summary>
sealed record RetentionPolicy
{
    /// <summary>Keep everything younger, in days: <c>BACKUP_RETENTION_DAYS</c>. At least 1.</summary>
    public int Days { get; init; } = 7;

    /// <summary>Keep so many of the newest verified backups, however old. At least 1.</summary>
    public int MinimumCount { get; init; } = 3;

    /// <summary>Keep the newest verified backup of each of the newest so many days (UTC) that have one.</summary>
    public int Daily { get; init; }

    /// <summary>The same for weeks (ISO 8601).</summary>
    public int Weekly { get; init; }

    /// <summary>The same for months.</summary>
    public int Monthly { get; init; }

    /// <summary>The same for years.</summary>
    public int Yearly { get; init; }

    /// <summary>What a backup must have been proven to, to count as verified.</summary>
    public VerificationLevel RequiredLevel { get; init; } = VerificationLevel.ReadBack;

    /// <summary>The policy itself, when it can be followed.</summary>
    /// <exception cref="DbGate.Problems.GateException">DBG0360: a number that cannot be meant.</exception>
    public RetentionPolicy Checked() =>
        Days < 1 ? throw RetentionProblems.PolicyInvalid("BACKUP_RETENTION_DAYS", Days, "at least 1")
        : Days > MostDays ? throw RetentionProblems.PolicyInvalid("BACKUP_RETENTION_DAYS", Days, $"at most {MostDays}")
        : MinimumCount < 1 ? throw RetentionProblems.PolicyInvalid("the minimum count", MinimumCount, "at least 1")
        : Math.Min(Math.Min(Daily, Weekly), Math.Min(Monthly, Yearly)) is < 0 and var negative
            ? throw RetentionProblems.PolicyInvalid("a number of days, weeks, months or years to keep", negative, "0 or more")
            : this;

    const int MostDays = 36_500;
}
