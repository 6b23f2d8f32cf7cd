using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Tests.Gates.Steps;

/// <summary>What a weekly schedule asks: whether a restore test is due.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RestoreTestsThatAreDue
{
    [Test]
    public async Task Are_not_repeated_while_the_newest_is_younger()
    {
        var result = await RunAsync(TimeSpan.FromDays(79), "80d");

        Assert.That(
            (result.IsBlocking, result.Summary),
            Is.EqualTo((false, "not due: the newest restore test is 79 days old, and is repeated after 80")));
    }

    // Without a backup there, a test that begins ends at once with DBG0324.
    [TestCase(81, "80d")]
    [TestCase(1, "0s")]
    [TestCase(null, "80d")]
    public void Begin_when_the_newest_is_older_or_missing_or_nobody_asks(int? days, string due) =>
        Assert.That(() => RunAsync(days is { } age ? TimeSpan.FromDays(age) : null, due), Failure.From("DBG0324"));

    static async Task<StepResult> RunAsync(TimeSpan? age, string due)
    {
        using var project = new GatedProject();
        var settings =
            project.Read(
                new() { ["DATABASE_URL_PROD"] = "postgresql://app@127.0.0.1:1/shop" },
                new() { ["environment"] = "production", ["due-after"] = due });
        await using var context = new GateContext(settings, GateServices.Real with { Evidence = new Newest(age) });
        return await new RestoreTestStep().RunAsync(context, CancellationToken.None);
    }

    sealed class Newest(TimeSpan? age) : IBackupEvidence
    {
        public Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken) =>
            Task.FromResult<BackupProof?>(null);

        public Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken) =>
            Task.FromResult(age is { } past ? new RestoreTestRecord(context.Clock.GetUtcNow() - past, "the store", null) : null);
    }
}
