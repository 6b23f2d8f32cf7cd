using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;
using DbGate.Scratch;

namespace DbGate.Tests.Postgres;

[Category("Postgres")]
[Parallelizable(ParallelScope.Children)]
public sealed class EncryptedSessions
{
    static readonly CancellationToken None = CancellationToken.None;

    ThrowawayServer server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => server = await TestServer.StartLocalAsync(new()
    {
        Ssl = true,

        // The second address is in no certificate.
        Settings = new Dictionary<string, string> { ["listen_addresses"] = "127.0.0.1, 127.0.0.2" },
    });

    [OneTimeTearDown]
    public async Task StopAsync() => await (server?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    public async Task Are_proven_by_the_server()
    {
        await using var session = await Session.OpenAsync(With("sslmode=require"), null, None);
        var facts = await ServerFacts.ReadAsync(session, None);

        Assert.That((facts.Encrypted, facts.TlsVersion), Is.EqualTo((true, "TLSv1.3")));
    }

    [Test]
    public async Task Are_not_assumed()
    {
        await using var session = await Session.OpenAsync(With("sslmode=disable"), null, None);

        Assert.That((await ServerFacts.ReadAsync(session, None)).Encrypted, Is.False);
    }

    [Test]
    public async Task Verify_the_certificate_where_an_authority_is_known()
    {
        await using var session = await Session.OpenAsync(With($"sslmode=require&sslcert={Uri.EscapeDataString(Authority)}"), null, None);

        Assert.That((await ServerFacts.ReadAsync(session, None)).Encrypted, Is.True);
    }

    [TestCase("sslmode=require&sslaccept=strict")]
    [TestCase("sslmode=verify-full")]
    [TestCase("sslrootcert=system")]
    public void Are_refused_when_nobody_vouches_for_the_certificate(string parameters) =>
        Assert.That(Refusal(With(parameters)).Code.Id, Is.EqualTo("DBG0034"));

    [Test]
    public void Are_refused_under_another_name() =>
        Assert.That(
            Refusal(With($"sslmode=verify-full&sslrootcert={Uri.EscapeDataString(Authority)}") with { Host = "127.0.0.2" }).Code.Id,
            Is.EqualTo("DBG0034"));

    [Test]
    public async Task Need_no_name_with_verify_ca()
    {
        await using var session =
            await Session.OpenAsync(
                With($"sslmode=verify-ca&sslrootcert={Uri.EscapeDataString(Authority)}") with { Host = "127.0.0.2" }, null, None);

        Assert.That((await ServerFacts.ReadAsync(session, None)).Encrypted, Is.True);
    }

    [Test]
    public void Need_an_authority_that_can_be_read() =>
        Assert.That(Refusal(With("sslmode=require&sslcert=%2Fnowhere%2Fca.pem")).Code.Id, Is.EqualTo("DBG0034"));

    [Test]
    public async Task Need_a_server_that_has_TLS()
    {
        var problem = Refusal((await TestServer.SharedAsync()).Url.WithParameter("sslmode", "require"));

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0033", ExitCode.Blocked)));
    }

    [TestCase("sslmode=disable", false)]
    [TestCase("sslmode=require", true)]
    [TestCase("sslmode=verify-full&sslrootcert=AUTHORITY", true)]
    public async Task Are_the_same_for_the_client_tools(string parameters, bool encrypted)
    {
        var url = With(parameters.Replace("AUTHORITY", Uri.EscapeDataString(Authority), StringComparison.Ordinal));
        await using var environment = await LibpqEnvironment.CreateAsync(url, None);
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(
                "psql", "-XAtc", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") { Environment = environment.Variables }, None);

        Assert.That((outcome.StandardOutput, outcome.StandardError), Is.EqualTo((encrypted ? "t" : "f", "")));
    }

    [Test]
    public async Task Are_refused_to_the_client_tools_too_when_nobody_vouches()
    {
        await using var environment = await LibpqEnvironment.CreateAsync(With("sslmode=require&sslaccept=strict"), None);
        var outcome =
            await ChildProcess.RunAsync(new ChildCommand("psql", "-XAtc", "SELECT 1") { Environment = environment.Variables }, None);

        Assert.That((outcome.ExitCode, outcome.StandardOutput), Is.EqualTo((2, "")));
        Assert.That(outcome.StandardError, Does.Contain("certificate"));
    }

    string Authority => Path.Combine(server.Folder, "server.crt");

    PostgresUrl With(string parameters) =>
        PostgresUrl.Parse($"{(server.Url with { Parameters = [] }).Reveal()}?{parameters}", "DATABASE_URL");

    static Problem Refusal(PostgresUrl url) => Assert.ThrowsAsync<GateException>(() => Session.OpenAsync(url, null, None))!.Problem;
}
