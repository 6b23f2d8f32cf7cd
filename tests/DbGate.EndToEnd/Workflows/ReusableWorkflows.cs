using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Testing.GitHub;

namespace DbGate.EndToEnd.Workflows;

/// <summary>
/// The shell of the workflows and of the action, run for real: plan → approve → release, backup and restore test against a real server.
/// </summary>
[Category("Postgres")]
public sealed partial class ReusableWorkflows
{
    ThrowawayServer server = null!;
    TestDatabase today = null!;
    ShopOnGitHub shop = null!;

    [OneTimeSetUp]
    public async Task StartServer() => (server, today) = await ReleaseServer.SharedAsync();

    [SetUp]
    public async Task OpenShop() => shop = await ShopOnGitHub.OpenAsync(server, today);

    [TearDown]
    public async Task CloseShop() => await shop.DisposeAsync();

    [Test]
    public async Task Ask_the_environments_reviewers_and_release_the_approved_plan_only()
    {
        var plan = (await shop.RunAsync("ana", until: "plan"))["plan"];
        Assert.That(plan.Result, Is.EqualTo("success"), plan.Log);
        Assert.That((plan.Outputs["verdict"], plan.Outputs["approval"]), Is.EqualTo(("pass", "required")));
        Assert.That(plan.Outputs["digest"], Does.Match("^[0-9a-f]{64}$"));
        Assert.That(
            plan.Summary,
            Does.StartWith("# DbGate: Ready for approval\n").And.Contain($"# Plan {plan.Outputs["digest"][..8]}").And.Contain("```sql"));

        // The rehearsal measured the locks as harmless: nothing to annotate.
        Assert.That(plan.Log, Does.Contain("on the restored backup, nothing lost").And.Not.Contain("::warning file=prisma/migrations/"));
        Assert.That(plan.Log, Does.Contain("::group::pass ").And.Contain($"::add-mask::{server.Url.Password}\n"));

        Assert.That(shop.GitHub.CheckRuns, Has.One.Matches<JsonObject>(run => (string?)run["conclusion"] == "success"));

        await shop.ReviewAsync("ana");
        var refused = await shop.RunAsync("ana", kept: new Dictionary<string, JobResult> { ["plan"] = plan });
        Assert.That((refused["approve"].Result, refused["approve"].ExitCode), Is.EqualTo(("failure", 10)), refused["approve"].Log);
        Assert.That(refused["approve"].Log, Does.Contain("ana asked for the plan, and may not approve it"));
        Assert.That((refused["release"].Result, await shop.AppliedAsync()), Is.EqualTo(("skipped", 4L)));

        // Another plan than the approved one: the release job is handed its digest, and refuses.
        var other = await shop.RunAsync("ana", kept: new Dictionary<string, JobResult>
        {
            ["plan"] = plan,
            ["approve"] = new(
                "success", new Dictionary<string, string> { ["approval"] = "given", ["digest"] = plan.Outputs["digest"] }, 0, "", ""),
        });
        Assert.That((other["release"].ExitCode, other["release"].Outputs["verdict"]), Is.EqualTo((10, "blocked")), other["release"].Log);
        Assert.That(other["release"].Log, Does.Contain("DBG0540").And.Contain("::error title=DBG0540"));
        Assert.That(other["release"].Summary, Does.StartWith("# DbGate: Ready for approval (exit 10)"));
        Assert.That(await shop.AppliedAsync(), Is.EqualTo(4));

        await shop.ReviewAsync("ben");
        var released = await shop.RunAsync("ana", kept: new Dictionary<string, JobResult> { ["plan"] = plan });
        Assert.That(
            (released["approve"].ExitCode, released["approve"].Outputs["approval"]), Is.EqualTo((0, "given")), released["approve"].Log);
        Assert.That(
            (released["release"].ExitCode, released["release"].Outputs["verdict"]), Is.EqualTo((0, "pass")), released["release"].Log);
        Assert.That(released["release"].Summary, Does.StartWith("# DbGate: Released\n").And.Contain("approved by: ben"));
        Assert.That(await shop.AppliedAsync(), Is.EqualTo(5));
        Assert.That(shop.GitHub.Statuses.Select(status => (string?)status["state"]), Has.Some.EqualTo("failure"));
        Assert.That((string?)shop.GitHub.Statuses[^1]["state"], Is.EqualTo("success"));
    }

