using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations.Drift;
using DbGate.Releases;
using DbGate.Releases.Evidence;
using DbGate.Releases.Plans;
using DbGate.Testing.Http;
using DbGate.Tests.Releases;

namespace DbGate.Tests.GitHub;

/// <summary>Reviews of a GitHub environment as approvals of a plan.</summary>
[Parallelizable(ParallelScope.Self)]
sealed class Reviews : GitHubFixture
{
    PlanFile plan = null!;

    [SetUp]
    public async Task APlanWaits()
    {
        await using var context = Context();
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var made = SamplePlans.Rehearsed with { RequestedBy = "mia", CreatedAt = now.AddMinutes(-10), ExpiresAt = now.AddHours(1) };
        plan = PlanFile.Write(made with { Promise = made.Promise with { Environment = "production", Commit = Sha } }, null);
        await PlanGate.PlansOf(context).SaveAsync(plan, "", new CatalogSnapshot([]), null, CancellationToken.None);
        await EvidenceWriter.LogOf(context).AppendAsync(
            new EvidenceRecord { At = now, Kind = "plan", Outcome = "passed", Environment = "production", Actor = "mia", Tool =
                "DbGate 1.0.0", Summary = "a plan" }, CancellationToken.None);
        GitHub.AddEnvironment("production", true, "ana", "ben");
    }

    [Test]
    public async Task After_the_plan_approve_it_and_go_into_the_evidence()
    {
        Reviewed("ana");

        var result = await ReadAsync();

        Assert.That(result.IsBlocking, Is.False, Problems(result));
        Assert.That(result.Summary, Does.Contain("1 of 1 approvals (ana)"));
        Assert.That(
            result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.Contains("self-review is prevented").And.Some.StartsWith("approved: ana at "));
        await using var context = Context();
        Assert.That((await PlanGate.CountAsync(context, plan, CancellationToken.None)).IsEnough, Is.True, "what migrate-deploy asks");
    }

    [Test]
    public async Task Before_the_plan_approve_nothing()
    {
        Reviewed("ana", waited: -20);

        Assert.That(Problems(await ReadAsync()), Does.StartWith("DBG0540"));
    }

    [Test]
    public async Task That_name_the_digest_approve_it_whenever_they_were_given()
    {
        Reviewed("ana", $"checked {plan.Digest[..12]}", waited: -20);

        Assert.That(Problems(await ReadAsync(("DBGATE_GITHUB_APPROVAL_BINDING", "comment"))), Is.Empty);
    }

    [Test]
    public async Task That_do_not_name_the_digest_approve_nothing_where_they_must()
    {
        Reviewed("ana", "ship it");

        Assert.That(Problems(await ReadAsync(("DBGATE_GITHUB_APPROVAL_BINDING", "comment"))), Does.StartWith("DBG0540"));
    }

    [Test]
    public async Task Of_the_one_who_asked_approve_nothing()
    {
        GitHub.AddEnvironment("production", false, "mia");
        Reviewed("mia");

        var result = await ReadAsync();

        Assert.That(result.AllProblems.Select(problem => problem.Code.Id), Is.EqualTo(new[] { "DBG0913", "DBG0540" }));
    }

    /// <summary>Ben pressed "Re-run all jobs": this plan was made because he asked.</summary>
    [Test]
    public async Task Of_the_one_who_ran_the_run_again_approve_nothing()
    {
        GitHub.AddEnvironment("production", false, "ana", "ben");
        Reviewed("ben");

        var result = await ReadAsync(("DBGATE_REQUESTED_BY", "mia"), ("GITHUB_TRIGGERING_ACTOR", "Ben"));

        Assert.That(Problems(result), Does.StartWith("DBG0540"));
        Assert.That(
            result.Facts.Select(fact => fact.Value),
            Has.Some.EqualTo("ben started this workflow run or ran it again, and may not approve its plan"));
        await using var context = Context();
        Assert.That((await PlanGate.CountAsync(context, plan, CancellationToken.None)).Counted, Is.Empty);
    }

    [Test]
    public async Task Of_one_who_ran_an_earlier_attempt_approve_nothing()
    {
        (GitHub.Attempts[2], GitHub.Attempts[3]) = ("ben", "mia");
        Reviewed("ben");

        Assert.That(Problems(await ReadAsync(("GITHUB_RUN_ATTEMPT", "4"))), Does.StartWith("DBG0540"));
    }

    [Test]
    public async Task Of_attempts_that_cannot_be_read_block()
    {
        Reviewed("ben");

        Assert.That(Problems(await ReadAsync(("GITHUB_RUN_ATTEMPT", "3"))), Does.StartWith("DBG0910"));
    }

    [Test]
    public async Task Of_one_who_asked_for_the_plan_in_an_earlier_attempt_approve_nothing()
    {
        await SaveAsync(plan.Plan with { AlsoRequestedBy = ["BEN"] });
        Reviewed("ben");

        Assert.That(Problems(await ReadAsync(("GITHUB_TRIGGERING_ACTOR", "mia"))), Does.StartWith("DBG0540"));
    }

