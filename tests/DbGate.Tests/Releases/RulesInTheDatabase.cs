using System.Text.Json;
using DbGate.Configuration;
using DbGate.Configuration.Rules;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Rules;

namespace DbGate.Tests.Releases;

/// <summary>The rules that a release leaves in schema <c>dbgate</c>, and what they show about the evidence log.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RulesInTheDatabase
{
    const string Policy = """{ "production": { "required": 0, "dataLoss": 0 } }""";
    const string Next = "20260303000000_next";

    [Test]
    public async Task Agree_with_the_log_over_releases_and_over_another_installation()
    {
        await using var project = await ReleasedAsync();
        var (record, digest) = await KeptAsync(project);
        Assert.That(RulesOfRecord(project, record), Is.EqualTo(digest));

        (await project.RunAsync(new ProtectStep())).Expect(null);
        Assert.That(await KeptAsync(project), Is.EqualTo((record, digest)));

        project.With(Next, "CREATE TABLE next (id int);\n");
        Assert.That((await ReleaseAsync(project)).AllProblems.Where(problem => problem.IsBlocking), Is.Empty);
        Assert.That(await KeptAsync(project), Is.EqualTo((record, digest)), "the rules did not change");
    }

    /// <summary>The holder of the store removes the newest records, so that the commit would set the rules of a first release.</summary>
    [Test]
    public async Task Show_that_the_newest_records_of_the_log_were_removed()
    {
        await using var project = await ReleasedAsync();
        var (record, _) = await KeptAsync(project);
        foreach (var file in Directory.EnumerateFiles(project.Of("backups/evidence"), "*.json")
            .Where(file => long.Parse(Path.GetFileNameWithoutExtension(file)) >= record))
        {
            File.Delete(file);
        }

        await BlockedAsync(project, "the evidence log has no rules");
    }

    [TestCase("UPDATE dbgate.rules SET record = record + 1000", "the newest rules of the evidence log are of record")]
    [TestCase("UPDATE dbgate.rules SET rules = '{ \"rehearsal\": \"off\" }'", "do not have the digest")]
    [TestCase("UPDATE dbgate.rules SET rules = 'nothing'", "do not have the digest")]
    [TestCase("UPDATE dbgate.rules SET record = 1", "record 1 of the evidence log holds no rules")]
    public async Task Block_when_they_were_edited(string edit, string words)
    {
        await using var project = await ReleasedAsync();
        await project.Database.ExecuteAsync(edit);

        await BlockedAsync(project, words);
    }

    [Test]
    public async Task Of_another_database_do_not_count_in_its_copy()
    {
        await using var project = await ReleasedAsync();
        await project.Database.ExecuteAsync("UPDATE dbgate.rules SET record = 1, system_identifier = '1'");
        project.With(Next, "CREATE TABLE next (id int);\n");

        Assert.That((await ReleaseAsync(project)).AllProblems.Where(problem => problem.IsBlocking), Is.Empty);
    }

    /// <summary>The commands of the problem, by their steps.</summary>
    [Test]
    public async Task Are_forgotten_when_the_protection_is_installed_again()
    {
        await using var project = await ReleasedAsync();
        await project.Database.ExecuteAsync("UPDATE dbgate.rules SET record = record + 1000");
        await BlockedAsync(project, "the newest rules");

        (await project.RunAsync(new UnprotectStep(), ("confirm", project.Database.Url.Database))).Expect(null);
        (await project.RunAsync(new ProtectStep())).Expect(null);

        Assert.That((await ReleaseAsync(project)).AllProblems.Where(problem => problem.IsBlocking), Is.Empty);
    }

    /// <summary>A commit that calls itself development does not turn the rules of production off.</summary>
    [TestCase("""{ "environment": "development" }""", null, "DBG0585")]
    [TestCase("""{ "environment": "staging" }""", null, "DBG0585")]
    [TestCase("{}", null, "DBG0585")]
    [TestCase("{}", "staging", null)]
    public async Task Name_the_environment_that_a_commit_hides(string file, string? named, string? code)
    {
        await using var project = await ReleasedAsync();
        await File.WriteAllTextAsync(project.Of("dbgate.json"), file);
        var options = new Dictionary<string, string> { ["engine"] = "direct", ["rehearsal"] = "off" };
        if (named is not null)
        {
            options["environment"] = named;
        }

        var settings =
            SettingsReader.Read(options, new Dictionary<string, string> { ["DATABASE_URL"] = project.Database.UrlText }, project.Root);
        await using var context = new GateContext(settings);
        context.Update(state => state with { Guard = new GuardProof(1), Safety = new SafetyProof(DateTimeOffset.UtcNow) });
        await using var run = new GateRunner(context);

        (await run.ExecuteAsync(new BackupFirstStep(), default)).Expect(code, code is null ? ExitCode.Pass : ExitCode.Blocked);
    }

    [TestCase(null, 5, null, 5, "the evidence log has no rules")]
    [TestCase(4, 5, null, 5, "the newest rules of the evidence log are of record 4")]
    [TestCase(5, 5, "same", 5, null)]
    [TestCase(6, 5, "same", 6, null, Description = "the release before could not write to the database")]
    [TestCase(6, 5, "other", 6, "holds other rules")]
    [TestCase(6, 5, null, 6, "holds no rules")]
    [TestCase(6, null, null, 6, null)]
    [TestCase(null, null, null, null, null)]
    public void Of_the_newer_record_hold(int? log, int? kept, string? then, int? record, string? difference)
    {
        var ofDatabase = Rules(("backup.level", "L2"));
        var agreement = RulesAgreement.Decide(
            log is { } number ? new LastRules(Rules(("backup.level", "L1")), number) : null,
            kept is { } other ? new KeptRules(other, RecordedRules.From(ofDatabase)) : null,
            then == "same" ? RecordedRules.DigestOf(ofDatabase) : then);

        Assert.That(agreement.InForce?.Record, Is.EqualTo(record));
        Assert.That(agreement.Difference, difference is null ? Is.Null : Does.Contain(difference));
    }

    [Test]
    public void Of_one_record_hold_by_their_stricter_values()
    {
        var log = Rules(("backup.level", "L1"), ("planExpiry", "30m"), ("approvals.production.required", "3"));
        var database = Rules(("backup.level", "L3"), ("planExpiry", "2h"));

        var agreement =
            RulesAgreement.Decide(new LastRules(log, 7), new KeptRules(7, RecordedRules.From(database)), RecordedRules.DigestOf(log));

        Assert.That(agreement.Difference, Does.Contain("holds other rules"));
        Assert.That(
            agreement.InForce!.Rules.Values.ToDictionary(rule => rule.Key, rule => rule.Value.Text),
            Is.EquivalentTo(new Dictionary<string, string>
        {
            ["backup.level"] = "L3", ["planExpiry"] = "30m", ["approvals.production.required"] = "3",
        }));
    }

    static RuleSet Rules(params (string Name, string Value)[] rules) =>
        new(rules.ToDictionary(rule => rule.Name, rule => new RuleValue(rule.Value)));

    /// <summary>A protected production after one release.</summary>
    static async Task<PlannedProject> ReleasedAsync()
    {
        var project = await PlannedProject.CreateAsync(Policy);
        project.Environment = "production";
        (await project.RunAsync(new ProtectStep())).Expect(null);
        Assert.That(
            (await ReleaseAsync(project)).AllProblems.Where(problem => problem.IsBlocking || problem.Code.Id == "DBG0586"), Is.Empty);
        return project;
    }

    static async Task<GateReport> ReleaseAsync(PlannedProject project)
    {
        await using var run = project.Start([("rehearsal", "off")]);
        foreach (IStep step in new IStep[] { new BackupFirstStep(), new MigrateDeployStep() })
        {
            await run.ExecuteAsync(step, default);
        }

        return await run.RecordAsync();
    }

    static async Task BlockedAsync(PlannedProject project, string words)
    {
        project.With(Next, "CREATE TABLE next (id int);\n");
        var before = await project.Database.DigestAsync();
        var report = await ReleaseAsync(project);

        Assert.That(
            report.AllProblems.Where(problem => problem.IsBlocking).Select(problem => problem.Code.Id).Distinct(),
            Is.EqualTo(new[] { "DBG0584" }));
        Assert.That(
            (report.Steps.Count(step => step.Result.IsBlocking), report.ExitCode), Is.EqualTo((2, ExitCode.Blocked)),
            "each step is refused by itself");
        Assert.That(report.AllProblems.First().Cause, Does.Contain(words));
        Assert.That(await project.Database.DigestAsync(), Is.EqualTo(before));
    }

    static async Task<(long Record, string Digest)> KeptAsync(PlannedProject project) =>
        (await project.Database.ScalarAsync<long>("SELECT record FROM dbgate.rules"),
            (await project.Database.ScalarAsync<string>("SELECT digest FROM dbgate.rules"))!);

    static string? RulesOfRecord(PlannedProject project, long record)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(project.Of($"backups/evidence/{record:00000000}.json")));
        return json.RootElement.GetProperty("rules").GetProperty("digest").GetString();
    }
}
