using DbGate.Checks;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Targets;
using DbGate.Texts;

namespace DbGate.Gates.Doctor;

/// <summary>What a release to this environment would be blocked by, by the very checks that it runs first.</summary>
static class ReleaseOutlook
{
    /// <summary>
    /// Everything before the backup: the guard, TLS and limits, backup settings, secrets in files, the ledger, the deploy's program.
    /// </summary>
    static readonly ICheck[] Checks = [new GuardCheck(), .. CheckCatalog.BeforeRelease];

    public static async Task<Examination> LookAsync(GateContext context, CancellationToken cancellationToken)
    {
        if (context.FindTarget() is null)
        {
            return Examination.From(); // another look reports it
        }

        var reports = await CheckRunner.RunAsync(Checks, context, cancellationToken);
        var facts = reports.Where(report => !report.Result.IsBlocking && report.Check.Name != "guard")
            .Select(report => new Fact(report.Check.Name, report.Result.Details));
        return new(
            [.. facts, .. await EvidenceAsync(context, cancellationToken)],
            [.. reports.SelectMany(report => report.Result.Problems).Where(problem => problem.Severity != Severity.Information)]);
    }

    /// <summary>A release takes its own backup; what production lacks before the first one is a restore test.</summary>
    static async Task<IReadOnlyList<Fact>> EvidenceAsync(GateContext context, CancellationToken cancellationToken)
    {
        await using var connection = await DirectConnection.OpenAsync(context.Target, cancellationToken);
        CommandOption environment = ("environment", context.Environment.ToString().ToLowerInvariant());
        var now = context.Clock.GetUtcNow();
        var backup = await context.Services.Evidence.NewestVerifiedAsync(context, connection.Identity, cancellationToken);
        var test = await context.Services.Evidence.NewestRestoreTestAsync(context, cancellationToken);
        return
        [
            new Fact("last backup", backup is null
                ? "none"
                : $"{backup.Location}, {TextSanitizer.Duration(now - backup.TakenAt)} ago"),
            new Fact("restore test", test is null
                ? "none: whether a backup restores is not known"
                : $"{TextSanitizer.Duration(now - test.TestedAt)} ago")
            {
                Commands = test is null
                    ? [.. backup is null ? [FixCommand.Gate("backup", environment)] : Array.Empty<FixCommand>(),
                        FixCommand.Gate("restore-test", environment)]
                    : [],
            },
        ];
    }
}
