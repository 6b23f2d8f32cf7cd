using System.Net;
using DbGate.Gates;
using DbGate.GitHub;
using DbGate.Publishing;
using DbGate.Testing.GitHub;
using DbGate.Testing.Http;

namespace DbGate.Tests.GitHub;

/// <summary>An Enterprise Server, whose API is under a path.</summary>
[Parallelizable(ParallelScope.All)]
sealed class EnterpriseServers : GitHubFixture
{
    public EnterpriseServers() => (Prefix, GitHub) = ("/api/v3", new GitHubDouble("/api/v3"));

    [Test]
    public async Task Are_published_to_under_their_own_path()
    {
        GitHub.AddDeployment(Sha, "production", RunId, ("in_progress", DateTimeOffset.UtcNow));

        await PublishedAsync(Blocked(51), PullRequest());

        Assert.That((GitHub.CheckRuns.Count, GitHub.Comments.Count), Is.EqualTo((1, 1)));
        Assert.That(GitHub.Seen.Select(exchange => exchange.Path), Has.All.StartsWith("/api/v3/repos/acme/shop/"));
    }
}

/// <summary>A proxy on the way.</summary>
sealed class Proxies : GitHubFixture
{
    [Test]
    public async Task Are_used_and_never_get_the_token_by_a_redirect()
    {
        await using var proxy =
            new HttpDouble(exchange => exchange.Answer(200, """{"total_count":0,"check_runs":[]}""", "application/json"));
        await using var context = Context(("GITHUB_API_URL", "http://localhost:9/api/v3"), ("DBGATE_GITHUB_PUBLISH", "check"));
        var publisher =
            new GitHubPublisher(Quick, () => new SocketsHttpHandler { Proxy = new WebProxy(proxy.Url), AllowAutoRedirect = false });

        var result = await publisher.PublishAsync(context, publisher.Draft(context, Passing), CancellationToken.None);

        Assert.That(
            proxy.Seen.Select(exchange => exchange.Target), Has.Some.StartsWith("http://localhost:9/api/v3/repos/acme/shop/commits/"));
        Assert.That(result.Left, Is.Not.Null, "this proxy makes no check run");
    }

    [Test]
    public async Task That_redirect_elsewhere_get_the_request_without_the_token()
    {
        await using var elsewhere =
            new HttpDouble(exchange => exchange.Answer(200, """{"total_count":0,"check_runs":[]}""", "application/json"));
        GitHub.Inject(
            new Fault.Answer(302) { Headers = new Dictionary<string, string> { ["Location"] = $"http://localhost:{elsewhere.Url.Port}/" } },
            exchange => exchange.Method == "GET" && exchange.Path.EndsWith("/check-runs", StringComparison.Ordinal));

        await PublishAsync(Passing, ("DBGATE_GITHUB_PUBLISH", "check"));

        Assert.That(elsewhere.Seen.Select(exchange => exchange.Header("Authorization")), Is.EqualTo(new string?[] { null }));
    }
}
