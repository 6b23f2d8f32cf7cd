using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Service.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DbGate.Service.Tests.Admin;

[Category("Postgres")]
public sealed class AdminAccess
{
    const string Stats = "/admin/database/stats";

    ServedProject project = null!;

    [OneTimeSetUp]
    public async Task Deploy() => project = await ServedProject.CreateAsync();

    [OneTimeTearDown]
    public async Task Remove() => await project.DisposeAsync();

    [Test]
    public async Task Open_with_the_token()
    {
        await using var service = await RunningService.StartAsync(project.Read());
        var (status, _, response) = await service.GetAsync(Stats, RunningService.Token);

        Assert.That(status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(response.Headers.CacheControl!.ToString(), Is.EqualTo("no-store"));
    }

    [Test]
    public async Task Open_in_a_browser_with_the_token_as_the_password()
    {
        await using var service = await RunningService.StartAsync(project.Read());
        using var request = new HttpRequestMessage(HttpMethod.Get, Stats);
        request.Headers.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anna:{RunningService.Token}")));
        using var response = await service.Http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase(null)]
    [TestCase("Bearer")]
    [TestCase("Bearer wrong-horse-battery-staple")]
    [TestCase("Bearer correct-horse-battery-stapl")]
    [TestCase("Bearer correct-horse-battery-staple2")]
    [TestCase("Basic correct-horse-battery-staple")]
    [TestCase("Basic Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ==", TestName = "Basic without a colon")]
    [TestCase("Digest correct-horse-battery-staple")]
    public async Task Stay_shut_without_it(string? authorization)
    {
        await using var service = await RunningService.StartAsync(project.Read());
        using var request = new HttpRequestMessage(HttpMethod.Get, Stats);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await service.Http.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(response.Headers.WwwAuthenticate.Select(way => way.Scheme), Is.EquivalentTo(new[] { "Bearer", "Basic" }));
        Assert.That(
            await response.Content.ReadAsStringAsync(),
            Does.StartWith("""{"code":"DBG0611","error":"Admin needs a token or a client certificate","fix":"""));
    }

    [Test]
    public async Task Stay_shut_for_everybody_when_nothing_is_set()
    {
        await using var service = await RunningService.StartAsync(project.Read(("DBGATE_ADMIN_TOKEN", "")));
        var (status, body, _) = await service.GetAsync(Stats, "");

        Assert.That((status, body), Is.EqualTo((HttpStatusCode.Forbidden, body)));
        Assert.That(body, Does.Contain("DBG0610"));
    }

    [Test]
    public async Task Take_the_token_of_another_variable()
    {
        await using var service = await RunningService.StartAsync(Named("OPS_TOKEN", "another-token-of-32-characters!!"));

        Assert.That((await service.GetAsync(Stats, "another-token-of-32-characters!!")).Status, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await service.GetAsync(Stats, RunningService.Token)).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public void Have_no_short_token() =>
        Assert.That(
            () => AdminCredentials.Read(project.Read(("DBGATE_ADMIN_TOKEN", "hunter2"))),
            Throws.TypeOf<GateException>().With.Property("Problem")
                .Matches<Problem>(problem => problem.Code.Id == "DBG0614" && !problem.Message.Contains("hunter2")));

    [Test]
    public async Task Do_not_look_at_the_right_token_after_too_many_wrong_ones()
    {
        await using var service = await RunningService.StartAsync(project.Read());
        for (var i = 0; i < AdminLimits.Refusals; i++)
        {
            Assert.That((await service.GetAsync(Stats, $"wrong-horse-battery-staple-{i}")).Status, Is.EqualTo(HttpStatusCode.Unauthorized));
        }

        var (status, body, response) = await service.GetAsync(Stats, RunningService.Token);
        Assert.That(status, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(response.Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromMinutes(1)));
        Assert.That(body, Does.Contain("DBG0612"));
        Assert.That((await service.GetAsync("/ready")).Status, Is.EqualTo(HttpStatusCode.OK), "probes go on");
    }

    [Test]
    public async Task Turn_away_who_asks_too_often()
    {
        await using var service =
            await RunningService.StartAsync(project.Read(), null, builder => builder.Services.AddSingleton(new AdminLimits(requests: 3)));
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            answers.Add((await service.GetAsync(Stats, RunningService.Token)).Status);
        }

        Assert.That(answers, Is.EqualTo(new[] { HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests }));
    }

    [Test]
    public void Take_no_token_that_a_file_of_the_commit_holds()
    {
        var file = Path.Combine(project.Wallet.Folder, ".env");
        File.WriteAllText(file, "OPS_TOKEN=another-token-of-32-characters!!\n");
        try
        {
            Assert.That(
                () =>
                    AdminCredentials.Read(project.Read(new Dictionary<string, string> { ["service-admin-token-variable"] = "OPS_TOKEN" })),
                Throws.TypeOf<GateException>().With.Property("Problem")
                    .Matches<Problem>(problem => problem.Code.Id == "DBG0580" && problem.Location?.Line == 1));
        }
        finally
        {
            File.Delete(file);
        }
    }

    Settings Named(string variable, string token) =>
        project.Read(new Dictionary<string, string> { ["service-admin-token-variable"] = variable }, (variable, token));
}
