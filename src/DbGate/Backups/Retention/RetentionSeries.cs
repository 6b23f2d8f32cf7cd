using System.Globalization;

namespace DbGate.Backups.Retention;

/// <summary>The backups of one database in one environment: they are counted together.</summary>
sealed class RetentionSeries
{
    readonly BackupRecord[] backups;
    readonly BackupRecord[] verified;
    readonly RetentionPolicy policy;
    readonly DateTimeOffset now;

    public RetentionSeries(IEnumerable<BackupRecord> series, RetentionPolicy policy, DateTimeOffset now)
    {
        (this.policy, this.now) = (policy, now);
        backups =
            [.. series.OrderByDescending(backup => backup.StoredAt).ThenByDescending(backup => backup.ArchiveKey, StringComparer.Ordinal)];
        verified = [.. backups.Where(IsVerified)];
    }

    public IEnumerable<RetentionDecision> Decide()
    {
        var reasons = backups.ToDictionary(backup => backup, _ => new List<string>());
        foreach (var (backup, reason) in Keeps())
        {
            reasons[backup].Add(reason);
        }

        return backups.Select(backup => reasons[backup] is { Count: > 0 } keeps
            ? new RetentionDecision(backup, Keep: true, string.Join("; ", keeps))
            : new RetentionDecision(backup, Keep: false, WhyDeleted(backup)));
    }

    IEnumerable<(BackupRecord Backup, string Reason)> Keeps() =>
    [
        .. verified.Take(1).Select(backup => (backup, "newest verified backup")),
        .. verified.Where(backup => backup.RestoreTestedAt is not null).Take(1).Select(backup => (backup, "newest restore-tested backup")),
        .. backups.Where(backup => backup.StoredAt > now).Select(backup => (backup, "dated after the store's clock")),
        .. backups.Where(IsYoung).Select(backup => (backup, $"{Age(backup)} old, younger than {Days(policy.Days)}")),
        .. verified.Take(policy.MinimumCount).Select(backup => (backup, $"among the newest {policy.MinimumCount} verified")),
        .. NewestOfEach(policy.Daily, "day", time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        .. NewestOfEach(policy.Weekly, "week", time => $"{ISOWeek.GetYear(time):0000}-W{ISOWeek.GetWeekOfYear(time):00}"),
        .. NewestOfEach(policy.Monthly, "month", time => time.ToString("yyyy-MM", CultureInfo.InvariantCulture)),
        .. NewestOfEach(policy.Yearly, "year", time => time.ToString("yyyy", CultureInfo.InvariantCulture)),
        .. backups.Where(backup => !IsVerified(backup) && !HasNewerVerified(backup))
            .Select(backup => (backup, "not verified, but nothing verified is newer")),
    ];

    IEnumerable<(BackupRecord, string)> NewestOfEach(int count, string period, Func<DateTime, string> nameOf) => verified
        .GroupBy(backup => nameOf(backup.StoredAt.UtcDateTime))
        .Take(count)
        .Select(group => (group.First(), $"newest of {period} {group.Key}"));

    string WhyDeleted(BackupRecord backup) => IsVerified(backup)
        ? $"{Age(backup)} old, kept for {Days(policy.Days)}; no other rule keeps it"
        : $"{Age(backup)} old, kept for {Days(policy.Days)}; not verified, and a verified one is newer";

    bool IsVerified(BackupRecord backup) => backup.Verified >= policy.RequiredLevel;

    bool IsYoung(BackupRecord backup) => backup.StoredAt <= now && now - backup.StoredAt < TimeSpan.FromDays(policy.Days);

    bool HasNewerVerified(BackupRecord backup) => verified is [var newest, ..] && newest.StoredAt > backup.StoredAt;

    string Age(BackupRecord backup) =>
        now - backup.StoredAt is { TotalDays: >= 1 } age ? Days((int)age.TotalDays) : $"{(int)(now - backup.StoredAt).TotalHours} h";

    static string Days(int days) => days == 1 ? "1 day" : $"{days} days";
}
