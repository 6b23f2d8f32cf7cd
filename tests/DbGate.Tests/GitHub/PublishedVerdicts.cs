using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Testing.GitHub;

namespace DbGate.Tests.GitHub;

[Parallelizable(ParallelScope.All)]
sealed class PublishedVerdicts : GitHubFixture
{
    [Test]
    public async Task Are_a_check_run_a_status_a_deployment_status_and_a_comment()
    {
        var deployment = GitHub.AddDeployment(Sha, "production", RunId, ("waiting", Ago(300)), ("in_progress", Ago(60)));

        await PublishedAsync(Passing, PullRequest());

        Assert.That(Text(GitHub.CheckRuns.Single(), "conclusion"), Is.EqualTo("success"));
        Assert.That(Text(GitHub.Statuses.Single(), "context"), Is.EqualTo("dbgate/production"));
        Assert.That(Text(GitHub.DeploymentStatuses[deployment][^1], "state"), Is.EqualTo("success"));
        Assert.That(GitHub.DeploymentStatuses[deployment][^1]["auto_inactive"]!.GetValue<bool>(), Is.False);
        Assert.That(Text(GitHub.Comments.Single(), "body"), Does.Contain("# DbGate: Pass").And.Contain("/actions/runs/4242"));
        Assert.That(Directory.EnumerateFiles(Outbox), Is.Empty);
    }

    [Test]
    public async Task Make_no_deployment_of_their_own()
    {
        GitHub.AddDeployment(Sha, "production", RunId + 1, ("in_progress", Ago(60)));

        await PublishedAsync(Passing);

        Assert.That(
            GitHub.Seen,
            Has.None.Matches<DbGate.Testing.Http.HttpExchange>(exchange => exchange.Method == "POST"
                && exchange.Path.Contains("deployments", StringComparison.Ordinal)));
    }

    [Test]
    public async Task Update_their_comment_and_never_repeat_it()
    {
        await PublishedAsync(Blocked(), PullRequest());
        await PublishedAsync(Passing, PullRequest());
        await PublishedAsync(Passing with { Target = "postgresql://app@other.example.com/ledger" }, PullRequest());

        Assert.That(GitHub.Comments, Has.Count.EqualTo(2), "one for each target");
        Assert.That(Text(GitHub.Comments[0], "body"), Does.Contain("# DbGate: Pass").And.Not.Contain("blocked"));
    }

    [Test]
    public async Task Leave_a_persons_comment_with_the_same_marker_alone()
    {
        await PublishedAsync(Blocked(), PullRequest());
        GitHub.Comments[0]["user"]!["type"] = "User";
        GitHub.Comments[0]["user"]!["login"] = "mallory";

        await PublishedAsync(Passing, PullRequest());

        Assert.That(GitHub.Comments, Has.Count.EqualTo(2));
        Assert.That(Text(GitHub.Comments[0], "body"), Does.Contain("blocked"));
    }

