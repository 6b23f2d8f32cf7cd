using DbGate.Backups.History;
using DbGate.Gates;
using DbGate.Releases;
using DbGate.Releases.Approvals;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Reports;

/// <summary>What a release manager decides on, without a database.</summary>
static class SampleReleases
{
    public static BackupHistory History { get; } = new(
        "s3://acme/prod",
        [
            new BackupPoint(
                "shop_production_20261121_060000.sql.gz", SamplePlans.Now.AddDays(-1), 1_000_000, 5_000_000, 100, TimeSpan.FromSeconds(3),
                "L3"),
            new BackupPoint(
                "shop_production_20261122_055900.sql.gz", SamplePlans.Now, 1_100_000, 5_200_000, 120, TimeSpan.FromSeconds(4), "L1"),
        ],
        7,
        [new RestoreTestPoint(
            "shop_production_20261121_060000.sql.gz", SamplePlans.Now.AddHours(-1), true, "L3", TimeSpan.FromSeconds(21), 100)],
        [new TableGrowth("public.a", [80, 100]), new TableGrowth("public.b", [null, 20])]);

    public static ReleaseFacts Facts { get; } = new()
    {
        Plan = SamplePlans.WithLoss,
        Digest = SamplePlans.File(SamplePlans.WithLoss).Digest,
        IsStored = true,
        ApprovalsRequired = 2,
        Approvals = [Approval],
        ApprovalsNotCounted = ["ana: asked for the plan, and may not approve it"],
        History = History,
    };

    /// <summary>A release on its way: planned, approved by one of two, not deployed.</summary>
    public static GateReport Planned => SampleReports.Passing with { Environment = "production", Release = Facts };

    static Approval Approval => new()
    {
        Plan = SamplePlans.File(SamplePlans.WithLoss).Digest,
        Environment = "production",
        By = "ben",
        At = SamplePlans.Now.AddMinutes(5),
        Via = "terminal",
        AcceptedLosses = ["ColumnDropped:public.a.c=12"],
        Tool = "DbGate 1.0.0",
    };
}
