using DbGate.Migrations.Tools;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;

namespace DbGate.Tests.Releases;

/// <summary>Plans for tests that need no database.</summary>
static class SamplePlans
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 6, 0, 0, TimeSpan.Zero);

    public static Plan Plan { get; } = new()
    {
        RequestedBy = "ana",
        CreatedAt = Now,
        ExpiresAt = Now.AddHours(1),
        Promise = new PlanPromise
        {
            Tool = "DbGate 1.0.0",
            Environment = "production",
            Target = new PlanTarget("7301", 16384, "shop", 170004, "public"),
            Commit = new string('a', 40),
            Engine = "direct",
            ToolVersion = "7.10.1",
            Applied = [new("1_init", new string('1', 64))],
            Pending = [new("2_more", new string('2', 64)), new("3_last", new string('3', 64))],
            Backup = new PlanBackup(
                "shop_production_20261122_055900.sql.gz", "/backups/shop_production_20261122_055900.sql.gz", new string('b', 64),
                Now.AddMinutes(-1), "L1"),
        },
        Migrations = [new("2_more", "ALTER TABLE a ADD COLUMN b text;\n"), new("3_last", "-- ``` <script> | @ana\nSELECT 1;")],
        Forecast = new Forecast(
            ForecastOutcome.Deploys,
            null,
            "2 migrations will be applied: 2_more, 3_last",
            null,
            [new(
                "2_more", 1, null, "the direct engine sends the file as one transaction",
                ["npx prisma migrate resolve --rolled-back 2_more"]),
                new("3_last", 3, "1-2", "Prisma 7.10.1 commits each statement on its own", ["look", "mend"])]),
        Findings = [new("DBG0240", "warning", "an index is missing", "2_more/migration.sql:1", "slow", "add it")],
        RollbackOptions = [new("restore the whole database", ["gunzip -c x | psql"], 4200, "measured at the rehearsal: 4.2 s")],
        ApprovalsRequired = 1,
        NotChecked = ["drift"],
        Waivers = [],
    };

    public static Plan WithLoss { get; } = Plan with
    {
        Rehearsal = new PlanRehearsal(
            "throwaway PostgreSQL 17",
            4200,
            120,
            [new("2_more", 120, [new("public.a", "ACCESS EXCLUSIVE")], ["public.a"])],
            ["column public.a.c dropped"],
            [new("ColumnDropped:public.a.c=12", "column public.a.c is dropped with 12 values in 20 rows")],
            ["public.d"],
            [],
            new string('c', 64)),
    };

    /// <summary>The same, with the queries that count again.</summary>
    public static Plan WithRecounts { get; } = WithLoss with
    {
        Rehearsal = WithLoss.Rehearsal! with
        {
            Losses = [
                WithLoss.Losses[0] with { Table = "public.a", Number = 12, Writes = 3,
                    Recount = new PlanLossCount("SELECT count(c) FROM ONLY public.a", 12) }],
            NothingLost = [
                new PlanLoss(
                    "RowsDeleted:public.d=0", "0 rows of public.d are deleted") { Table = "public.d", Number = 0,
                        Recount = new PlanLossCount("SELECT 0", 0) }],
        },
    };

    /// <summary>A rehearsal that lost nothing: then nothing about it is unknown.</summary>
    public static Plan Rehearsed { get; } = WithLoss with { Rehearsal = WithLoss.Rehearsal! with { Losses = [] } };

    public static PlanFile File(Plan? plan = null) => PlanFile.Write(plan ?? Plan, null);
}
