namespace DbGate.Configuration;

/// <summary>A person's decision to let a problem pass for a while. It is in <c>dbgate.json</c>, in sight of reviewers.</summary>
/// <param name="Check">The problem's code, such as <c>DBG0104</c>, or the name of a rule for migrations, such as
/// <c>drop-object</c>.</param>
/// <param name="Scope">What it covers: a path glob, or "*" for every occurrence.</param>
/// <param name="Reason">Why.</param>
/// <param name="Who">Who decided.</param>
/// <param name="Expires">Its last day (UTC). After it the waiver blocks.</param>
sealed record Waiver(string Check, string Scope, string Reason, string Who, DateOnly Expires)
{
    /// <summary>True for a text that is written like the name of a rule.</summary>
    internal static bool IsName(string check) =>
        check.Length > 0
            && char.IsAsciiLetterLower(check[0])
            && check.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>True from the day after the last one.</summary>
    public bool HasExpired(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime) > Expires;

    /// <summary>True when its last day is more than a year away.</summary>
    public bool IsTooLong(DateTimeOffset now) => Expires > DateOnly.FromDateTime(now.UtcDateTime).AddYears(1);

    /// <summary>True when it covers nothing now, and has to be renewed or shortened.</summary>
    internal bool IsOutOfForce(DateTimeOffset now) => HasExpired(now) || IsTooLong(now);
}
