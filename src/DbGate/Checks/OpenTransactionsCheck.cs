using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>
/// No transaction is open for long: a migration that needs a lock would queue behind it, and all others behind the migration.
/// </summary>
sealed class OpenTransactionsCheck : ICheck
{
    /// <summary>An older transaction is worth a warning.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public CheckDescriptor Descriptor { get; } = new(
        "DBG0112", "openTransactions", "No transaction is open for long", "end it, or release when it has ended");

    /// <inheritdoc/>
    public async Task<CheckResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var session = await context.SessionAsync(cancellationToken);
        var old = await session.QueryAsync(
            """
            select pid, coalesce(usename::text, '?'), coalesce(application_name, ''), extract(epoch
              from clock_timestamp() - xact_start)::float8
              from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and clock_timestamp() - xact_start > make_interval(secs => $1)
             order by xact_start
            """,
            row =>
                CheckProblems.OldTransaction(row.GetInt32(0), row.GetString(1), row.GetString(2), TimeSpan.FromSeconds(row.GetDouble(3))),
            cancellationToken,
            MaximumAge.TotalSeconds);
        return CheckResult.From(old.ToArray<Problem>(), old.Count == 0 ? "no old transaction" : $"{old.Count} old transactions");
    }
}
