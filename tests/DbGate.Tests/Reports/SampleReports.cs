using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Reports;

/// <summary>Reports that every renderer must get right: one as people see it every day, one with names that attack a screen.</summary>
static class SampleReports
{
    const string Hostile =
        "\u001b[2J\u001b[1;31mFORGED\u0007 <script>alert(1)</script> <img src=x> a|b `code` *b* _i_ [x](javascript:y) @ana #1 \\ ~~s~~ "
            + "\u202Egnp.exe\u202C \u200Bzero ##[error]forged";

    const string Lines = "first\r\n::error::forged\n| cell | cell |\n\n# DbGate: pass\n```";

    static readonly DateTimeOffset Start = new(2026, 11, 22, 6, 0, 0, 125, TimeSpan.Zero);
    static readonly ProblemCode Edited = new("DBG0205", "An applied migration was edited", ExitCode.Blocked);
    static readonly ProblemCode Reached = new("DBG0401", "A destructive command is reachable", ExitCode.Blocked);

    public static GateReport Daily => new()
    {
        ToolVersion = "1.4.2",
        Environment = "production",
        Target = "postgresql://app@db.example.com:5432/shop?schema=public",
        Commit = "8da586f0123456789abcdef0123456789abcdef0",
        StartedAt = Start,
        FinishedAt = Start.AddSeconds(222.4),
        Steps =
        [
            Step(
                "production-safety", 0.412,
                new StepResult { Summary = "2 checks hold",
                    Checks = [
                        Check("DBG0101", "databaseSafety", CheckResult.Passed("SSL, 20 of 100 connections")),
                        Check("DBG0121", "backupConfig", CheckResult.Skipped("not in production"))] }),
            Step("backup-first", 201, new StepResult
            {
                Summary = "1.2 GB, verified L2",
                Facts = [new Fact("archive", "s3://acme/prod/shop_production_20261122_060000.sql.gz"), new Fact("sha256", "9f2c")],
            }),
            Step("verify-ready", 12.3, new StepResult
            {
                Summary = "1 of 2 checks block: migrations",
                Checks =
                [
                    Check("DBG0201", "migrations", CheckResult.Failed("Migration issues: 1 edited", EditedProblem)),
                    Check("DBG0121", "backupConfig", CheckResult.Passed("backups enabled", RetestSoon)),
                    Check(
                        "DBG0112", "replica",
                        CheckResult.Errored(EditedProblem with { Message = "could not be checked", Location = null, Fix = null })),
                ],
                NotChecked = ["the application's /ready, because a check blocks"],
                Json = """{"sizeBytes":52428800}""",
            }),
        ],
        WaiversUsed = [new Waiver("DBG0104", "*", "the pooler limits", "ana@example.com", new DateOnly(2027, 1, 31))],
        RulesChanged = [new("rehearsal", "auto", "off", "dbgate.json:4"), new("backup.level", "L2", "–", null)],
        NotChecked = ["the application's /ready, because a check blocks"],
    };

    public static GateReport Attacking => new()
    {
        ToolVersion = "1.4.2",
        Environment = "production",
        Target = $"postgresql://app@db/{Hostile}",
        Commit = "abc",
        StartedAt = Start,
        FinishedAt = Start.AddSeconds(1),
        Steps =
        [
            Step("forbid-db-push", 0.1, new StepResult
            {
                Summary = Hostile,
                Checks = [Check("DBG0401", "guard", CheckResult.Failed(Hostile, Forged))],
                Facts = [new Fact(Hostile, Lines)],
                NotChecked = [Lines],
            }),
        ],
        Problems = [Forged with { Severity = Severity.Warning }],
        WaiversUsed = [new Waiver("DBG0401", Hostile, Lines, Hostile, new DateOnly(2027, 1, 31))],
        NotChecked = [Lines],
    };

    public static GateReport Passing => new()
    {
        ToolVersion = "1.4.2",
        Environment = "development",
        StartedAt = Start,
        FinishedAt = Start.AddMilliseconds(90),
        Steps = [Step("production-safety", 0.09, new StepResult { Summary = "2 checks hold" })],
    };

    /// <summary>The passing report with one text everywhere where foreign text can be.</summary>
    public static GateReport With(string text) => Passing with
    {
        Target = text,
        NotChecked = [text],
        WaiversUsed = [new Waiver("DBG0104", text, text, text, new DateOnly(2027, 1, 31))],
        Problems = [
            EditedProblem with { Message = text, Cause = text, State = text, Fix = text, Location = new SourceLocation(text, 3),
                Excerpt = new SourceExcerpt(1, [text], 1), Remedies = [Remedy.FromLines(text, [text])] }],
        Steps = [
            Step(
                "production-safety", 1,
                new StepResult { Summary = text, Facts = [new Fact(text, text)],
                    Checks = [Check("DBG0101", "databaseSafety", CheckResult.Passed(text))] })],
    };

    static Problem EditedProblem => new(Edited, "migration 20261101_a was edited after it was applied")
    {
        Cause = "the ledger holds sha256 1111, the file has 2222",
        State = DatabaseState.Untouched,
        Fix = "put the file back as it was",
        Location = new SourceLocation("prisma/migrations/20261101_a/migration.sql", 7, 3),
    };

    static Problem RetestSoon =>
        new(new ProblemCode("DBG0123", "Restore test", ExitCode.Blocked), "the restore test is 80 days old") { Severity =
            Severity.Warning };

    static Problem Forged =>
        new(Reached, Hostile) { Cause = Lines, State = Hostile, Fix = Lines,
            Location = new SourceLocation(Hostile + "\n::error::forged", 1), Excerpt =
                SourceExcerpt.From($"::error::forged\n{Hostile}\n```\n{Lines}", 2),
                Remedies = [Remedy.FromLines(Hostile, [Lines, "::error::forged", "````"])] };

    static StepReport Step(string name, double seconds, StepResult result) =>
        new(new StepDescriptor(name, ""), result, TimeSpan.FromSeconds(seconds));

    static CheckReport Check(string id, string name, CheckResult result) =>
        new(new CheckDescriptor(id, name, $"{name} holds", "mend it"), result, TimeSpan.FromMilliseconds(12.7));
}
