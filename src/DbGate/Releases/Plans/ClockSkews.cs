using DbGate.Backups;
using DbGate.Problems;

namespace DbGate.Releases.Plans;

/// <summary>Plans expire by the database's clock. A machine whose clock differs from it by more than a minute is reported.</summary>
static class ClockSkews
{
    static readonly TimeSpan Largest = TimeSpan.FromMinutes(1);

    /// <param name="database">The database's time.</param>
    /// <param name="clock">This machine's clock.</param>
    public static IEnumerable<Problem> From(DateTimeOffset database, TimeProvider clock) =>
        database - clock.GetUtcNow() is var skew && skew.Duration() > Largest
            ? [PreflightProblems.ClockSkew("The database server's clock", skew) with { State = null }]
            : [];

    /// <summary>
    /// True when this machine's clock shows a time before the plan was made, so that it cannot tell whether the plan has expired.
    /// </summary>
    public static bool IsBefore(Plan plan, DateTimeOffset now) => plan.CreatedAt - now > Largest;
}
