using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Service.Sidecar;

namespace DbGate.Service.Tests.Sidecar;

[Category("Postgres")]
public sealed class Sidecars
{
    const string Stats = "/admin/database/stats";

    ServedProject project = null!;

    [OneTimeSetUp]
    public async Task Deploy() => project = await ServedProject.CreateAsync();

    [OneTimeTearDown]
    public async Task Remove() => await project.DisposeAsync();

    Settings Read(params (string Name, string Value)[] more) => project.Read([("DBGATE_SERVICE_ADDRESS", "http://127.0.0.1:0"), .. more]);

    static Task<SidecarHost> StartAsync(Settings settings) => SidecarHost.StartAsync(settings, GateServices.Real, CancellationToken.None);

    [Test]
    public async Task Serve_until_they_are_told_to_stop_and_end_well()
    {
        var port = LoopbackPorts.Free();
        using var stop = new CancellationTokenSource();
        using var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        await using var run = new GateRunner(new GateContext(project.Read(("DBGATE_SERVICE_ADDRESS", http.BaseAddress.ToString()))));
        var serving = run.ExecuteAsync(new ServeStep(), stop.Token);

        Assert.That(
            async () => await AnswersAsync(http, "/ready"), Is.EqualTo(HttpStatusCode.OK).After(60).Seconds.PollEvery(100).MilliSeconds);
        await stop.CancelAsync();
        var ended = await serving;

        Assert.That(ended.Result.IsBlocking, Is.False, ended.Result.Summary);
        Assert.That(run.Report().ExitCode, Is.EqualTo(ExitCode.Pass));
        Assert.That(await AnswersAsync(http, "/live"), Is.Null);
    }

    [Test]
    public async Task Describe_themselves_in_an_OpenAPI_document()
    {
        await using var sidecar = await StartAsync(Read());
        using var http = new HttpClient { BaseAddress = new Uri(sidecar.Address) };
        using var document = JsonDocument.Parse(await http.GetStringAsync("/openapi.json"));
        var paths = document.RootElement.GetProperty("paths");

        Assert.That(document.RootElement.GetProperty("info").GetProperty("title").GetString(), Is.EqualTo("DbGate"));
        Assert.That(paths.EnumerateObject().Select(path => path.Name), Is.SupersetOf(new[] { "/ready", "/live", "/metrics", Stats }));
        Assert.That(
            paths.GetProperty("/ready").GetProperty("get").GetProperty("responses").EnumerateObject().Select(answer => answer.Name),
            Is.EqualTo(new[] { "200", "503" }));
        Assert.That(
            paths.GetProperty(Stats).GetProperty("get").GetProperty("responses").EnumerateObject().Select(answer => answer.Name),
            Is.SupersetOf(new[] { "200", "401", "403", "429", "503" }));
    }

    [Test]
    public async Task Say_that_their_port_is_taken()
    {
        await using var first = await StartAsync(Read());
        Assert.That(() => StartAsync(Read(("DBGATE_SERVICE_ADDRESS", first.Address))), Problem("DBG0615"));
    }

    [TestCase("8632")]
    [TestCase("ftp://127.0.0.1:1")]
    [TestCase("http://db.example.com:8632")]
    [TestCase("http://127.0.0.1:8632/path")]
    public void Refuse_an_address_that_is_none(string address) =>
        Assert.That(() => StartAsync(Read(("DBGATE_SERVICE_ADDRESS", address))), Problem("DBG0615"));

    [Test]
    public void Refuse_https_without_a_certificate() =>
        Assert.That(() => StartAsync(Read(("DBGATE_SERVICE_ADDRESS", "https://127.0.0.1:0"))), Problem("DBG0616"));

    [Test]
    public async Task Open_admin_to_client_certificates_of_their_authority_only()
    {
        using var authority = new Authority("administrators");
        using var stranger = new Authority("strangers");
        using var server = authority.Issue("sidecar", forServer: true);
        await using var sidecar = await StartAsync(Read(
            ("DBGATE_ADMIN_TOKEN", ""),
            ("DBGATE_SERVICE_ADDRESS", "https://127.0.0.1:0"),
            ("DBGATE_SERVICE_CERTIFICATE", Write("server.pem", server.ExportCertificatePem())),
            ("DBGATE_SERVICE_CERTIFICATE_KEY", Write("server.key", server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())),
            ("DBGATE_SERVICE_CLIENT_AUTHORITY", Write("authority.pem", authority.Pem))));
        using var anna = authority.Issue("anna", forServer: false);
        using var mallory = stranger.Issue("anna", forServer: false);

        Assert.That(await AskAsync(sidecar.Address, Stats, anna), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await AskAsync(sidecar.Address, Stats, null), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await AskAsync(sidecar.Address, "/ready", null), Is.EqualTo(HttpStatusCode.OK), "probes need no certificate");
        Assert.That(() => AskAsync(sidecar.Address, Stats, mallory), Throws.InstanceOf<HttpRequestException>());
        Assert.That(
            () => AskAsync(sidecar.Address, Stats, server), Throws.InstanceOf<HttpRequestException>(),
            "a server's certificate is no client's");
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(project.Wallet.Folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    static async Task<HttpStatusCode> AskAsync(string address, string path, X509Certificate2? certificate)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true; // it is the server that is tested
        if (certificate is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        using var http = new HttpClient(handler);
        return (await http.GetAsync(new Uri(address + path))).StatusCode;
    }

    static async Task<HttpStatusCode?> AnswersAsync(HttpClient http, string path)
    {
        try
        {
            return (await http.GetAsync(path)).StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    static NUnit.Framework.Constraints.IResolveConstraint Problem(string code) =>
        Throws.TypeOf<GateException>().With.Property(nameof(GateException.Problem)).Matches<Problem>(problem => problem.Code.Id == code);
}
