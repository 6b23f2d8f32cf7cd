namespace DbGate.Backups.Retention;

/// <summary>
/// What is kept and what is deleted, and why. Made by a pure function, so that what a dry run prints is what a run does. Whatever the
/// policy states, the newest verified and the newest restore-tested backup of every database in every environment stay, and while
/// nothing is
/// verified, nothing is deleted.
/// </summary>
/// <param name="Decisions">One for each backup, by environment and database, newest first.</param>
/// <param name="Policy">The policy that was followed.</param>
/// <param name="StoreNow">The time, by the store's clock.</param>
sealed record RetentionPlan(IReadOnlyList<RetentionDecision> Decisions, RetentionPolicy Policy, DateTimeOffset StoreNow)
{
    /// <summary>The backups that stay.</summary>
    public IEnumerable<BackupRecord> Kept => Decisions.Where(decision => decision.Keep).Select(decision => decision.Backup);

    /// <summary>The backups that go.</summary>
    public IEnumerable<BackupRecord> Doomed => Decisions.Where(decision => !decision.Keep).Select(decision => decision.Backup);

    /// <summary>Bytes of archives that would be freed.</summary>
    public long BytesFreed => Doomed.Sum(backup => backup.Bytes);

    /// <summary>Decides. The order of the backups does not matter.</summary>
    /// <param name="backups">All backups that the store holds.</param>
    /// <param name="policy">How long to keep them.</param>
    /// <param name="storeNow">The time by the store's clock, which also dated the backups.</param>
    /// <exception cref="DbGate.Problems.GateException">DBG0360: the policy cannot be meant.</exception>
    public static RetentionPlan Decide(IReadOnlyList<BackupRecord> backups, RetentionPolicy policy, DateTimeOffset storeNow)
    {
        policy.Checked();
        return new(
            [
                .. backups
                    .GroupBy(backup => (backup.Environment, backup.Database))
                    .OrderBy(series => series.Key.Environment, StringComparer.Ordinal)
                    .ThenBy(series => series.Key.Database, StringComparer.Ordinal)
                    .SelectMany(series => new RetentionSeries(series, policy, storeNow).Decide()),
            ],
            policy,
            storeNow);
    }
}
