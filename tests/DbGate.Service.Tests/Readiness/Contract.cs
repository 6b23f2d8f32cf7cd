using System.Net;

namespace DbGate.Service.Tests.Readiness;

[Category("Postgres")]
public sealed class Contract
{
    ServedProject project = null!;

    [OneTimeSetUp]
    public async Task Deploy() => project = await ServedProject.CreateAsync(ownServer: true);

    [OneTimeTearDown]
    public async Task Remove() => await project.DisposeAsync();

    [Test]
    public async Task Says_ready_word_for_word()
    {
        await using var service = await RunningService.StartAsync(project.Read(("DBGATE_ENVIRONMENT", "production")));
        var (status, body, response) = await service.GetAsync("/ready");

        Assert.That(
            body,
            Does.StartWith(
                """{"status":"ready","checks":{"migrations":{"ok":true,"details":"4/4 migrations applied"},"databaseSafety":{"ok":true,"details":"PostgreSQL """));
        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Headers.CacheControl!.ToString(), Is.EqualTo("no-store"));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/json"));
        Assert.That(response.Headers.Age, Is.LessThan(TimeSpan.FromMinutes(2)));
    }

    [Test]
    public async Task Says_not_ready_word_for_word()
    {
        using var wallet = Wallet.Copy();
        wallet.UpgradeToNext();
        await using var service = await RunningService.StartAsync(project.Read(
            ("DBGATE_ENVIRONMENT", "production"),
            ("DBGATE_MIGRATIONS", wallet.Migrations),
            ("DATABASE_URL", project.Database.UrlText.Replace("sslmode=require", "sslmode=disable")),
            ("BACKUP_ENABLED", "false"),
            ("LAST_BACKUP_RESTORE_TEST_DATE", DateTime.UtcNow.AddDays(-120).ToString("yyyy-MM-dd"))));
        var (status, body, response) = await service.GetAsync("/ready");

        Assert.That(body, Is.EqualTo(
            """
            {"status":"not_ready","checks":{
            "migrations":{"ok":false,"details":"Migration issues: 1 pending"},
            "databaseSafety":{"ok":false,"details":"Database connection must use SSL in production"},
            "backupConfig":{"ok":false,"details":"BACKUP_ENABLED must be set to 'true' in production; Backup restore test is 120 days old - test backups every 90 days"}}}
            """.Replace("\n", "")));
        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(response.Headers.CacheControl!.ToString(), Is.EqualTo("no-store"));
    }

    [Test]
    public async Task Lives_without_a_database()
    {
        await using var service = await RunningService.StartAsync(project.Read(("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")));
        var (status, body, _) = await service.GetAsync("/live");

        Assert.That((status, body), Is.EqualTo((HttpStatusCode.OK, """{"status":"live"}""")));
        Assert.That(service.Runs, Is.Zero);
    }

    [Test]
    public async Task Answers_HEAD_without_a_body()
    {
        await using var service = await RunningService.StartAsync(project.Read());
        using var request = new HttpRequestMessage(HttpMethod.Head, "/ready");
        using var response = await service.Http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await response.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [Test]
    public async Task Runs_the_checks_once_for_a_flood()
    {
        await using var service = await RunningService.StartAsync(project.Read());
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => service.GetAsync("/ready")));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(HttpStatusCode.OK));
        Assert.That(service.Runs, Is.EqualTo(1));
    }
}