    /// <summary>"Re-run all jobs": the plan is of the second attempt, and so is one of the reviews; GitHub does not report which.</summary>
    [TestCase("ana", "ana", "", true, TestName = "Of one person in each attempt approve the newest plan")]
    [TestCase("ana", "ben", "", false, TestName = "Of several people in several attempts approve nothing without the digest")]
    [TestCase("ana", "ben", "digest", true, TestName = "Of several people in several attempts approve the plan that they name")]
    [TestCase("ana", null, "", false, TestName = "Of an earlier attempt alone approve nothing")]
    public async Task Of_a_run_that_was_run_again(string first, string? second, string comment, bool counts)
    {
        Reviewed(first, waited: -20);
        var start = DateTimeOffset.UtcNow.AddMinutes(-8);
        GitHub.AddDeployment(Sha, "production", RunId, ("waiting", start), ("in_progress", start.AddMinutes(4)));
        if (second is not null)
        {
            GitHub.AddReview(second, "approved", comment == "digest" ? $"plan {plan.Digest[..8]}" : "", "production");
        }

        var result = await ReadAsync();

        Assert.That(result.IsBlocking, Is.EqualTo(!counts), Problems(result));
        Assert.That(
            result.AllProblems.Where(problem => problem.Code.Id == "DBG0917").Select(problem => $"{problem.Fix}"),
            counts && comment.Length == 0
                ? Is.Empty
                : Has.Some.Contains($"\"Re-run failed jobs\", and write {plan.Digest[..8]} into the comment"));
    }

    [TestCase("mia", "approved the own run")]
    [TestCase("mallory", "is no required reviewer")]
    [TestCase(null, "the job runs without an approval")]
    public async Task That_a_bypass_replaced_block(string? by, string how)
    {
        GitHub.AddEnvironment("production", true, "ana", "mia");
        Reviewed(by);

        var result = await ReadAsync();

        Assert.That(Problems(result), Does.StartWith("DBG0911").And.Contain(how));
        await using var context = Context();
        Assert.That((await PlanGate.CountAsync(context, plan, CancellationToken.None)).Counted, Is.Empty);
    }

    [Test]
    public async Task Of_an_environment_that_asks_nobody_block()
    {
        GitHub.AddEnvironment("production", true);

        Assert.That(Problems(await ReadAsync()), Does.StartWith("DBG0912"));
    }

    [Test]
    public async Task Of_a_team_say_that_its_members_are_not_known()
    {
        GitHub.AddEnvironment("production", true, "team:dba");
        Reviewed("ana");

        var result = await ReadAsync();

        Assert.That(result.IsBlocking, Is.False, Problems(result));
        Assert.That(result.NotChecked.Single(), Does.Contain("team dba"));
    }

    [Test]
    public async Task Of_another_environment_are_none()
    {
        GitHub.AddReview("ana", "approved", "", "staging");
        GitHub.AddReview("ben", "rejected", "not today", "production");

        Assert.That(Problems(await ReadAsync()), Does.StartWith("DBG0540"));
    }

    [TestCase("deployments")]
    [TestCase("environments")]
    public async Task Without_a_right_to_read_are_bound_only_by_their_comment(string forbidden)
    {
        GitHub.Forbidden.Add(forbidden);
        Reviewed("ana", $"{plan.Digest}");

        Assert.That(Problems(await ReadAsync()), Is.Empty);
    }

    [Test]
    public async Task Without_a_right_to_read_when_prove_nothing()
    {
        GitHub.Forbidden.Add("deployments");
        Reviewed("ana");

        var result = await ReadAsync();

        Assert.That(Problems(result), Does.StartWith("DBG0540"));
        Assert.That(result.Facts.Select(fact => fact.Value), Has.Some.Contains("deployments: read"));
    }

    [Test]
    public async Task That_cannot_be_read_block()
    {
        GitHub.Inject(new Fault.Answer(500), exchange => exchange.Path.EndsWith("/approvals", StringComparison.Ordinal), 99);

        Assert.That(Problems(await ReadAsync()), Does.StartWith("DBG0910"));
    }

    [Test]
    public async Task Outside_of_a_workflow_run_are_none() =>
        Assert.That(Problems(await ReadAsync(("GITHUB_ACTIONS", ""))), Does.StartWith("DBG0914"));

    [Test]
    public async Task Of_a_run_of_another_commit_approve_nothing()
    {
        const string Other = "2222222222222222222222222222222222222222";
        GitHub.AddDeployment(
            Other, "production", RunId, ("waiting", DateTimeOffset.UtcNow.AddMinutes(-8)),
            ("in_progress", DateTimeOffset.UtcNow.AddMinutes(-5)));
        GitHub.AddReview("ana", "approved", "", "production");

        var result = await ReadAsync(("GITHUB_SHA", Other));

        Assert.That(Problems(result), Does.StartWith("DBG0540"));
    }

    async Task SaveAsync(Plan made)
    {
        await using var context = Context();
        plan = PlanFile.Write(made, null);
        await PlanGate.PlansOf(context).SaveAsync(plan, "", new CatalogSnapshot([]), null, CancellationToken.None);
    }

    /// <summary>The job waited, a person (or no one) approved, and it went on; minutes from now.</summary>
    void Reviewed(string? by, string comment = "", int waited = -8)
    {
        var start = DateTimeOffset.UtcNow.AddMinutes(waited);
        GitHub.AddDeployment(
            Sha, "production", RunId, ("waiting", start), ("queued", start.AddMinutes(3)), ("in_progress", start.AddMinutes(4)));
        if (by is not null)
        {
            GitHub.AddReview(by, "approved", comment, "production");
        }
    }

    async Task<StepResult> ReadAsync(params (string, string)[] variables)
    {
        await using var context = Context([("DBGATE_PLAN", plan.Digest), .. variables]);
        return (await new GateRunner(context).ExecuteAsync(new GitHubApprovalsStep(), CancellationToken.None)).Result;
    }

    static string Problems(StepResult result) =>
        string.Join("\n", result.AllProblems.Where(problem => problem.IsBlocking).Select(problem => $"{problem.Code} {problem.Message}"));
}
