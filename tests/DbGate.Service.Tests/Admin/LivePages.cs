using System.Net;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;

namespace DbGate.Service.Tests.Admin;

[Category("Postgres")]
public sealed class LivePages
{
    [Test]
    public async Task Show_gates_backups_and_releases_to_whoever_has_the_token()
    {
        await using var project = await ServedProject.CreateAsync();
        await using (var run = new GateRunner(new GateContext(project.Read())))
        {
            await run.ExecuteAsync(new BackupFirstStep(), CancellationToken.None);
            await run.RecordAsync();
        }

        await using var service = await RunningService.StartAsync(project.Read());
        var (status, page, response) = await service.GetAsync("/admin", RunningService.Token);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(response.Headers.CacheControl!.NoStore, Is.True);
        Assert.That(
            response.Headers.GetValues("Content-Security-Policy").Single(),
            Does.StartWith("default-src 'none'").And.EndWith("frame-ancestors 'none'"));
        Assert.That(
            page,
            Does.Contain("databaseSafety").And.Contain("backup-first").And.Contain("1 backup since").And.Contain(
                "not protected by triggers"));
        Assert.That(page, Does.Not.Contain(project.Database.Url.Password!));
        Assert.That((await service.GetAsync("/admin")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task Say_what_they_could_not_read()
    {
        await using var project = await ServedProject.CreateAsync();
        await using var service = await RunningService.StartAsync(project.Read(("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")));
        var (status, page, _) = await service.GetAsync("/admin", RunningService.Token);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(page, Does.Contain("<h1 id=\"verdict\">Not ready</h1>").And.Contain("What could not be read"));
    }
}
