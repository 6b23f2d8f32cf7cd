using System.Text;
using DbGate.Backups.Manifests;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Tests.Releases;

[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class PlannedReleases
{
    [Test]
    public async Task Deploy_what_was_approved_and_leave_evidence()
    {
        await using var project = await PlannedProject.CreateAsync();
        var plan = await project.PlanAsync();
        (await project.ApproveAsync(plan)).Expect(null);
        var deploy = await project.ReleaseAsync(plan[..8]);

        deploy.Expect(null);
        Assert.That(
            deploy.Result.Facts.Select(fact => $"{fact.Name} {fact.Value}"),
            Does.Contain("approved by ben (claimed by account ben on machine laptop)").And.Contain($"plan {plan}"));
        Assert.That(await project.Database.ScalarAsync<long>("SELECT count(name) + 1 FROM \"User\""), Is.EqualTo(1));

        var audit = await project.RunAsync(new AuditStep());
        audit.Expect(null);
        Assert.That(
            audit.Result.Facts.SkipLast(1).Select(fact => string.Join(' ', fact.Value.Split(' ')[3..5])),
            Is.EqualTo(new[]
            {
                "backup-first passed", "plan passed", "approve passed", "backup-first passed", "plan passed", "migrate-deploy began",
                "migrate-deploy passed",
            }));
    }

    [Test]
    public async Task Are_blocked_without_approval_and_told_how_to_get_it()
    {
        await using var project = await PlannedProject.CreateAsync();
        var plan = await project.PlanAsync();
        var deploy = await UntouchedAsync(project, () => project.ReleaseAsync(plan), "DBG0540", ExitCode.Blocked);

        Assert.That(
            $"{deploy.Result.Problems.Single().Fix}",
            Does.Contain($"--target=approve --environment=staging --plan={plan} --by=<name> --confirm=APPROVE_STAGING").And.Contain("ana"));
    }

    [Test]
    public async Task Are_blocked_without_a_plan()
    {
        await using var project = await PlannedProject.CreateAsync();
        await UntouchedAsync(project, () => project.RunAsync(new MigrateDeployStep()), "DBG0540", ExitCode.Blocked);
    }

    [Test]
    public async Task Take_the_newest_plan_and_its_backup_when_none_is_named()
    {
        await using var project = await PlannedProject.CreateAsync();
        var plan = await project.PlanAsync();
        (await project.ApproveAsync(plan)).Expect(null);

        (await project.RunAsync(new MigrateDeployStep())).Expect(null);
    }

    /// <summary>
    /// One approved plan for all of them; each thing is put back afterwards, so that the last release proves that it alone was the reason.
    /// </summary>
    [Test]
    public async Task Are_blocked_when_anything_moved_and_pass_when_nothing_did()
    {
        await using var approved = await ApprovedAsync();
        var project = approved.Project;
        var before = await project.Database.DigestAsync();

        project.MoveCommit();
        await Blocked("the commit moved from aaaaaaaa… to bbbbbbbb…");
        project.MoveCommit('a');

        project.With(PlannedProject.Pending, "ALTER TABLE \"User\" ADD COLUMN nickname text;\n");
        var change = await Blocked($"{PlannedProject.Pending} was changed");
        Assert.That(
            (change.Cause, change.Excerpt?.Lines[0]),
            Is.EqualTo(
                ($"line 1 of the approved file was: {PlannedProject.Sql.Trim()}", "ALTER TABLE \"User\" ADD COLUMN nickname text;")));
        project.With(PlannedProject.Pending, PlannedProject.Sql);

        var engine =
            await project.RunAsync(
                new MigrateDeployStep(), ("plan", approved.Plan), ("engine", "prisma"), ("migrate-command", "./it.sh 'a b'"));
        engine.Expect("DBG0532", ExitCode.Stale);
        Assert.That(
            $"{engine.Result.Problems.Single().Fix}",
            Does.StartWith(
                $"Release with the plan's engine, or make a new plan and have it approved: ./build.sh --target=release "
                    + $"--environment=staging --plan={approved.Plan} --engine=direct ")
                .And.Contain("; ./build.sh --target=release --environment=staging --migrate-command=\"./it.sh 'a b'\""));

        project.With("20260303000000_more", "SELECT 1;\n");
        await Blocked("20260303000000_more is pending and not in the plan");
        Directory.Delete(project.Of("prisma/migrations/20260303000000_more"), recursive: true);

        await ReplacedAsync(
            "*.manifest.json",
            bytes => ManifestFile.Write(ManifestFile.Read(bytes, "m").Manifest with { GitCommit = new('e', 40) }, null).Bytes.ToArray(),
            "DBG0532", "the backup was replaced");
        await ReplacedAsync("*.sql.gz", _ => null, "DBG0532", "is gone");
        await ReplacedAsync(
            "*.sql.gz", bytes => [.. bytes[..(bytes.Length / 2)], (byte)~bytes[bytes.Length / 2], .. bytes[(bytes.Length / 2 + 1)..]],
            "DBG0323", "", ExitCode.Blocked);
        await ReplacedAsync(
            $"plans/{approved.Plan}.json",
            bytes =>
                Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\"approvalsRequired\": 1", "\"approvalsRequired\": 0")),
                "DBG0531", "");

        await project.Database.ExecuteAsync("UPDATE _prisma_migrations SET checksum = reverse(checksum)");
        (await project.ReleaseAsync(approved.Plan)).Expect("DBG0205", ExitCode.Blocked);
        await project.Database.ExecuteAsync("UPDATE _prisma_migrations SET checksum = reverse(checksum)");

        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
        (await project.ReleaseAsync(approved.Plan)).Expect(null);

        async Task<Problem> Blocked(string words, string code = "DBG0532", ExitCode exit = ExitCode.Stale)
        {
            var deploy = await project.ReleaseAsync(approved.Plan);
            deploy.Expect(code, exit);
            var problem = deploy.Result.AllProblems.First(problem => problem.IsBlocking);
            Assert.That(problem.Message, Does.Contain(words));
            return problem;
        }

        async Task ReplacedAsync(string file, Func<byte[], byte[]?> change, string code, string words, ExitCode exit = ExitCode.Stale)
        {
            var path = Directory.EnumerateFiles(project.Of("backups"), file).Single();
            var bytes = await File.ReadAllBytesAsync(path);
            if (change(bytes) is { } changed)
            {
                await File.WriteAllBytesAsync(path, changed);
            }
            else
            {
                File.Delete(path);
            }

            await Blocked(words, code, exit);
            await File.WriteAllBytesAsync(path, bytes);
        }
    }

    [Test]
    public async Task Are_blocked_when_the_plan_expired()
    {
        await using var project = await PlannedProject.CreateAsync();
        project.Clock.Shift = TimeSpan.FromSeconds(-50); // by the machine's clock it is still valid; the database's decides
        var plan = await project.PlanAsync(options: ("plan-expiry", "1s"));
        project.Url = ""; // an approver without access to the database
        (await project.ApproveAsync(plan)).Expect(null);
        project.Url = null;
        var expired = DateTimeOffset.UtcNow.AddSeconds(2);
        await Eventually.HoldsAsync(() => Task.FromResult(DateTimeOffset.UtcNow > expired));
        var before = await project.Database.DigestAsync();

        (await project.ReleaseAsync(plan)).Expect("DBG0533", ExitCode.Stale);
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Are_blocked_on_another_database()
    {
        await using var project = await ApprovedAsync();
        await using var other = await PlannedProject.CreateAsync();
        var before = await other.Database.DigestAsync();

        var deploy = await project.Project.ReleaseAsync(project.Plan, other);

        deploy.Expect("DBG0532", ExitCode.Stale);
        Assert.That(deploy.Result.Problems.Single().Message, Does.Contain("another database"));
        Assert.That(await other.Database.DigestAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Run_one_at_a_time()
    {
        await using var project = await ApprovedAsync();
        await using var session = await Session.OpenAsync(project.Project.Database.Url, null, default);
        await using (await AdvisoryLock.AcquireAsync(session, "deploy", default))
        {
            await UntouchedAsync(project.Project, () => project.Project.ReleaseAsync(project.Plan), "DBG0038", ExitCode.Locked);
        }

        var both = await Task.WhenAll(project.Project.ReleaseAsync(project.Plan), project.Project.ReleaseAsync(project.Plan));
        Assert.That(
            both.Select(report => report.Result.AllProblems.FirstOrDefault(problem => problem.IsBlocking)?.Code.Id),
            Has.Some.Null.And.All.AnyOf(null, "DBG0038"));
        Assert.That(await project.Project.Database.ScalarAsync<long>("SELECT count(*) FROM _prisma_migrations"), Is.EqualTo(2));
    }

    [Test]
    public async Task Are_done_when_they_were_done_before()
    {
        await using var project = await ApprovedAsync();
        (await project.Project.ReleaseAsync(project.Plan)).Expect(null);
        var again = await project.Project.ReleaseAsync(project.Plan);

        again.Expect(null);
        Assert.That(again.Result.Summary, Does.StartWith("nothing to deploy"));
    }

    [Test]
    public async Task Killed_before_their_outcome_was_recorded_stand_in_the_audit_until_they_are_run_again()
    {
        await using var project = await ApprovedAsync();
        using var victim = project.Project.StartVictim(project.Plan);
        while (await victim.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(3)) is var line && line != DeployVictim.Deployed)
        {
            Assert.That(line, Is.Not.Null, "it ended by itself");
        }

        victim.Kill();
        await victim.WaitForExitAsync();
        await using var session = await Session.OpenAsync(project.Project.Database.Url, null, default);
        await Eventually.HoldsAsync(async () => await AdvisoryLock.ReadHolderAsync(session, "deploy", default) is null);
        var audit = await project.Project.RunAsync(new AuditStep());
        var again = await project.Project.ReleaseAsync(project.Plan);
        var after = await project.Project.RunAsync(new AuditStep());

        Assert.That(
            audit.Result.Problems.Select(problem => (problem.Code.Id, $"{problem.Fix}")),
            Is.EqualTo(
                new[] { ("DBG0524",
                    $"Read the ledger: ./build.sh --target=verify-ready --environment=staging --project={project.Project.Root}") }));
        again.Expect(null);
        Assert.That(again.Result.Summary, Is.EqualTo("nothing to deploy: 2/2 migrations applied"));
        Assert.That(after.Result.Problems, Is.Empty);
    }

    [Test]
    public async Task Do_not_plan_what_a_rule_forbids()
    {
        await using var project = await PlannedProject.CreateAsync(sql: "DROP TABLE \"User\";\n");
        var plan = await project.RunAsync(new PlanStep());

        Assert.That(plan.Result.IsBlocking, Is.True);
        Assert.That(Directory.Exists(project.Of("backups/plans")), Is.False);
    }

    /// <summary>
    /// The rule's finding is let pass by a comment in the file or by dbgate.json, each with its last day; both are in the plan.
    /// </summary>
    [TestCase("", "NEXT MONTH", null)]
    [TestCase("-- dbgate:allow drop-column until NEXT MONTH reason: nobody reads it\n", null, null)]
    [TestCase("-- dbgate:allow drop-column until 2099-01-01 reason: nobody reads it\n", null, "DBG0242")]
    [TestCase("", "2099-01-01", "DBG0242")]
    [TestCase("", "2026-01-01", "DBG0242")]
    [TestCase("-- dbgate:allow drop-column until 2026-01-01 reason: nobody reads it\n", null, "DBG0242")]
    public async Task Let_what_was_waived_pass_until_its_day(string comment, string? until, string? code)
    {
        var nextMonth = DateTime.UtcNow.AddMonths(1).ToString("yyyy-MM-dd");
        var isTooLong = (comment + until).Contains("2099", StringComparison.Ordinal);
        (comment, until) =
            (comment.Replace("NEXT MONTH", nextMonth, StringComparison.Ordinal),
                until?.Replace("NEXT MONTH", nextMonth, StringComparison.Ordinal));
        await using var project =
            await PlannedProject.CreateAsync(
                sql: $"{comment}ALTER TABLE \"User\" DROP COLUMN mail;\n", byHand: "ALTER TABLE \"User\" ADD mail text");
        if (until is not null)
        {
            await File.WriteAllTextAsync(
                project.Of("dbgate.json"),
                $$"""{ "approvals": { "staging": { "required": 0 } }, "waivers": [{ "check": "DBG0242", "reason": "nobody reads it", "who": "ana", "expires": "{{until}}" }] }""");
        }

        var plan = await project.RunAsync(new PlanStep());

        plan.Expect(code, code is null ? ExitCode.Pass : ExitCode.Blocked);
        if (code is null)
        {
            Assert.That(
                await File.ReadAllTextAsync(Directory.EnumerateFiles(project.Of("backups/plans"), "*.md").Single()),
                Does.Contain("nobody reads it"));
        }
        else
        {
            Assert.That(plan.Result.AllProblems.Select(problem => problem.Code.Id), Has.Some.EqualTo((comment.Length > 0, isTooLong) switch
            {
                (true, true) => "DBG0281",
                (true, _) => "DBG0280",
                (_, true) => "DBG0583",
                _ => "DBG0010",
            }));
        }
    }

    [Test]
    public async Task Are_not_approved_by_their_author()
    {
        await using var project = await PlannedProject.CreateAsync();
        (await project.ApproveAsync(await project.PlanAsync(), by: "Ana")).Expect("DBG0541", ExitCode.Blocked);
    }

    [Test]
    public async Task Are_not_approved_without_the_word()
    {
        await using var project = await PlannedProject.CreateAsync();
        (await project.ApproveAsync(await project.PlanAsync(), "ben", ("confirm", "yes"))).Expect("DBG0542", ExitCode.Blocked);
    }

    [TestCase("APPROVE_STAGING\r", null)]
    [TestCase("approve", "DBG0542")]
    [TestCase(null, "DBG0542")]
    public async Task Are_approved_by_typing_the_word(string? typed, string? code)
    {
        await using var project = await PlannedProject.CreateAsync();
        var plan = await project.PlanAsync();
        var person = new Person(typed);
        await using var run = project.Start([("plan", plan), ("by", "ben")], prompt: person);

        (await run.ExecuteAsync(new ApproveStep(), default)).Expect(code, code is null ? ExitCode.Pass : ExitCode.Blocked);
        Assert.That(person.Question, Does.Contain(plan).And.Contain("1 migration will be applied").And.Contain("not rehearsed"));
    }

    [Test]
    public async Task Are_approved_once_by_each_person()
    {
        await using var project = await PlannedProject.CreateAsync("""{ "staging": { "required": 2 } }""");
        var plan = await project.PlanAsync();
        (await project.ApproveAsync(plan)).Expect(null);
        Assert.That((await project.ApproveAsync(plan, "BEN")).Result.Summary, Does.Contain("had approved").And.EndWith("1 of 2 approvals"));

        var blocked =
            (await UntouchedAsync(
                project, () => project.ReleaseAsync(plan), "DBG0540", ExitCode.Blocked)).Result.Problems.Single(problem =>
                    problem.IsBlocking);
        Assert.That(blocked.Cause, Is.EqualTo("approved so far by ben; it may lose data: the migrations were not rehearsed"));
        Assert.That(
            $"{blocked.Fix}",
            Does.StartWith("Have it approved by a person other than ana and ben, then release: ").And.Contain(
                $"--plan={plan} --engine=direct"));
        (await project.ApproveAsync(plan, "cara")).Expect(null);
        (await project.ReleaseAsync(plan)).Expect(null);
    }

    [Test]
    public async Task Keep_the_plan_for_machines_and_for_people()
    {
        await using var project = await PlannedProject.CreateAsync();
        var plan = await project.PlanAsync();
        var text = await File.ReadAllTextAsync(project.Of($"backups/plans/{plan}.json"));

        Assert.That(text, Does.Contain($"\"digest\": \"{plan}\""));
        Assert.That(File.Exists(project.Of($"backups/plans/{plan}.md")), Is.True);
    }

    static async Task<Approved> ApprovedAsync()
    {
        var project = await PlannedProject.CreateAsync();
        var plan = await project.PlanAsync();
        (await project.ApproveAsync(plan)).Expect(null);
        return new Approved(project, plan);
    }

    static async Task<StepReport> UntouchedAsync(PlannedProject project, Func<Task<StepReport>> run, string code, ExitCode exit)
    {
        var before = await project.Database.DigestAsync();
        var report = await run();
        report.Expect(code, exit);
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
        return report;
    }

    sealed record Approved(PlannedProject Project, string Plan) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Project.DisposeAsync();
    }

    sealed class Person(string? typed) : IPrompt
    {
        public string Question { get; private set; } = "";

        public Task<string?> AskAsync(string question, CancellationToken cancellationToken)
        {
            Question = question;
            return Task.FromResult(typed);
        }
    }
}
