using DbGate.Gates;
using DbGate.GitHub;
using DbGate.GitHub.Api;
using DbGate.Releases;
using DbGate.Testing.Http;

namespace DbGate.Tests.GitHub;

/// <summary>Whatever is published when, people and branch rules read the newest verdict.</summary>
[Parallelizable(ParallelScope.All)]
sealed class NewestVerdicts : GitHubFixture
{
    [TestCase(true)]
    [TestCase(false)]
    public async Task Stay_when_the_same_run_also_publishes_an_older_one(bool passes)
    {
        var deployment = GitHub.AddDeployment(Sha, "production", RunId, ("in_progress", DateTimeOffset.UtcNow.AddMinutes(-1)));
        await KeepAsync(passes ? Blocked() : Passing);

        await PublishedAsync(passes ? Passing : Blocked(), PullRequest());

        Newest(passes ? "success" : "failure", deployment);
        Assert.That(Directory.EnumerateFiles(Outbox), Is.Empty);
    }

    /// <summary>Nothing but GitHub itself knows of the newer verdict there.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task Stay_when_another_machine_publishes_an_older_one_afterwards(bool passes)
    {
        var deployment = GitHub.AddDeployment(Sha, "production", RunId, ("in_progress", DateTimeOffset.UtcNow.AddMinutes(-1)));
        await KeepAsync(passes ? Blocked() : Passing);
        await PublishedAsync(
            passes ? Passing : Blocked(),
            [.. PullRequest(), ("DBGATE_REPORTS", Path.Combine(Root, "elsewhere")),
                ("DBGATE_BACKUP_FOLDER", Path.Combine(Root, "elsewhere"))]);

        Assert.That((await PublishAsync(null, PullRequest())).CaughtUp, Is.EqualTo(1));

        Newest(passes ? "success" : "failure", deployment);
    }

    [Test]
    public async Task Stay_when_an_older_one_is_slow_to_arrive()
    {
        var deployment = GitHub.AddDeployment(Sha, "production", RunId, ("in_progress", DateTimeOffset.UtcNow.AddMinutes(-1)));
        await using var context = Context(PullRequest());
        var publisher = new GitHubPublisher(Quick, GitHubApi.Transport);
        var (older, newer) = (publisher.Draft(context, Passing), publisher.Draft(context, Blocked()));

        await publisher.PublishAsync(context, newer, CancellationToken.None);
        await publisher.PublishAsync(context, older, CancellationToken.None);

        Newest("failure", deployment);
    }

    /// <summary>Two runs publish at once: the newer verdict arrives after the older run has looked, and before it writes.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task Stay_when_an_older_one_is_written_in_the_same_moment(bool passes)
    {
        await using var context = Context(PullRequest());
        var publisher = new GitHubPublisher(Quick, GitHubApi.Transport);
        var (older, newer) =
            (publisher.Draft(context, passes ? Blocked() : Passing), publisher.Draft(context, passes ? Passing : Blocked()));
        await publisher.PublishAsync(context, newer, CancellationToken.None);
        var (status, check) = (GitHub.Statuses.Single(), GitHub.CheckRuns.Single());
        GitHub.Statuses.Clear();
        GitHub.CheckRuns.Clear();
        GitHub.Inject(
            new Fault.Silence(),
            request => Arrives(request.Method, request.Path, "/statuses/", GitHub.Statuses, status)
                || Arrives(request.Method, request.Path, "/check-runs", GitHub.CheckRuns, check));

        await publisher.PublishAsync(context, older, CancellationToken.None);

        Assert.That(Text(GitHub.Statuses[^1], "state"), Is.EqualTo(passes ? "success" : "failure"));
        Assert.That(Text(GitHub.Statuses[^1], "target_url"), Is.EqualTo(Text(status, "target_url")));
        Assert.That(
            GitHub.CheckRuns.Select(one => Text(one, "conclusion")),
            Is.EqualTo(new[] { passes ? "success" : "failure", passes ? "success" : "failure" }));

        // Adds what the other run wrote when this one is about to write; nothing is disturbed.
        static bool Arrives(
            string method, string path, string of, List<System.Text.Json.Nodes.JsonObject> list, System.Text.Json.Nodes.JsonObject other)
        {
            if (method == "POST" && path.Contains(of, StringComparison.Ordinal) && !list.Contains(other))
            {
                list.Add(other);
            }

            return false;
        }
    }

    [Test]
    public async Task Stay_outside_of_a_workflow_too()
    {
        (string, string)[] laptop = [("GITHUB_ACTIONS", ""), ("DBGATE_GITHUB_REPOSITORY", DbGate.Testing.GitHub.GitHubDouble.Repository)];
        GitHub.Inject(new Fault.Answer(503), _ => true, 999);
        await PublishAsync(Passing, laptop);
        GitHub.Recover();

        await PublishedAsync(Blocked(), laptop);

        Assert.That(GitHub.Statuses.Select(status => Text(status, "state")), Is.EqualTo(new[] { "failure" }));
    }

    /// <summary>The guard asks for no database, the release for one: they have different targets and the same check run.</summary>
    [Test]
    public async Task Stay_when_the_older_one_asked_for_no_database()
    {
        await KeepAsync(Passing with { Target = null });

        await PublishedAsync(Blocked());

        Assert.That(GitHub.CheckRuns.Select(check => Text(check, "conclusion")), Is.EqualTo(new[] { "failure" }));
    }

    [Test]
    public async Task Of_a_job_leave_the_deployment_as_GitHub_closed_it()
    {
        var deployment = GitHub.AddDeployment(Sha, "production", RunId, ("in_progress", DateTimeOffset.UtcNow.AddMinutes(-1)));
        await KeepAsync(Passing);
        GitHub.AddDeploymentStatus(deployment, RunId, "failure", DateTimeOffset.UtcNow);

        await PublishAsync(null, PullRequest());

        Assert.That(Text(GitHub.DeploymentStatuses[deployment][^1], "state"), Is.EqualTo("failure"));
    }

    [Test]
    public async Task Are_shown_once_however_often_they_are_published()
    {
        var deployment = GitHub.AddDeployment(Sha, "production", RunId, ("in_progress", DateTimeOffset.UtcNow.AddMinutes(-1)));
        await using var context = Context(PullRequest());
        var publisher = new GitHubPublisher(Quick, GitHubApi.Transport);
        var draft = publisher.Draft(context, Passing);

        await publisher.PublishAsync(context, draft, CancellationToken.None);
        await publisher.PublishAsync(context, draft, CancellationToken.None);

        Assert.That(
            (GitHub.CheckRuns.Count, GitHub.Statuses.Count, GitHub.Comments.Count, GitHub.DeploymentStatuses[deployment].Count),
            Is.EqualTo((1, 1, 1, 2)));
    }

    async Task KeepAsync(GateReport report)
    {
        GitHub.Inject(new Fault.Answer(503), _ => true, 999);
        await PublishAsync(report, PullRequest());
        GitHub.Recover();
    }

    void Newest(string state, long deployment)
    {
        Assert.That(GitHub.Statuses.Select(status => Text(status, "state")), Is.EqualTo(new[] { state }));
        Assert.That(GitHub.CheckRuns.Select(check => Text(check, "conclusion")), Is.EqualTo(new[] { state }));
        Assert.That(GitHub.DeploymentStatuses[deployment].Skip(1).Select(status => Text(status, "state")), Is.EqualTo(new[] { state }));
        Assert.That(Text(GitHub.Comments.Single(), "body"), Does.Contain(state == "success" ? "# DbGate: Pass" : "# DbGate: Blocked"));
    }
}
