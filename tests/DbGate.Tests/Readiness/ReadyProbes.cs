using System.Net;
using DbGate.Problems;
using DbGate.Readiness;

namespace DbGate.Tests.Readiness;

[Parallelizable(ParallelScope.All)]
public sealed class ReadyProbes
{
    const string Ready = """{"status":"ready","checks":{}}""";
    static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    /// <summary>Shorter than the time that a request has at least.</summary>
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(0.9);

    /// <summary>
    /// The pauses are not waited for; the answer is waited for however long it takes, or from a silent application not at all.
    /// </summary>
    static async Task<(ReadyAnswer Answer, int Attempts)> AskAsync(
        Uri address, TimeSpan deadline, CancellationToken cancellationToken = default, bool isSilent = false)
    {
        using var http = ReadyProbe.CreateClient();
        var clock = new FakeClock(DateTimeOffset.UnixEpoch);
        return await clock.RunAsync(
            new ReadyProbe(http, clock).WaitAsync(address, deadline, cancellationToken), isSilent ? null : LongestPause);
    }

    [Test]
    public async Task Take_200_and_the_word_ready()
    {
        await using var server = AnsweringServer.Start(HttpStatusCode.OK, Ready);
        var (answer, attempts) = await AskAsync(server.Address, Long);

        Assert.That((answer.Said, attempts), Is.EqualTo(("ready", 1)));
    }

    [TestCase(
        """{"status":"ok","info":{"database":{"status":"up"}},"error":{},"details":{"database":{"status":"up"}}}""", "ok",
        TestName = "NestJS terminus")]
    [TestCase("Healthy", "Healthy", TestName = "ASP.NET Core health checks as they come")]
    [TestCase(
        """{"status":"Healthy","totalDuration":"00:00:00.01","entries":{"npgsql":{"data":{},"duration":"00:00:00.01","status":"Healthy","tags":[]}}}""", "Healthy", TestName = "ASP.NET Core health checks with a JSON writer")]
    [TestCase(
        """{"status":"Healthy","results":{"db":{"status":"Healthy","description":null,"data":{}}}}""", "Healthy",
        TestName = "ASP.NET Core health checks with the documentation's writer")]
    public async Task Take_the_word_of_other_health_checks(string body, string said)
    {
        await using var server = AnsweringServer.Start(HttpStatusCode.OK, body);

        Assert.That((await AskAsync(server.Address, Long)).Answer.Said, Is.EqualTo(said));
    }

    [Test]
    public async Task Ask_again_until_it_is_ready()
    {
        await using var server = AnsweringServer.Start((request, response, _) => request < 3
            ? AnsweringServer.WriteAsync(response, HttpStatusCode.ServiceUnavailable, """{"status":"not_ready"}""")
            : AnsweringServer.WriteAsync(response, HttpStatusCode.OK, Ready));

        Assert.That((await AskAsync(server.Address, Long)).Attempts, Is.EqualTo(3));
    }

    [TestCase(
        HttpStatusCode.ServiceUnavailable, """{"status":"not_ready","checks":{"migrations":{"ok":false}}}""", "application/json",
        "503 {\"status\":\"not_ready\"")]
    [TestCase(HttpStatusCode.ServiceUnavailable, Ready, "application/json", "503", TestName = "The word ready with 503 is not ready")]
    [TestCase(HttpStatusCode.OK, "<!doctype html><title>Welcome</title>", "text/html", "200 <!doctype html>")]
    [TestCase(HttpStatusCode.OK, "ready", "text/plain", "200 ready")]
    [TestCase(HttpStatusCode.OK, """{"status":"READY"}""", "application/json", "200")]
    [TestCase(HttpStatusCode.OK, """{"status":true}""", "application/json", "200")]
    [TestCase(HttpStatusCode.OK, """["ready"]""", "application/json", "200")]
    [TestCase(HttpStatusCode.OK, """{"status":"ok"}""", "application/json", "200", TestName = "The ok of a liveness endpoint is not ready")]
    [TestCase(
        HttpStatusCode.OK, """{"status":"ok","info":{},"error":{},"details":{"redis":{"status":"down"}}}""", "application/json", "200",
        TestName = "Terminus with a part that is down is not ready")]
    [TestCase(
        HttpStatusCode.OK, """{"status":"ok","info":{},"error":{"redis":{"status":"down"}},"details":{}}""", "application/json", "200",
        TestName = "Terminus with an error is not ready")]
    [TestCase(
        HttpStatusCode.ServiceUnavailable,
        """{"status":"error","info":{},"error":{"db":{"status":"down"}},"details":{"db":{"status":"down"}}}""", "application/json",
        "503 {\"status\":\"error\"")]
    [TestCase(
        HttpStatusCode.ServiceUnavailable, """{"status":"shutting_down","info":{},"error":{},"details":{}}""", "application/json", "503")]
    [TestCase(HttpStatusCode.OK, "Degraded", "text/plain", "200 Degraded")]
    [TestCase(HttpStatusCode.ServiceUnavailable, "Unhealthy", "text/plain", "503 Unhealthy")]
    [TestCase(HttpStatusCode.OK, "Healthy food for all", "text/plain", "200 Healthy food")]
    [TestCase(HttpStatusCode.OK, """{"status":"Degraded","entries":{}}""", "application/json", "200")]
    [TestCase(
        HttpStatusCode.OK, """{"status":"Healthy","entries":{"db":{"status":"Unhealthy"}}}""", "application/json", "200",
        TestName = "Healthy with an unhealthy part is not ready")]
    [TestCase(HttpStatusCode.OK, "", "application/json", "200")]
    [TestCase(HttpStatusCode.Accepted, Ready, "application/json", "202")]
    [TestCase(HttpStatusCode.Unauthorized, "", "text/plain", "401")]
    [TestCase(HttpStatusCode.OK, "hello", "text/plain; charset=no-such-charset", "200 hello")]
    public async Task Take_nothing_else(HttpStatusCode status, string body, string contentType, string last)
    {
        await using var server = AnsweringServer.Start(status, body, contentType);

        Assert.That(
            () => AskAsync(server.Address, Short), Failure.From("DBG0602", problem => problem.Cause!.StartsWith($"last answer: {last}")));
    }

