using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Tests.Storage;

namespace DbGate.Tests.Backups.Retention;

[Parallelizable(ParallelScope.All)]
public sealed class RetentionPlans
{
    static readonly RetentionPolicy Week = new() { Days = 7, MinimumCount = 1 };

    [Test]
    public void Delete_by_age_and_say_so() => Assert.That(
        Reasons(Week, Backups.From(0.5), Backups.From(6.9), Backups.From(7), Backups.From(30)),
        Is.EqualTo((string[])
        [
            "keep: newest verified backup; 12 h old, younger than 7 days; among the newest 1 verified",
            "keep: 6 days old, younger than 7 days",
            "delete: 7 days old, kept for 7 days; no other rule keeps it",
            "delete: 30 days old, kept for 7 days; no other rule keeps it",
        ]));

    [Test]
    public void Keep_the_last_good_ones_when_backups_have_failed_for_weeks() => Assert.That(
        Reasons(
            Week with { MinimumCount = 2 }, Backups.From(1, verified: null), Backups.From(20), Backups.From(21), Backups.From(22),
            Backups.From(23, verified: null)),
        Is.EqualTo((string[])
        [
            "keep: 1 day old, younger than 7 days; not verified, but nothing verified is newer",
            "keep: newest verified backup; among the newest 2 verified",
            "keep: among the newest 2 verified",
            "delete: 22 days old, kept for 7 days; no other rule keeps it",
            "delete: 23 days old, kept for 7 days; not verified, and a verified one is newer",
        ]));

    [Test]
    public void Keep_the_newest_restore_tested_however_old() => Assert.That(
        Reasons(Week, Backups.From(1), Backups.From(80, restoreTested: true), Backups.From(90, restoreTested: true)),
        Is.EqualTo((string[])
        [
            "keep: newest verified backup; 1 day old, younger than 7 days; among the newest 1 verified",
            "keep: newest restore-tested backup",
            "delete: 90 days old, kept for 7 days; no other rule keeps it",
        ]));

    [Test]
    public void Keep_the_newest_of_each_month() => Assert.That(
        Kept(Week with { Monthly = 3 }, [.. Enumerable.Range(0, 120).Select(day => Backups.From(day + 0.25))])
            .Where(time => time < Backups.Now.AddDays(-7)),
        Is.EqualTo([new DateTimeOffset(2026, 10, 31, 6, 0, 0, TimeSpan.Zero), new(2026, 9, 30, 6, 0, 0, TimeSpan.Zero)]));

    [Test]
    public void Keep_the_newest_of_each_week_by_ISO_weeks() => Assert.That(
        Kept(Week with { Weekly = 3 }, [.. Enumerable.Range(0, 30).Select(day => Backups.From(day + 0.25))])
            .Where(time => time < Backups.Now.AddDays(-7)),
        Is.EqualTo([new DateTimeOffset(2026, 11, 15, 6, 0, 0, TimeSpan.Zero), new(2026, 11, 8, 6, 0, 0, TimeSpan.Zero)]));

    [Test]
    public void Keep_a_year_and_its_day() => Assert.That(
        Kept(Week with { Yearly = 2, Daily = 9 }, Backups.From(1), Backups.From(8), Backups.From(400), Backups.From(401)),
        Has.Exactly(4).Items);

    [Test]
    public void Keep_what_is_dated_after_the_stores_clock_and_say_so() => Assert.That(
        Reasons(Week, Backups.From(-1, verified: null), Backups.From(1)),
        Has.Some.EqualTo("keep: dated after the store's clock; not verified, but nothing verified is newer"));

    [Test]
    public void Count_only_what_is_proven_to_the_required_level() => Assert.That(
        Reasons(
            Week with { RequiredLevel = VerificationLevel.Restored },
            Backups.From(8, VerificationLevel.ReadBack),
            Backups.From(9, VerificationLevel.Restored),
            Backups.From(10, VerificationLevel.ReadBack))[1..],
        Is.EqualTo((string[])
        [
            "keep: newest verified backup; among the newest 1 verified",
            "delete: 10 days old, kept for 7 days; not verified, and a verified one is newer",
        ]));

    [Test]
    public void Refuse_a_policy_that_cannot_be_meant() => Assert.Multiple(() =>
    {
        foreach (var policy in (RetentionPolicy[])[
            Week with { Days = 0 }, Week with { Days = -1 }, Week with { Days = int.MaxValue }, Week with { MinimumCount = 0 },
            Week with { Monthly = -1 }])
        {
            Assert.That(() => RetentionPlan.Decide([Backups.From(1)], policy, Backups.Now), Fails.With("DBG0360"));
        }
    });

    [Test]
    public void Refuse_such_a_policy_also_for_an_empty_store() =>
        Assert.That(() => RetentionPlan.Decide([], Week with { Days = 0 }, Backups.Now), Throws.TypeOf<GateException>());

    static string[] Reasons(RetentionPolicy policy, params BackupRecord[] backups) =>
        [.. RetentionPlan.Decide(
            backups, policy, Backups.Now).Decisions.Select(decision => $"{(decision.Keep ? "keep" : "delete")}: {decision.Reason}")];

    static IEnumerable<DateTimeOffset> Kept(RetentionPolicy policy, params BackupRecord[] backups) =>
        RetentionPlan.Decide(backups, policy, Backups.Now).Kept.Select(backup => backup.StoredAt);
}
