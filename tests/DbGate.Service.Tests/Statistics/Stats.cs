using System.Net;
using System.Text.Json;

namespace DbGate.Service.Tests.Statistics;

[Category("Postgres")]
public sealed class Stats
{
    ServedProject project = null!;
    RunningService service = null!;

    [OneTimeSetUp]
    public async Task Deploy()
    {
        project = await ServedProject.CreateAsync();
        await project.Database.ExecuteAsync(Wallet.Seed + "; analyze");
        service = await RunningService.StartAsync(project.Read());
    }

    [OneTimeTearDown]
    public async Task Remove()
    {
        await service.DisposeAsync();
        await project.DisposeAsync();
    }

    [Test]
    public async Task Speak_the_contract()
    {
        var (status, body, _) = await service.GetAsync("/admin/database/stats", RunningService.Token);
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(
            root.EnumerateObject().Select(property => property.Name), Is.EqualTo(new[] { "sizeBytes", "sizeMB", "tableCount", "tables" }));
        Assert.That(root.GetProperty("tableCount").GetInt32(), Is.EqualTo(root.GetProperty("tables").GetArrayLength()));
        Assert.That(
            root.GetProperty("tables")[0].EnumerateObject().Select(property => property.Name), Is.EqualTo(new[] { "name", "rowCount" }));
        Assert.That(
            root.GetProperty("sizeMB").GetInt64(), Is.EqualTo((long)Math.Round(root.GetProperty("sizeBytes").GetInt64() / 1048576.0)));
    }

    [Test]
    public async Task Count_exactly_when_asked_and_say_the_same_of_analyzed_tables()
    {
        var estimated = (await service.GetAsync("/admin/database/stats", RunningService.Token)).Body;
        var exact = (await service.GetAsync("/admin/database/stats?exact=true", RunningService.Token)).Body;

        Assert.That(Tables(exact), Is.EqualTo(Tables(estimated)));
        Assert.That(
            Tables(exact).Single(table => table.Name == "public.User").Rows,
            Is.EqualTo(await project.Database.ScalarAsync<long>("""select count(*) from "User" """)));
    }

    [Test]
    public async Task Of_a_database_that_does_not_answer_name_nothing()
    {
        await using var other =
            await RunningService.StartAsync(project.Read(("DATABASE_URL", "postgresql://mallory:hunter2secret@127.0.0.1:1/treasury")));
        var (status, body, _) = await other.GetAsync("/admin/database/stats", RunningService.Token);

        Assert.That(status, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(
            body,
            Does.Contain("DBG0617").And.Not.Contains("127.0.0.1").And.Not.Contains("mallory").And.Not.Contains("treasury").And.Not.Contains(
                "hunter2"));
    }

    [Test]
    public async Task Stop_counting_when_nobody_listens_any_more_and_let_the_next_one_count()
    {
        await using var blocker = await project.Database.ConnectAsync();
        await using var hold = new Npgsql.NpgsqlCommand("""begin; lock table "Wallet" in access exclusive mode""", blocker);
        await hold.ExecuteNonQueryAsync();

        using (var request = new HttpRequestMessage(HttpMethod.Get, "/admin/database/stats?exact=true"))
        {
            request.Headers.Authorization = new("Bearer", RunningService.Token);
            using var response = await service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the count has begun to stream");
            Assert.That(
                async () =>
                    await project.Database.ScalarAsync<long>(
                        "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'dbgate-stats' "
                            + "and wait_event_type = 'Lock'"),
                Is.EqualTo(1).After(60).Seconds.PollEvery(50).MilliSeconds);
            Assert.That(
                (await service.GetAsync("/admin/database/stats?exact=true", RunningService.Token)).Status,
                Is.EqualTo(HttpStatusCode.TooManyRequests));
        }

        Assert.That(project.SessionsAsync, Is.Zero.After(60).Seconds.PollEvery(50).MilliSeconds, "the count has ended in the database too");
        await blocker.CloseAsync();
        Assert.That(
            async () => (await service.GetAsync("/admin/database/stats?exact=true", RunningService.Token)).Status,
            // 120 requests a minute are let in
            Is.EqualTo(HttpStatusCode.OK).After(60).Seconds.PollEvery(300).MilliSeconds, "when the one before has let go");
    }

    static (string? Name, long Rows)[] Tables(string body)
    {
        using var document = JsonDocument.Parse(body);
        return [.. document.RootElement.GetProperty("tables")
            .EnumerateArray()
            .Select(table => (table.GetProperty("name").GetString(), table.GetProperty("rowCount").GetInt64()))];
    }
}