    [Test]
    public async Task Follow_no_redirect()
    {
        await using var login = AnsweringServer.Start(HttpStatusCode.OK, Ready);
        await using var server = AnsweringServer.Start((_, response, _) =>
        {
            response.Redirect(login.Address.ToString());
            return Task.CompletedTask;
        });

        Assert.That(() => AskAsync(server.Address, Short),
            Failure.From("DBG0602", problem => problem.Cause!.StartsWith("last answer: 302")));
        Assert.That(login.Requests, Is.Zero);
    }

    [Test]
    public async Task Do_not_wait_for_an_answer_that_never_comes()
    {
        await using var server = AnsweringServer.Start((_, _, stopping) => Task.Delay(Timeout.Infinite, stopping));

        Assert.That(
            () => AskAsync(server.Address, Short, isSilent: true),
            Failure.From("DBG0602", problem => problem.Cause!.StartsWith("last answer: no answer within")));
    }

    /// <summary>As <see cref="SocketsHttpHandler"/> states it.</summary>
    [Test]
    public void Take_a_connection_that_took_too_long_for_no_answer()
    {
        using var http = new HttpClient(new Stub(() => throw new TaskCanceledException("no connection", new TimeoutException())));
        var clock = new FakeClock(DateTimeOffset.UnixEpoch);

        Assert.That(
            () => clock.RunAsync(new ReadyProbe(http, clock).WaitAsync(new Uri("http://app/ready"), Short, CancellationToken.None)),
            Failure.From("DBG0602", problem => problem.Cause!.StartsWith("last answer: no answer within")));
    }

    [Test]
    public async Task Read_no_endless_body()
    {
        var piece = new byte[8192];
        await using var server = AnsweringServer.Start(async (_, response, stopping) =>
        {
            response.ContentType = "application/json";
            while (true)
            {
                await response.OutputStream.WriteAsync(piece, stopping);
            }
        });

        Assert.That(() => AskAsync(server.Address, Short), Failure.From("DBG0602"));
    }

    [Test]
    public void Say_that_nobody_listens()
    {
        var address = new Uri("http://127.0.0.1:1/ready");

        Assert.That(() => AskAsync(address, Short), Failure.From("DBG0602", problem => problem.Cause!.Contains("refused")));
    }

    [Test]
    public void Show_no_token_of_the_address()
    {
        var address = new Uri("http://user:hunter2@127.0.0.1:1/ready?token=hunter2");

        Assert.That(() => AskAsync(address, Short), Failure.From("DBG0602", problem => !$"{problem}".Contains("hunter2")));
    }

    [Test]
    public async Task End_when_they_are_cancelled()
    {
        using var cancellationSource = new CancellationTokenSource();
        await using var server = AnsweringServer.Start(async (_, _, stopping) =>
        {
            await cancellationSource.CancelAsync();
            await Task.Delay(Timeout.Infinite, stopping);
        });

        Assert.That(() => AskAsync(server.Address, Long, cancellationSource.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Pause_longer_and_longer_and_end_at_the_deadline()
    {
        var clock = new FakeClock(DateTimeOffset.UnixEpoch);
        var asked = new List<TimeSpan>();
        using var http = new HttpClient(new Stub(() => asked.Add(clock.GetUtcNow() - DateTimeOffset.UnixEpoch)));
        var waiting = new ReadyProbe(http, clock).WaitAsync(new Uri("http://app/ready"), TimeSpan.FromSeconds(20), CancellationToken.None);

        Assert.That(
            () => clock.RunAsync(waiting),
            Failure.From("DBG0602", problem => problem.Message == "http://app/ready did not become ready within 20 s (9 attempts)"));
        Assert.That(asked.Select(time => time.TotalSeconds), Is.EqualTo(new[] { 0, 0.2, 0.6, 1.4, 3, 6.2, 11.2, 16.2, 20 }));
    }

    sealed class Stub(Action asked) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationSource)
        {
            asked();
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { Content = new StringContent("") });
        }
    }
}
