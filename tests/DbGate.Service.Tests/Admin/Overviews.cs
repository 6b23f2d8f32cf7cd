using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;
using DbGate.Service.Admin;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Service.Tests.Admin;

[Category("Postgres")]
public sealed class Overviews
{
    [Test]
    public async Task Hold_the_checks_the_backups_and_the_history_of_releases()
    {
        await using var project = await ServedProject.CreateAsync();
        await using (var run = new GateRunner(new GateContext(project.Read())))
        {
            await run.ExecuteAsync(new BackupFirstStep(), CancellationToken.None);
            await run.RecordAsync();
        }

        await using var service = await RunningService.StartAsync(project.Read());
        var overview = await service.Services.GetRequiredService<OverviewSource>().GetAsync(CancellationToken.None);

        Assert.That(overview.Problems, Is.Empty);
        Assert.That(
            overview.Ready.Reports.Select(report => report.Check.Name),
            Is.EqualTo(new[] { "migrations", "databaseSafety", "backupConfig" }));
        Assert.That(overview.Metrics!.LastBackupBytes, Is.Positive);
        Assert.That(
            overview.Records.Select(record => (record.Kind, record.Outcome)),
            Is.EqualTo(new[] { ("gate", "passed"), ("backup-first", "passed") }));
        Assert.That(overview.Target, Does.Contain(project.Database.Name).And.Not.Contains(project.Database.Url.Password!));
    }

    [Test]
    public async Task Say_what_they_could_not_read()
    {
        await using var project = await ServedProject.CreateAsync();
        await using var service = await RunningService.StartAsync(project.Read(("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")));
        var overview = await service.Services.GetRequiredService<OverviewSource>().GetAsync(CancellationToken.None);

        Assert.That(overview.Ready.IsReady, Is.False);
        Assert.That(overview.Problems.Select(problem => problem.Code.Id), Does.Contain("DBG0029"));
    }
}