    [Test]
    public async Task Are_approved_by_a_second_run_where_environments_cannot_ask()
    {
        var planned = await shop.RunAsync("ana", new Dictionary<string, string> { ["approve-by"] = "dispatch" });
        var digest = planned["plan"].Outputs["digest"];
        Assert.That(
            (planned["plan"].Result, planned["approve"].Result, planned["release"].Result), Is.EqualTo(("success", "skipped", "skipped")),
            planned["plan"].Log);
        Assert.That(planned["plan"].Summary, Does.Contain($"starts the approving workflow with the digest {digest}"));

        var unknown = await shop.RunAsync("eve", Approve(digest));
        Assert.That(
            (unknown["plan"].Result, unknown["approve"].ExitCode, unknown["release"].Result), Is.EqualTo(("skipped", 10, "skipped")),
            unknown["approve"].Log);
        Assert.That(unknown["approve"].Log, Does.Contain("eve is not among the approvers of the approvers file"));

        var altered = await shop.RunAsync("ben", Approve(new string('0', 64)));
        Assert.That((altered["approve"].ExitCode, altered["release"].Result), Is.EqualTo((10, "skipped")), altered["approve"].Log);

        await shop.CommitAsync("work goes on while the plan waits");
        var released = await shop.RunAsync("ben", Approve(digest));
        Assert.That(
            (released["approve"].ExitCode, released["release"].ExitCode), Is.EqualTo((0, 0)),
            released["approve"].Log + released["release"].Log);
        Assert.That((released["release"].Outputs["verdict"], await shop.AppliedAsync()), Is.EqualTo(("pass", 5L)));
    }

    /// <summary>A plan that is made before its rehearsal lists no loss, and one approval deploys it.</summary>
    [Test]
    public async Task Demand_two_people_who_accept_what_a_migration_loses()
    {
        await shop.Database.ExecuteAsync(
            """INSERT INTO "User" ("id", "email", "name", "updatedAt") SELECT md5(n::text)::uuid, n::text, 'name', now() FROM generate_series(1, 100) AS n""");
        var until = DateTime.UtcNow.AddDays(30).ToString("yyyy-MM-dd");
        await shop.CommitAsync(
            "names are not needed",
            ("20270101000000_drop_name",
                $"SET LOCAL lock_timeout = '5s';\n-- dbgate:allow drop-column until {until} reason: thanks @torvalds, closes #1\nALTER "
                    + "TABLE \"User\" DROP COLUMN \"name\";\n"));

        var plan = (await shop.RunAsync("ana", until: "plan"))["plan"];
        Assert.That((plan.ExitCode, plan.Outputs["approval"]), Is.EqualTo((0, "required")), plan.Log);
        Assert.That(
            StepsOf(plan),
            Is.EqualTo(new[] { "forbid-db-push", "production-safety", "backup-first", "rehearse", "compatibility", "plan" }));
        Assert.That(
            plan.Summary,
            Does.Contain("approvals needed: **2**").And.Contain("is dropped with 100 values").And.Contain(
                "thanks @\u200btorvalds, closes \\#\u200b1"));
        var loss = Accepted().Match(plan.Summary).Groups[1].Value;
        Assert.That(loss, Does.Contain("name"), plan.Summary);

        var kept = new Dictionary<string, JobResult> { ["plan"] = plan };
        await shop.ReviewAsync("ben", "looks good");
        var one = await shop.RunAsync("ana", kept: kept);
        Assert.That((one["approve"].ExitCode, one["release"].Result), Is.EqualTo((10, "skipped")), one["approve"].Log);
        await shop.ReviewAsync("ben", loss);
        one = await shop.RunAsync("ana", kept: kept);
        Assert.That((one["approve"].ExitCode, one["release"].Result), Is.EqualTo((10, "skipped")), one["approve"].Log);
        Assert.That(await NamesAsync(), Is.EqualTo(100));

        var two = await shop.RunAsync("cara", new Dictionary<string, string>(Approve(plan.Outputs["digest"])) { ["accept-loss"] = loss });
        Assert.That(
            (two["approve"].ExitCode, two["release"].ExitCode, two["release"].Result), Is.EqualTo((0, 0, "success")),
            two["approve"].Log + two["release"].Log);
        Assert.That(
            await shop.Database.ScalarAsync<long>(
                "select count(*) from information_schema.columns where table_name = 'User' and column_name = 'name'"), Is.Zero);
    }

    [Test]
    public async Task Prepare_the_project_where_no_secret_is()
    {
        const string Command = """
            mkdir -p node_modules/.bin && echo 1 >node_modules/.bin/tool && env >node_modules/seen
            echo 'DATABASE_URL_PROD=postgresql://evil.example/shop' >.env.production
            echo '{ "approvals": { "production": { "required": 0 } } }' >dbgate.json
            echo BASH_ENV="$PWD/.env.production" >>"$GITHUB_ENV"
            """;
        var run = await shop.RunAsync("ana", new Dictionary<string, string> { ["prepare"] = Command }, until: "plan");

        Assert.That(
            (run["prepare"].Result, run["plan"].ExitCode, run["plan"].Outputs["approval"]), Is.EqualTo(("success", 0, "required")),
            run["prepare"].Log + run["plan"].Log);
        Assert.That(
            run["prepare"].Environments.SelectMany(step => step.Values).OfType<string>(),
            Has.None.Contains(server.Url.Password).And.None.EqualTo(GitHubDouble.Token));
        Assert.That(run["plan"].Environments.SelectMany(step => step.Keys), Has.None.EqualTo("BASH_ENV").And.None.EqualTo("PREPARE"));
    }

