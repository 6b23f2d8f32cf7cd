using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using DbGate.Backups.History;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Targets;

namespace DbGate.Service.Tests.Metrics;

[Category("Postgres")]
public sealed partial class Scrapes
{
    [Test]
    public async Task Show_checks_sizes_and_ages_in_prometheus_text()
    {
        await using var project = await ServedProject.CreateAsync();
        await using (var run = new GateRunner(new GateContext(project.Read(("DBGATE_ENVIRONMENT", "development")))))
        {
            Assert.That(
                (await run.ExecuteAsync(new BackupFirstStep(), CancellationToken.None)).Result.IsBlocking, Is.False,
                run.Report().AllProblems.FirstOrDefault()?.Message);
        }

        await using var service = await RunningService.StartAsync(
            project.Read(("DBGATE_ENVIRONMENT", "development")), GateServices.Real with { Evidence = new TestedYesterday() });
        var (status, body, response) = await service.GetAsync("/metrics");
        var samples = Read(body);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(samples["dbgate_ready"], Is.EqualTo(1));
        Assert.That(samples["dbgate_check_ok{check=\"migrations\"}"], Is.EqualTo(1));
        Assert.That(samples["dbgate_check_ok{check=\"backupConfig\"}"], Is.EqualTo(1));
        Assert.That(samples["dbgate_ready_runs_total"], Is.EqualTo(1));
        Assert.That(
            samples["dbgate_database_size_bytes"],
            Is.EqualTo(await project.Database.ScalarAsync<long>("select pg_database_size(current_database())")).Within(20).Percent);
        Assert.That(samples["dbgate_backup_size_bytes"], Is.GreaterThan(1000));
        Assert.That(samples["dbgate_backup_age_seconds"], Is.InRange(0, 600));
        Assert.That(samples["dbgate_restore_test_age_seconds"], Is.InRange(86000, 87600));
        Assert.That(samples.Keys, Has.None.StartsWith("dbgate_replication_lag"), "there is no replica");
    }

    [Test]
    public async Task Go_on_when_the_database_is_gone()
    {
        await using var project = await ServedProject.CreateAsync();
        await using var service = await RunningService.StartAsync(project.Read(("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")));
        var (status, body, _) = await service.GetAsync("/metrics");

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(Read(body)["dbgate_check_ok{check=\"migrations\"}"], Is.Zero);
    }

    /// <summary>Strictly: every line is a comment of a family or a sample of it.</summary>
    static Dictionary<string, double> Read(string body)
    {
        var samples = new Dictionary<string, double>();
        var family = "";
        foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                family = comment.Groups["name"].Value;
                continue;
            }

            var sample = Sample().Match(line);
            Assert.That(sample.Success, Is.True, line);
            Assert.That(sample.Groups["name"].Value, Is.EqualTo(family), line);
            samples.Add(sample.Groups["series"].Value, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
        }

        return samples;
    }

    [GeneratedRegex(@"^# (HELP (?<name>[a-z_]+) .+|TYPE (?<name>[a-z_]+) (gauge|counter))$")]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<series>(?<name>[a-z_]+)(\{[a-z]+="[^"]*"\})?) (?<value>[0-9.eE+-]+)$""")]
    private static partial Regex Sample();

    sealed class TestedYesterday : IBackupEvidence
    {
        public Task<BackupProof?> NewestVerifiedAsync(GateContext context, TargetIdentity target, CancellationToken cancellationToken) =>
            Task.FromResult<BackupProof?>(null);

        public Task<RestoreTestRecord?> NewestRestoreTestAsync(GateContext context, CancellationToken cancellationToken) =>
            Task.FromResult<RestoreTestRecord?>(new(DateTimeOffset.UtcNow.AddDays(-1), "store/record.json", null));

        public Task<BackupHistory?> HistoryAsync(GateContext context, CancellationToken cancellationToken) =>
            Task.FromResult<BackupHistory?>(null);
    }
}