    [Test]
    public async Task Of_a_persons_token_update_that_persons_comment()
    {
        GitHub.Account = ("ana", "User");
        await PublishedAsync(Blocked(), PullRequest());
        await PublishedAsync(Passing, PullRequest());

        Assert.That(GitHub.Comments, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Find_the_pull_request_that_a_commit_came_with()
    {
        GitHub.Pulls.Add(new() { ["number"] = 3, ["state"] = "closed" });

        await PublishedAsync(Passing);

        Assert.That(GitHub.Seen.Single(exchange => IsPost(exchange, "/comments")).Path, Does.EndWith("/issues/3/comments"));
    }

    [Test]
    public async Task Of_a_pull_request_stand_on_its_newest_commit_not_on_the_merge()
    {
        await PublishedAsync(Passing, PullRequest(head: Head));

        Assert.That(Text(GitHub.CheckRuns.Single(), "head_sha"), Is.EqualTo(Head));
    }

    /// <summary>What actions/checkout gives under pull_request_target is the base; the pull request's commit was not read.</summary>
    [Test]
    public async Task Of_the_base_of_a_pull_request_stand_on_the_base_and_not_on_the_pull_request()
    {
        GitHub.Pulls.Add(new() { ["number"] = 3, ["state"] = "closed" });

        await PublishedAsync(Passing, OfBase(Head));

        Assert.That(Text(GitHub.CheckRuns.Single(), "head_sha"), Is.EqualTo(Sha));
        Assert.That(GitHub.Statuses.Select(status => Text(status, "sha")), Is.EqualTo(new[] { Sha }));
        Assert.That(
            GitHub.Seen.Where(exchange => exchange.Method != "GET").Select(exchange => exchange.Target),
            Has.None.Contains(Head).And.None.Contains("comments"));
    }

    [Test]
    public async Task Of_a_pull_request_that_was_checked_out_under_the_bases_rights_stand_on_it()
    {
        var deployment = GitHub.AddDeployment(Sha, "production", RunId, ("in_progress", Ago(60)));

        await PublishedAsync(Passing with { Commit = Head }, OfBase(Head));

        Assert.That(Text(GitHub.CheckRuns.Single(), "head_sha"), Is.EqualTo(Head));
        Assert.That(GitHub.Seen.Single(exchange => IsPost(exchange, "/comments")).Path, Does.EndWith("/issues/7/comments"));
        Assert.That(GitHub.DeploymentStatuses[deployment], Has.Count.EqualTo(1), "the job's deployment is of the base, which was not read");
    }

    [TestCase("{")]
    [TestCase("{}")]
    public async Task Of_the_base_stand_on_what_was_read_also_when_the_event_cannot_be(string text)
    {
        await PublishedAsync(
            Passing with { Commit = null }, ("GITHUB_EVENT_NAME", "pull_request_target"), ("GITHUB_EVENT_PATH", File("event.json", text)));

        Assert.That((GitHub.CheckRuns.Count, GitHub.Statuses.Count, GitHub.Comments.Count), Is.EqualTo((0, 0, 0)));
    }

    [TestCase("pull_request_review")]
    [TestCase("pull_request_review_comment")]
    public async Task Of_a_forks_pull_request_are_not_tried_in_its_other_events(string name)
    {
        await PublishedAsync(
            Passing,
            [.. PullRequest(from: "mallory/shop").Where(variable => variable.Item1 != "GITHUB_EVENT_NAME"), ("GITHUB_EVENT_NAME", name)]);

        Assert.That(GitHub.Seen, Is.Empty);
    }

    [Test]
    public async Task Of_two_environments_of_one_commit_have_a_check_run_each()
    {
        await PublishedAsync(Blocked());
        await PublishedAsync(Passing with { Environment = "staging" }, ("DBGATE_ENVIRONMENT", "staging"));
        await PublishedAsync(Passing, ("DBGATE_GITHUB_CHECK_NAME", "database"));

        Assert.That(
            GitHub.CheckRuns.Select(check => (Text(check, "name"), Text(check, "conclusion"))),
            Is.EqualTo(new[] { ("DbGate production", "failure"), ("DbGate staging", "success"), ("database production", "success") }));
    }

    [Test]
    public async Task Of_a_folder_with_a_long_path_have_names_that_GitHub_takes()
    {
        var project = Path.GetFileName(Root);
        var checkout = Path.Combine(Root, "..", $"{project}-long");
        Directory.CreateDirectory(Path.Combine(checkout, ".git"));
        var folders =
            new[] { "a",
                "b" }.Select(name =>
                    Directory.CreateDirectory(Path.Combine(checkout, new string('x', 150), new string('y', 150), name)).FullName).ToArray();
        try
        {
            foreach (var folder in folders)
            {
                await PublishedAsync(Passing, ("DBGATE_PROJECT", folder));
            }
        }
        finally
        {
            Directory.Delete(checkout, recursive: true);
        }

        string[][] names =
            [[.. GitHub.Statuses.Select(status => Text(status, "context"))], [.. GitHub.CheckRuns.Select(check => Text(check, "name"))]];
        Assert.That(names, Has.All.Unique.And.All.Length.EqualTo(2));
        Assert.That(names.SelectMany(all => all).Select(name => name.Length), Has.All.LessThanOrEqualTo(255));
    }

    [Test]
    public async Task Comment_once_and_change_nothing_at_once()
    {
        for (var time = 0; time < 5; time++) // each with other ticks
        {
            await PublishedAsync(Passing with { Target = $"postgresql://app@db.example.com/shop{time}" }, PullRequest());
        }

        Assert.That(
            GitHub.Seen.Where(exchange => exchange.Method != "GET" && exchange.Path.Contains("comments", StringComparison.Ordinal))
                .Select(exchange => exchange.Method),
            Is.EqualTo(Enumerable.Repeat("POST", 5)));
    }

    [Test]
    public async Task Of_a_forks_pull_request_are_not_tried()
    {
        await PublishedAsync(Passing, PullRequest(from: "mallory/shop"));

        Assert.That(GitHub.Seen, Is.Empty);
    }

    [Test]
    public async Task In_a_repository_of_several_projects_name_files_from_its_root_and_keep_out_of_each_others_way()
    {
        var project = Path.GetFileName(Root);
        Directory.CreateDirectory(Path.Combine(Root, "..", $"{project}-checkout", ".git"));
        var api = Directory.CreateDirectory(Path.Combine(Root, "..", $"{project}-checkout", "services", "api")).FullName;
        try
        {
            await PublishedAsync(Blocked(), ("DBGATE_PROJECT", api), ("GITHUB_WORKSPACE", Path.Combine(api, "../../..")));
        }
        finally
        {
            Directory.Delete(Path.Combine(Root, "..", $"{project}-checkout"), recursive: true);
        }

        await PublishedAsync(Passing);

        Assert.That(
            Text(GitHub.Annotations[GitHub.CheckRuns[0]["id"]!.GetValue<long>()].Single(), "path"),
            Is.EqualTo("services/api/scripts/start.sh"));
        Assert.That(
            GitHub.CheckRuns.Select(check => Text(check, "name")),
            Is.EqualTo(new[] { "DbGate production services/api", "DbGate production" }));
        Assert.That(
            GitHub.Statuses.Select(status => Text(status, "context")),
            Is.EqualTo(new[] { "dbgate/production/services/api", "dbgate/production" }));
    }

    [Test]
    public async Task Of_a_file_outside_of_the_checkout_are_not_placed()
    {
        await PublishedAsync(Blocked(file: "../elsewhere/start.sh"));

        Assert.That(GitHub.Annotations.Values.Single(), Is.Empty);
    }

    [Test]
    public async Task Of_a_nightly_backup_comment_on_no_pull_request()
    {
        GitHub.Pulls.Add(new() { ["number"] = 3, ["state"] = "closed" });
        await PublishedAsync(Report(new StepResult { Summary = "3.5 kB, read back" }, "backup"));

        Assert.That((GitHub.CheckRuns.Count, GitHub.Comments.Count), Is.EqualTo((1, 0)));
        Assert.That(GitHub.Seen.Select(exchange => exchange.Path), Has.None.EndsWith("/pulls"), "which its token may not read");
    }

    [Test]
    public async Task Of_a_migration_stand_at_its_line_in_the_repository()
    {
        await PublishedAsync(Blocked(file: "20261101_a/migration.sql"));

        Assert.That(Text(GitHub.Annotations.Values.Single().Single(), "path"), Is.EqualTo("prisma/migrations/20261101_a/migration.sql"));
    }

    [Test]
    public async Task Of_a_fleet_say_how_many_databases_pass()
    {
        var deployment = GitHub.AddDeployment(Sha, "production", RunId, ("in_progress", Ago(60)));

        await PublishedAsync(Report(new StepResult { Summary = "300 of 300 databases pass" }, "aggregate"));

        Assert.That(
            GitHub.CheckRuns.Single()["output"]!["title"]!.GetValue<string>(), Is.EqualTo("Pass, production: 300 of 300 databases pass"));
        Assert.That(Text(GitHub.DeploymentStatuses[deployment][^1], "state"), Is.EqualTo("success"));
    }

    [Test]
    public async Task Need_a_token_and_outside_of_Actions_a_repository()
    {
        await PublishedAsync(Passing, ("GITHUB_TOKEN", ""));
        await PublishedAsync(Passing, ("GITHUB_ACTIONS", "")); // a developer's machine has a token, too
        Assert.That(GitHub.Seen, Is.Empty);

        await PublishedAsync(Passing, ("GITHUB_ACTIONS", ""), ("DBGATE_GITHUB_REPOSITORY", GitHubDouble.Repository));
        Assert.That(GitHub.CheckRuns, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Are_what_was_chosen()
    {
        await PublishedAsync(Passing, ("DBGATE_GITHUB_PUBLISH", "status"));
        await PublishedAsync(Passing, ("DBGATE_GITHUB_PUBLISH", "off"));

        Assert.That((GitHub.CheckRuns.Count, GitHub.Statuses.Count), Is.EqualTo((0, 1)));
    }

    [TestCase("DBGATE_GITHUB_PUBLISH", "checks")]
    [TestCase("GITHUB_API_URL", "http://github.example")]
    [TestCase("GITHUB_API_URL", "https://user:word@github.example")]
    [TestCase("DBGATE_GITHUB_REPOSITORY", "shop")]
    [TestCase("DBGATE_GITHUB_REPOSITORY", "acme/..")]
    [TestCase("GITHUB_TOKEN", "ghs_1\nX: y")]
    public async Task Are_none_with_a_setting_that_cannot_be_used(string name, string value)
    {
        var outcome = await PublishAsync(Passing, (name, value));

        Assert.That(
            outcome.Problems.Select(problem => (problem.Code.Id, problem.Severity)), Is.EqualTo(new[] { ("DBG0915", Severity.Warning) }));
        Assert.That(GitHub.Seen, Is.Empty);
    }

    [Test]
    public async Task That_GitHub_refuses_are_warnings_that_name_the_permission_and_the_rest_is_published()
    {
        GitHub.Forbidden.Add("check-runs");

        var outcome = await PublishAsync(Passing);

        Assert.That(outcome.Problems.Single().Code.Id, Is.EqualTo("DBG0902"));
        Assert.That(outcome.Problems.Single().Cause, Does.Contain("checks: write"));
        Assert.That(GitHub.Statuses, Has.Count.EqualTo(1));
        Assert.That(Directory.EnumerateFiles(Outbox), Is.Empty, "asking again would be refused again");
    }

    const string Head = "1111111111111111111111111111111111111111";

    (string, string)[] OfBase(string head) =>
        [.. PullRequest(from: "mallory/shop", head: head).Where(variable => variable.Item1 != "GITHUB_EVENT_NAME"),
            ("GITHUB_EVENT_NAME", "pull_request_target")];

    static DateTimeOffset Ago(int seconds) => DateTimeOffset.UtcNow.AddSeconds(-seconds);
}
