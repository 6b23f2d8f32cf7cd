using DbGate.Testing.GitHub;

namespace DbGate.Tests.GitHub;

/// <summary>The shell that asks who approved a fleet's run.</summary>
[Platform("Linux")]
sealed class FleetApprovals : GitHubFixture
{
    [Test]
    public async Task Are_those_of_others_than_who_asked()
    {
        GitHub.AddReview("Mia", "approved", "", "production");
        GitHub.AddReview("ben", "approved", "", "Production");
        var run = await AskAsync();

        Assert.That((run.ExitCode, run.Output), Is.EqualTo((0, "approved by ben; each database's own gate follows\n")), run.Error);
    }

    [TestCase("mia", "approved", "production", "mia asked for this release, and may not approve it")]
    [TestCase("ben", "rejected", "production", "nobody approved this run in the environment production")]
    [TestCase("ben", "approved", "staging", "nobody approved this run in the environment production")]
    public async Task Are_no_others(string by, string state, string environment, string why)
    {
        GitHub.AddReview(by, state, "", environment);
        var run = await AskAsync();

        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);
        Assert.That(run.Output, Does.Contain(why));
    }

    [Test]
    public async Task Are_none_of_those_who_ran_the_run_again()
    {
        (GitHub.Attempts[2], Variables["GITHUB_RUN_ATTEMPT"]) = ("ben", "3");
        GitHub.AddReview("ben", "approved", "", "production");
        var run = await AskAsync();

        Assert.That(
            (run.ExitCode, run.Output),
            Is.EqualTo(
                (10,
                    "::error title=DbGate::ben asked for this release, and may not approve it; turn on \"Prevent self-review\" in the "
                        + "settings of the environment production\n")), run.Error);
    }

    [Test]
    public async Task Are_none_when_they_cannot_be_read()
    {
        GitHub.Forbidden.Add("approvals");
        var run = await AskAsync();

        Assert.That(
            (run.ExitCode, run.Output),
            Is.EqualTo((20, "::error title=DbGate::the reviews of this run cannot be read; it takes actions: read\n")));
    }

    Task<ShellResult> AskAsync() => Shell.RunAsync(
        "bash",
        [Path.Combine(Repository.Root, ".github/actions/dbgate/reviewed.sh")],
        Root,
        new Dictionary<string, string?>(Variables.ToDictionary(variable => variable.Key, variable => (string?)variable.Value))
        {
            ["GITHUB_TOKEN"] = null,
            ["REVIEW_TOKEN"] = GitHubDouble.Token,
            ["ENVIRONMENT"] = "production",
            ["GITHUB_STEP_SUMMARY"] = File("summary", ""),
        });
}