    /// <summary>Ben pressed "Re-run all jobs": he asked for the plan, however it is approved.</summary>
    [Test]
    public async Task Let_nobody_approve_who_ran_the_run_again()
    {
        var planned = await shop.RunAsync(new WorkflowCall("release-gate.yml", "ana")
        {
            Inputs = new Dictionary<string, string> { ["approve-by"] = "dispatch" }, Secrets = shop.Secrets, Attempt = 2,
            TriggeringActor = "ben",
        });
        Assert.That(
            planned["plan"].Summary, Does.Contain("A person other than `ana or ben` starts the approving workflow"), planned["plan"].Log);

        var own = await shop.RunAsync("ben", Approve(planned["plan"].Outputs["digest"]));
        Assert.That((own["approve"].ExitCode, own["release"].Result), Is.EqualTo((10, "skipped")), own["approve"].Log);
        Assert.That(own["approve"].Log, Does.Contain("ben asked for the plan, and may not approve it"));
    }

    [Test]
    public async Task Do_not_take_a_run_that_nobody_was_asked_about_for_approved()
    {
        shop.LeaveUnguarded();
        var run = await shop.RunAsync("ana");

        Assert.That((run["approve"].ExitCode, run["release"].Result), Is.EqualTo((10, "skipped")), run["approve"].Log);
        Assert.That(run["approve"].Log, Does.Contain("DBG0912"));
    }

    [Test]
    public async Task Back_up_each_night_and_test_a_restore_when_it_is_due()
    {
        var backup = (await shop.RunAsync("ana", workflow: "backup.yml"))["backup"];
        Assert.That((backup.ExitCode, backup.Outputs["verdict"]), Is.EqualTo((0, "pass")), backup.Log);
        Assert.That(backup.Summary, Does.StartWith("# DbGate: Pass").And.Contain("| backup | pass |"));

        var first = (await shop.RunAsync("ana", workflow: "restore-test.yml"))["restore-test"];
        Assert.That((first.ExitCode, first.Outputs["verdict"]), Is.EqualTo((0, "pass")), first.Log);
        Assert.That(first.Summary, Does.Contain("rows equal"));

        var second = (await shop.RunAsync("ana", workflow: "restore-test.yml"))["restore-test"];
        Assert.That((second.ExitCode, second.Outputs["verdict"]), Is.EqualTo((0, "pass")), second.Log);
        Assert.That(second.Summary, Does.Contain("not due"));

        // What cannot be shown on GitHub changes no verdict, and no output that a later job reads.
        shop.GitHub.Forbidden.Add("check-runs");
        var unseen = (await shop.RunAsync("ana", workflow: "restore-test.yml"))["restore-test"];
        Assert.That((unseen.ExitCode, unseen.Outputs["verdict"]), Is.EqualTo((0, "pass")), unseen.Log);
        Assert.That(unseen.Log, Does.Contain("::warning title=DBG0902"));
        Assert.That(unseen.Summary, Does.Not.Contain("blocked"));
    }

    /// <summary>What a person reads who has copied the examples, and set up half of what they need.</summary>
    [Test]
    public async Task Say_what_is_missing_before_anything_is_planned()
    {
        var hosted =
            (await shop.RunAsync(
                new WorkflowCall("release-gate.yml", "ana") { Until = "plan", IsHosted = true, Secrets = shop.Secrets }))["plan"];
        Assert.That((hosted.ExitCode, hosted.Outputs["verdict"]), Is.EqualTo((10, "blocked")), hosted.Log);
        Assert.That(hosted.Summary, Does.Contain("DBG0124").And.Contain("AWS\\_S3\\_BACKUP\\_BUCKET"));

        var backup = (await shop.RunAsync(new WorkflowCall("backup.yml", "ana") { IsHosted = true, Secrets = shop.Secrets }))["backup"];
        Assert.That((backup.ExitCode, backup.Outputs["verdict"]), Is.EqualTo((10, "blocked")), backup.Log);
        Assert.That(backup.Log, Does.Contain("::error title=DBG0124"));

        var secret = (await shop.RunAsync(new WorkflowCall("release-gate.yml", "ana") { Until = "plan" }))["plan"];
        Assert.That((secret.ExitCode, secret.Outputs["verdict"]), Is.EqualTo((2, "blocked")), secret.Log);
        Assert.That(
            secret.Log,
            Does.Contain("::error title=DBG0005").And.Contain("DATABASE_URL_PROD").And.Contain("the secrets of the job's environment"));
    }

    Task<long> NamesAsync() => shop.Database.ScalarAsync<long>("""select count("name") from "User" """);

    static IEnumerable<string> StepsOf(JobResult job) => Steps().Matches(job.Summary).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"(?m)^\| ([a-z-]+) \| \**(?:pass|blocked)\** \|")]
    private static partial Regex Steps();

    [GeneratedRegex("accepted with `([^`]+)`")]
    private static partial Regex Accepted();

    static Dictionary<string, string> Approve(string digest) => new() { ["approve-by"] = "dispatch", ["digest"] = digest };
}
