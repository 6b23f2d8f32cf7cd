using DbGate.Checks;
using DbGate.Problems;
using DbGate.Protection;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Reports.Live;

namespace DbGate.Browser;

/// <summary>The live page's states: a calm night, a bad one, and one in which nothing answers.</summary>
static class LiveSamples
{
    const string Hostile = "<script>document.title='executed'</script>\"><img src=x onerror=alert(1)>\u202E";

    public static LiveState Calm => new()
    {
        At = Samples.Now,
        ToolVersion = "1.4.2",
        Environment = "production",
        Targets = [
            new("the application's", "postgresql://app@db.example.com:6543/shop?pgbouncer=true"),
            new("the direct way, for locks and deploys", "postgresql://deploy@db.example.com:5432/shop")],
        Gates = [
            Gate("migrations", CheckResult.Passed("4/4 migrations applied")),
            Gate("databaseSafety", CheckResult.Passed("SSL, 20 of 100 connections")),
            Gate("backupConfig", CheckResult.Passed("backups enabled"))],
        History = Samples.Ready.Release!.History,
        Records =
        [
            Record(9, "gate", "passed", "pass: forbid-db-push passed, backup-first passed, migrate-deploy passed"),
            Record(8, "migrate-deploy", "passed", "2 applied, 6/6 migrations applied"),
            Record(7, "approve", "passed", "ben approves plan 9f2c1a: 1 of 1 approvals"),
            Record(
                6, "gate", "blocked",
                "blocked, exit 10: forbid-db-push blocked") with { Problems = ["DBG0401 error: production reaches prisma db push"] },
        ],
        Refusals = new Refusals(
            1, [new Refusal(1, Samples.Now.AddHours(-3), "app", "10.0.0.7", "psql", "DROP TABLE", "DROP TABLE \"Order\"")]),
    };

    public static LiveState Bad => Calm with
    {
        Gates =
        [
            Gate(
                "migrations",
                CheckResult.Failed(
                    "Migration issues: 1 pending, 1 failed",
                    new Problem(
                        new ProblemCode("DBG0201", "Failed", ExitCode.Blocked),
                        "1 failed") { Fix = "npx prisma migrate resolve --rolled-back 2_more" })),
            Gate(Hostile, CheckResult.Passed(Hostile)),
        ],
        Records = [.. Enumerable.Range(0, 60)
            .Select(index =>
                Record(60 - index, "migrate-deploy", index % 3 == 0 ? "blocked" : "passed", Hostile) with { Problems = [Hostile] })],
        Refusals = new Refusals(
            5000,
            [.. Enumerable.Range(0, 50)
                .Select(index => new Refusal(index, Samples.Now, Hostile, Hostile, Hostile, "DROP TABLE", Hostile))]),
    };

    public static LiveState Silent => new()
    {
        At = Samples.Now,
        ToolVersion = "1.4.2",
        Environment = "staging",
        NotKnown = ["the gates: no answer within 10 s", "the backups: no answer within 10 s"],
    };

    static CheckReport Gate(string name, CheckResult result) => new(new CheckDescriptor("DBG0101", name, name, ""), result, TimeSpan.Zero);

    static EvidenceRecord Record(long sequence, string kind, string outcome, string summary) => new()
    {
        Sequence = sequence, At = Samples.Now.AddHours(sequence - 10), Kind = kind, Outcome = outcome, Environment = "production",
        Actor = "ana", Tool = "DbGate 1.4.2", Summary = summary, Commit = new string('a', 40),
    };
}
