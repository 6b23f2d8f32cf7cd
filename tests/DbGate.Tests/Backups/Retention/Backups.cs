using CsCheck;
using DbGate.Backups;
using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Configuration;

namespace DbGate.Tests.Backups.Retention;

/// <summary>Backups to decide about.</summary>
static class Backups
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static BackupRecord From(
        double daysAgo,
        VerificationLevel? verified = VerificationLevel.ReadBack,
        bool restoreTested = false,
        string environment = "production",
        string database = "shop")
    {
        var stored = Now - TimeSpan.FromDays(daysAgo);
        var key = new BackupName(database, environment, stored).Key;
        return new(key, BackupManifest.KeyOf(key), database, environment, stored, verified, restoreTested ? stored : null, Bytes: 1000);
    }

    /// <summary>Any backups: several series, any ages (also in the future), verified or not, tested or not.</summary>
    public static Gen<BackupRecord[]> Any { get; } =
        Gen.Select(
            Gen.Double[-2, 900],
            OneOf<VerificationLevel?>(null, VerificationLevel.Complete, VerificationLevel.ReadBack, VerificationLevel.Restored),
            Gen.Bool,
            OneOf("production", "staging"),
            OneOf("shop", "mail"),
            (daysAgo, verified, tested, environment, database) =>
                From(daysAgo, verified, tested && verified is not null, environment, database))
        .Array[0, 40]
        .Select(backups => backups.DistinctBy(backup => backup.ArchiveKey).ToArray());

    public static Gen<RetentionPolicy> AnyPolicy { get; } =
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 6], Gen.Int[0, 10], Gen.Int[0, 8], Gen.Int[0, 14], Gen.Int[0, 3],
            (days, minimum, daily, weekly, monthly, yearly) => new RetentionPolicy
            {
                Days = days,
                MinimumCount = minimum,
                Daily = daily,
                Weekly = weekly,
                Monthly = monthly,
                Yearly = yearly,
            });

    public static bool IsVerified(BackupRecord backup) => backup.Verified >= VerificationLevel.ReadBack;

    static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
