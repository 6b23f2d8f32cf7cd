using DbGate.Backups.History;
using DbGate.Releases;
using DbGate.Releases.Evidence;

namespace DbGate.Tests.Releases;

/// <summary>The lines of a release manager's checklist that no check answers.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ReleaseChecklists
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);

    [Test]
    public void Are_measured_from_the_evidence_and_the_backups()
    {
        EvidenceRecord[] records =
        [
            Record("backup", "production", Now.AddHours(-4)),
            Record("migrate-deploy", "staging", Now.AddDays(-1), "1_a (12 ms)", "2_b"),
            Record("backup", "production", Now.AddDays(-1)),
        ];
        var history = new BackupHistory("s3://acme-backups/prod", [Point("first", -19), Point("last", 0)], 0, [], []);

        Assert.That(
            ReleaseChecklist.From(records, history, ["1_a", "2_b"], "production", "s3://acme-backups/prod", Now)
                .Select(fact => $"{fact.Name}: {fact.Value}"),
            Is.EqualTo(new[]
            {
                "tested in staging: yes: 2 migrations, last on 2026-11-21", "cloud storage: s3://acme-backups/prod",
                "scheduled backup: last 4 h ago", "first backup: 2026-11-03, 2 backups since",
                "uploaded: yes: last in s3://acme-backups/prod",
            }));
    }

    [Test]
    public void Say_no_where_nothing_is_on_record()
    {
        EvidenceRecord[] records =
        [
            Record("migrate-deploy", "staging", Now, "1_another"),
            Record("migrate-deploy", "staging", Now, "1_a") with { Outcome = "blocked" },
            Record("backup", "staging", Now), Record("backup-first", "production", Now),
        ];

        Assert.That(
            ReleaseChecklist.From(records, null, ["1_a"], "production", null, Now).Select(fact => fact.Value.Split(':')[0]),
            Is.EqualTo(new[]
            {
                "not on record in this store", "no", "none on record", "none on record", "none on record",
            }));
    }

    static EvidenceRecord Record(string kind, string environment, DateTimeOffset at, params string[] applied) => new()
    {
        At = at, Kind = kind, Outcome = "passed", Environment = environment, Actor = "ana", Tool = "DbGate", Summary = "",
        Facts = [.. applied.Select(name => new EvidenceFact("applied", name))],
    };

    static BackupPoint Point(string key, int days) => new(key, Now.AddDays(days), 1, 1, 1, TimeSpan.FromSeconds(1), "L1");
}
