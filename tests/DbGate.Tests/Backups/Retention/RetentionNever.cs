using CsCheck;
using DbGate.Backups.Retention;

namespace DbGate.Tests.Backups.Retention;

/// <summary>What no policy and no set of backups can bring about.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RetentionNever
{
    static readonly Gen<(BackupRecord[] Backups, RetentionPolicy Policy)> Any = Gen.Select(Backups.Any, Backups.AnyPolicy);

    [Test]
    public void Deletes_the_newest_verified_backup_of_a_series() => Holds((backups, policy) =>
        Series(backups)
            .All(series => Newest(series.Where(Backups.IsVerified)) is not { } newest || Kept(backups, policy).Contains(newest)));

    [Test]
    public void Deletes_the_newest_restore_tested_backup_of_a_series() => Holds((backups, policy) =>
        Series(backups).All(series =>
            Newest(series.Where(backup => Backups.IsVerified(backup) && backup.RestoreTestedAt is not null)) is not { } newest
            || Kept(backups, policy).Contains(newest)));

    [Test]
    public void Deletes_anything_while_nothing_is_verified() => Holds((backups, policy) =>
        Series(backups).Where(series => !series.Any(Backups.IsVerified)).All(series => series.All(Kept(backups, policy).Contains)));

    [Test]
    public void Deletes_what_is_younger_than_the_days() => Holds((backups, policy) =>
        backups.Where(backup => Backups.Now - backup.StoredAt < TimeSpan.FromDays(policy.Days)).All(Kept(backups, policy).Contains));

    [Test]
    public void Leaves_fewer_verified_than_the_minimum() => Holds((backups, policy) =>
        Series(backups).All(series =>
            series.Count(backup => Backups.IsVerified(backup) && Kept(backups, policy).Contains(backup))
            >= Math.Min(policy.MinimumCount, series.Count(Backups.IsVerified))));

    [Test]
    public void Deletes_more_when_a_policy_keeps_more() =>
        Gen.Select(Any, Gen.Int[0, 5], Gen.Int[0, 5]).Sample((any, which, more) =>
        {
            var (backups, policy) = any;
            var wider = which switch
            {
                0 => policy with { Days = policy.Days + more },
                1 => policy with { MinimumCount = policy.MinimumCount + more },
                2 => policy with { Daily = policy.Daily + more },
                3 => policy with { Weekly = policy.Weekly + more },
                4 => policy with { Monthly = policy.Monthly + more },
                _ => policy with { Yearly = policy.Yearly + more },
            };
            return Kept(backups, policy).IsSubsetOf(Kept(backups, wider));
        });

    [Test]
    public void Keeps_what_it_doomed_when_only_time_passes() =>
        Gen.Select(Any, Gen.Double[0, 400]).Sample((any, days) =>
        {
            var (backups, policy) = any;
            var later = RetentionPlan.Decide(backups, policy, Backups.Now.AddDays(days)).Doomed.ToHashSet();
            return Doomed(backups, policy).All(backup => later.Contains(backup));
        });

    [Test]
    public void Deletes_more_on_a_second_run() => Holds((backups, policy) =>
        !Doomed([.. Kept(backups, policy)], policy).Any());

    [Test]
    public void Lets_one_series_decide_about_another() => Holds((backups, policy) =>
        Series(backups).All(series => Kept([.. series], policy).SetEquals(Kept(backups, policy).Intersect(series))));

    [Test]
    public void Depends_on_the_order_of_the_listing() =>
        Gen.Select(Any, Gen.Int).Sample((any, seed) =>
        {
            var shuffled = any.Backups.ToArray();
            new Random(seed).Shuffle(shuffled);
            return RetentionPlan.Decide(any.Backups, any.Policy, Backups.Now).Decisions
                .SequenceEqual(RetentionPlan.Decide(shuffled, any.Policy, Backups.Now).Decisions);
        });

    [Test]
    public void Decides_without_a_reason() => Holds((backups, policy) =>
        RetentionPlan.Decide(backups, policy, Backups.Now).Decisions is var decisions
        && decisions.Count == backups.Length && decisions.All(decision => decision.Reason.Length > 0));

    static void Holds(Func<BackupRecord[], RetentionPolicy, bool> property) => Any.Sample((backups, policy) => property(backups, policy));

    static HashSet<BackupRecord> Kept(BackupRecord[] backups, RetentionPolicy policy) =>
        [.. RetentionPlan.Decide(backups, policy, Backups.Now).Kept];

    static HashSet<BackupRecord> Doomed(BackupRecord[] backups, RetentionPolicy policy) =>
        [.. RetentionPlan.Decide(backups, policy, Backups.Now).Doomed];

    static IEnumerable<IGrouping<(string, string), BackupRecord>> Series(BackupRecord[] backups) =>
        backups.GroupBy(backup => (backup.Environment, backup.Database));

    static BackupRecord? Newest(IEnumerable<BackupRecord> backups) => backups.MaxBy(backup => backup.StoredAt);
}
