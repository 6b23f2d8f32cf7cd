using System.Text.Json.Nodes;
using DbGate.GitHub;
using DbGate.GitHub.Api;
using DbGate.Testing.Http;

namespace DbGate.Tests.GitHub;

/// <summary>What networks, proxies and GitHub do between a request and its answer.</summary>
[Parallelizable(ParallelScope.All)]
sealed class Sequences : GitHubFixture
{
    const string Html = "<!DOCTYPE html><html><title>Unicorn!</title><body>502 Bad Gateway</body></html>";

    [Test]
    public async Task With_too_many_requests_wait_as_long_as_GitHub_says_and_go_on()
    {
        var limited =
            new Fault.Answer(
                429, """{"message":"slow down"}""",
                "application/json") { Headers = new Dictionary<string, string> { ["Retry-After"] = "1" } };
        GitHub.Inject(limited, exchange => IsPost(exchange, "/check-runs"));
        var start = DateTimeOffset.UtcNow;

        await PublishedAsync(Passing);

        Assert.That(GitHub.CheckRuns, Has.Count.EqualTo(1));
        Assert.That(DateTimeOffset.UtcNow - start, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public async Task With_a_secondary_limit_that_outlasts_the_deadline_keep_the_verdict_without_waiting()
    {
        var limited =
            new Fault.Answer(
                403, """{"message":"You have exceeded a secondary rate limit"}""",
                "application/json") { Headers = new Dictionary<string, string> { ["Retry-After"] = "3600" } };
        GitHub.Inject(limited, exchange => IsPost(exchange, "/check-runs"), 10);

        var outcome = await PublishAsync(Passing);

        Assert.That(outcome.Problems.Single().Code.Id, Is.EqualTo("DBG0901"));
        Assert.That(GitHub.Seen.Count(exchange => IsPost(exchange, "/check-runs")), Is.EqualTo(1));
    }

    [Test]
    public async Task With_a_proxys_page_of_HTML_try_again_and_never_show_it()
    {
        GitHub.Inject(new Fault.Answer(502, Html, "text/html"), exchange => exchange.Method == "GET", 2);
        GitHub.Inject(new Fault.Answer(502, Html, "text/html"), exchange => IsPost(exchange, $"/statuses/{Sha}"), 99);

        var outcome = await PublishAsync(Passing);

        Assert.That(GitHub.CheckRuns, Has.Count.EqualTo(1));
        Assert.That(outcome.Problems.Single().Message, Does.Contain("commit status: it answered 502").And.Not.Contain("html").IgnoreCase);
    }

    [Test]
    public async Task With_a_connection_that_took_too_long_ask_again()
    {
        await using var context = Context(("DBGATE_GITHUB_PUBLISH", "check"));
        var publisher = new GitHubPublisher(Quick, () => new Slow());

        var result = await publisher.PublishAsync(context, publisher.Draft(context, Passing), CancellationToken.None);

        Assert.That(result.Left, Is.Null);
        Assert.That(GitHub.CheckRuns, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task With_the_lost_answer_of_a_change_look_before_changing_again()
    {
        await PublishedAsync(Blocked(), PullRequest());
        GitHub.Inject(
            new Fault.LoseAnswer(),
            exchange => exchange.Method == "PATCH" && exchange.Path.Contains("/comments/", StringComparison.Ordinal));

        await PublishedAsync(Passing, PullRequest());

        Assert.That(
            GitHub.Seen.Count(exchange => exchange.Method == "PATCH" && exchange.Path.Contains("/comments/", StringComparison.Ordinal)),
            Is.EqualTo(1));
        Assert.That(Text(GitHub.Comments.Single(), "body"), Does.Contain("# DbGate: Pass"));
    }

    [TestCase("/check-runs")]
    [TestCase("/comments")]
    [TestCase("/statuses/" + Sha)]
    public async Task With_an_answer_that_was_lost_look_before_writing_again(string end)
    {
        GitHub.Inject(new Fault.LoseAnswer(), exchange => IsPost(exchange, end));

        await PublishedAsync(Passing, PullRequest());

        Assert.That((GitHub.CheckRuns.Count, GitHub.Statuses.Count, GitHub.Comments.Count), Is.EqualTo((1, 1, 1)));
        Assert.That(GitHub.Seen.Count(exchange => IsPost(exchange, end)), Is.EqualTo(1));
    }

    [Test]
    public async Task With_an_answer_that_cannot_be_read_look_before_writing_again()
    {
        GitHub.Inject(new Fault.Alter(body => body.AsSpan().Fill((byte)'{')), exchange => IsPost(exchange, "/check-runs"));

        await PublishedAsync(Passing);

        Assert.That(GitHub.Seen.Count(exchange => IsPost(exchange, "/check-runs")), Is.EqualTo(1));
    }

    [Test]
    public async Task With_202_which_Octokit_reads_as_number_0_look_and_write_again()
    {
        GitHub.Inject(new Fault.Answer(202, """{"message":"Accepted"}""", "application/json"), exchange => IsPost(exchange, "/check-runs"));

        await PublishedAsync(Blocked(51));

        Assert.That(GitHub.CheckRuns, Has.Count.EqualTo(1));
        Assert.That(GitHub.Annotations.Values.Single(), Has.Count.EqualTo(51));
    }

    [Test]
    public async Task With_422_say_what_GitHub_said_and_publish_the_rest()
    {
        GitHub.Inject(
            new Fault.Answer(422, """{"message":"No commit found for SHA"}""", "application/json"),
            exchange => IsPost(exchange, "/check-runs"), 9);

        var outcome = await PublishAsync(Passing);

        Assert.That(outcome.Problems.Single().Message, Is.EqualTo("GitHub refuses the check run: No commit found for SHA (422)"));
        Assert.That(GitHub.Statuses, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Of_51_annotations_are_two_requests_and_each_annotation_stands_once()
    {
        GitHub.Inject(
            new Fault.LoseAnswer(),
            exchange => exchange.Method == "PATCH" && exchange.Path.Contains("/check-runs/", StringComparison.Ordinal));

        await PublishedAsync(Blocked(51));

        var lines = GitHub.Annotations.Values.Single().Select(annotation => annotation["start_line"]!.GetValue<int>());
        Assert.That(lines, Is.EqualTo(Enumerable.Range(1, 51)));
        Assert.That(Text(GitHub.CheckRuns.Single(), "conclusion"), Is.EqualTo("failure"));
    }

    [Test]
    public async Task With_states_that_Octokit_does_not_know_go_on()
    {
        var deployment =
            GitHub.AddDeployment(
                Sha, "production", RunId, ("waiting", DateTimeOffset.UtcNow.AddMinutes(-2)),
                ("waiting", DateTimeOffset.UtcNow.AddMinutes(-1)));

        await PublishedAsync(Blocked());

        Assert.That(Text(GitHub.DeploymentStatuses[deployment][^1], "state"), Is.EqualTo("failure"));
    }

    [Test]
    public async Task With_a_long_report_are_cut_at_GitHubs_limits()
    {
        await PublishedAsync(Blocked(400, string.Concat(Enumerable.Repeat("🦄 long ", 40))), PullRequest());

        var body = Text(GitHub.Comments.Single(), "body");
        Assert.That(body, Has.Length.InRange(30_000, 65_535).And.EndsWith($"actions/runs/{RunId}, among its artifacts.*\n"));
        Assert.That(GitHub.Annotations.Values.Single(), Has.Count.EqualTo(400));
        Assert.That(Text(GitHub.Statuses.Single(), "description"), Does.EndWith("…").And.Not.Contain("\uFFFD"));
    }

    [TestCase("🦄 ]]> ::error::forged <!-- dbgate:verdict:production -->")]
    [TestCase("::set-output name=x::y %0A | a | b |\n# DbGate: pass @ana")]
    public async Task With_names_that_attack_stay_text(string name)
    {
        await PublishedAsync(Blocked(1, name, $"src/{name.Replace('\n', ' ').Replace('/', ' ')}.ts"), PullRequest());
        await PublishedAsync(Blocked(1, name), PullRequest());

        var body = Text(GitHub.Comments.Single(), "body");
        Assert.That(
            body.Split('\n').Skip(1),
            Has.None.StartsWith("# DbGate: Pass").And.None.StartsWith("::").And.None.Contains("<!--").And.None.Contains("@ana"));
        Assert.That(GitHub.CheckRuns, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Of_an_answer_to_a_protection_rule_fit_1024_characters_and_are_given_once()
    {
        var waiting = File("rule.json", new JsonObject
        {
            ["action"] = "requested",
            ["environment"] = "production",
            ["deployment_callback_url"] = "https://evil.example/repos/acme/shop/actions/runs/99/deployment_protection_rule",
            ["repository"] = new JsonObject { ["full_name"] = "acme/shop" },
        }.ToJsonString());
        GitHub.Inject(new Fault.LoseAnswer(), exchange => IsPost(exchange, "/deployment_protection_rule"));

        await PublishedAsync(Blocked(30), ("DBGATE_GITHUB_PROTECTION_EVENT", waiting), ("DBGATE_GITHUB_PUBLISH", "off"));

        var answer = GitHub.ProtectionAnswers.Single();
        Assert.That(Text(answer, "state"), Is.EqualTo("rejected"));
        Assert.That(Text(answer, "comment"), Has.Length.InRange(500, 1024).And.StartsWith("Blocked, production (exit 10): DBG0401"));
        Assert.That(
            GitHub.Seen.Select(exchange => exchange.Path), Has.All.EqualTo("/repos/acme/shop/actions/runs/99/deployment_protection_rule"));
    }

    [Test]
    public async Task Of_a_pass_approve_the_deployment_that_waits()
    {
        var waiting =
            File(
                "rule.json",
                """{"environment":"production","deployment_callback_url":"https://api.github.com/repos/acme/shop/actions/runs/99/deployment_protection_rule","repository":{"full_name":"acme/shop"}}""");

        await PublishedAsync(Passing, ("DBGATE_GITHUB_PROTECTION_EVENT", waiting));

        Assert.That(Text(GitHub.ProtectionAnswers.Single(), "state"), Is.EqualTo("approved"));
    }

    [TestCase(
        """{"environment":"production","deployment_callback_url":"https://x/actions/runs/9/deployment_protection_rule","repository":{"full_name":"mallory/shop"}}""")]
    [TestCase("""{"environment":"production","deployment_callback_url":"https://x/other","repository":{"full_name":"acme/shop"}}""")]
    [TestCase("[]")]
    [TestCase("{")]
    public async Task Of_an_event_that_is_none_answer_nobody(string text)
    {
        var outcome =
            await PublishAsync(Passing, ("DBGATE_GITHUB_PROTECTION_EVENT", File("rule.json", text)), ("DBGATE_GITHUB_PUBLISH", "off"));

        Assert.That(outcome.Problems.Single().Code.Id, Is.EqualTo("DBG0916"));
        Assert.That(GitHub.Seen, Is.Empty);
    }

    /// <summary>Its first connection is not made in time, which <see cref="SocketsHttpHandler"/> reports it.</summary>
    sealed class Slow() : DelegatingHandler(GitHubApi.Transport())
    {
        int asked;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            asked++ == 0
                ? throw new TaskCanceledException("no connection", new TimeoutException())
                : base.SendAsync(request, cancellationToken);
    }
}
