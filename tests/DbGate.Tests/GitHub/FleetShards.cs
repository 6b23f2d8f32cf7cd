using System.Text.Json.Nodes;
using DbGate.Testing.GitHub;
using DbGate.Testing.Http;

namespace DbGate.Tests.GitHub;

/// <summary>The shell that releases a shard of a fleet, before a GitHub with a memory; what it asks there is GitHub's, too.</summary>
[Platform("Linux")]
sealed class FleetShards : GitHubFixture
{
    const string Page = "https://github.com/acme/shop/actions/runs/4242/attempts/1";

    static readonly string Script = Path.Combine(Repository.Root, ".github/actions/dbgate/fleet.sh");

    [Test]
    public async Task Stop_at_the_first_failure_unless_more_are_allowed()
    {
        var run =
            await ReleaseAsync(
                "A B C", stopAfter: "1",
                "echo \"$DBGATE_FLEET_URL $DBGATE_BACKUP_FOLDER $AWS_S3_BACKUP_BUCKET\"; echo \"$@\" >&2; case $DBGATE_FLEET_URL in */b) "
                    + "exit 10 ;; esac");

        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);
        Assert.That(
            run.Output,
            Does.StartWith("== A\npostgresql://u:p=1@h/a backups/A shop/A\n== B\npostgresql://u:p=1@h/b backups/B shop/B\n").And.Contain(
                "1 of the fleet's databases have failed: C and the rest"));
        Assert.That(run.Error, Does.Contain($"--reports-folder={Root}/reports/A").And.Not.Contain("postgresql://"));
        Assert.That(Shown(), Is.EqualTo(new[] { ("dbgate/production/B", "failure", "exit 10") }));
    }

    [TestCase(null, "--target=release")]
    [TestCase("restore-test", "--target=restore-test")]
    public async Task Do_with_each_database_what_was_asked_for(string? target, string option)
    {
        Variables["INPUT_TARGET"] = target ?? "";
        var run = await ReleaseAsync("A", stopAfter: "1", "echo \"$@\"");

        Assert.That(run.Output, Does.StartWith($"== A\n{option} --project=project/. --environment=production "));
    }

    [Test]
    public async Task Say_why_a_database_failed_and_end_with_the_weightiest_code()
    {
        const string Program =
            "mkdir -p \"$REPORTS/A/run\"; echo '{\"steps\":[{\"problems\":[{\"severity\":\"error\",\"code\":\"DBG0502\",\"message\":\"a "
                + "\\\"quoted\\\" 🦄 table\"}]}]}' >\"$REPORTS/A/run/report.json\"; case $DBGATE_FLEET_URL in */a) exit 30 ;; */b) "
                + "exit 20 ;; esac";
        var run = await ReleaseAsync("A B C", stopAfter: "3", Program);

        Assert.That(run.ExitCode, Is.EqualTo(30), run.Everything);
        Assert.That(run.Output, Does.Contain("== C"));
        Assert.That(Shown()[0], Is.EqualTo(("dbgate/production/A", "failure", "exit 30, DBG0502: a \"quoted\" 🦄 table")));
    }

    [TestCase(1, 0)]
    [TestCase(2, 10)]
    public async Task Count_the_databases_that_other_shards_failed_in_this_attempt(int others, int exitCode)
    {
        for (var other = 0; other < others; other++)
        {
            Fail($"X{other}", Page);
            Fail($"X{other}", Page); // said twice, failed once
        }

        Fail("OLD", "https://github.com/acme/shop/actions/runs/4242/attempts/0");
        Fail("ELSEWHERE", "https://github.com/acme/shop/actions/runs/1/attempts/1");
        var run = await ReleaseAsync("A", stopAfter: "2", "true");

        Assert.That(run.ExitCode, Is.EqualTo(exitCode), run.Everything);
    }

    [Test]
    public async Task Find_failures_on_every_page()
    {
        for (var other = 0; other < 100; other++)
        {
            GitHub.Statuses.Add(new() { ["sha"] = Sha, ["context"] = $"ci/{other}", ["state"] = "success", ["target_url"] = "" });
        }

        Fail("X", Page);

        Assert.That((await ReleaseAsync("A", stopAfter: "1", "true")).ExitCode, Is.EqualTo(10));
    }

    [Test]
    public async Task Leave_nothing_red_that_passes_now()
    {
        Fail("A", "https://github.com/acme/shop/actions/runs/1/attempts/1");
        var run = await ReleaseAsync("A B", stopAfter: "1", "true");

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(Shown()[1..], Is.EqualTo(new[] { ("dbgate/production/A", "success", "pass") }));
    }

    [Test]
    public async Task Give_no_process_the_token_or_the_other_databases()
    {
        var run = await ReleaseAsync("A", stopAfter: "1", "env; tr '\\0' ' ' </proc/$PPID/cmdline; tr '\\0' '\\n' </proc/$PPID/environ");

        Assert.That(run.ExitCode, Is.Zero, run.Everything);
        Assert.That(
            run.Output,
            Does.Contain("/h/a".Replace("/h", "@h", StringComparison.Ordinal)).And.Not.Contain("@h/b").And.Not.Contain(GitHubDouble.Token));
    }

    [Test]
    public async Task Begin_nothing_when_GitHub_cannot_be_asked()
    {
        GitHub.Inject(
            new Fault.Answer(403, "{}", "application/json"), exchange => exchange.Path.EndsWith("/status", StringComparison.Ordinal), 9);
        var run = await ReleaseAsync("A", stopAfter: "1", "echo started");

        Assert.That(run.ExitCode, Is.EqualTo(20));
        Assert.That(run.Output, Does.Not.Contain("started").And.Contain("A and the rest of this shard were not begun"));
    }

    [Test]
    public async Task Go_on_no_further_when_a_failure_cannot_be_told()
    {
        GitHub.Forbidden.Add("/statuses/");
        var run = await ReleaseAsync("A B", stopAfter: "5", "exit 10");

        Assert.That(
            (run.ExitCode, run.Output),
            Is.EqualTo((10, "== A\n::error title=DbGate::GitHub cannot be told that A failed; the rest of this shard was not begun\n")));
    }

    [Test]
    public async Task Ask_again_when_GitHub_stumbles()
    {
        GitHub.Inject(
            new Fault.Answer(502, "<html>", "text/html"), exchange => exchange.Path.EndsWith("/status", StringComparison.Ordinal));

        Assert.That((await ReleaseAsync("A", stopAfter: "1", "true")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Of_a_cancelled_run_are_no_failures()
    {
        var run = await ReleaseAsync("A B", stopAfter: "5", "exit 130");

        Assert.That((run.ExitCode, run.Output, GitHub.Statuses.Count), Is.EqualTo((130, "== A\n", 0)));
    }

    [TestCase("A Z", "1", "the secret FLEET_URLS has no line Z=")]
    [TestCase("A", "0", "stop-after is no whole number")]
    [TestCase("A", "all", "stop-after is no whole number")]
    public async Task Begin_nothing_with_an_input_that_cannot_be_used(string shard, string stopAfter, string why)
    {
        var run = await ReleaseAsync(shard, stopAfter, "echo started");

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Output, Does.Contain(why).And.Not.Contain("started"));
    }

    void Fail(string name, string page) =>
        GitHub.Statuses.Add(
            new() { ["sha"] = Sha, ["context"] = $"dbgate/production/{name}", ["state"] = "failure", ["target_url"] = page,
                ["description"] = "" });

    (string, string, string)[] Shown() =>
        [.. GitHub.Statuses.Select(status => (Text(status, "context"), Text(status, "state"), Text(status, "description")))];

    Task<ShellResult> ReleaseAsync(string shard, string stopAfter, string program)
    {
        var path = File("dbgate", $"#!/usr/bin/env bash\n{program}\n");
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return Shell.RunAsync(
            "bash", [Script], Root,
            new Dictionary<string, string?>(Variables.ToDictionary(variable => variable.Key, variable => (string?)variable.Value))
        {
            ["GITHUB_TOKEN"] = null,
            ["FLEET_TOKEN"] = GitHubDouble.Token,
            ["FLEET_URLS"] = "A=postgresql://u:p=1@h/a\r\nB=postgresql://u:p=1@h/b\nC=postgresql://u:p=1@h/c",
            ["DBGATE_COMMAND"] = path,
            ["SHARD"] = shard,
            ["STOP_AFTER"] = stopAfter,
            ["AWS_S3_BACKUP_BUCKET"] = "shop",
            ["REPORTS"] = Path.Combine(Root, "reports"),
            ["INPUT_PROJECT"] = "project/.",
            ["INPUT_ENVIRONMENT"] = "production",
        });
    }
}
