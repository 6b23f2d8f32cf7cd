using DbGate.Configuration;
using DbGate.Configuration.Rules;
using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Tests.Configuration.Rules;

/// <summary>What a commit can do to the rules that judge it.</summary>
[Parallelizable(ParallelScope.All)]
sealed class CommitsAgainstRules
{
    static IEnumerable<Setting> Guarding => SettingsCatalog.All.Where(RuleSet.IsRule);

    static IEnumerable<string> Sections => WeakestValues.OfSections.Keys;

    [TestCaseSource(nameof(Guarding))]
    public void Leave_each_guarding_setting_as_the_last_release_had_it(Setting setting)
    {
        Assert.That(WeakestValues.OfSettings, Contains.Key(setting.Name), "a guarding setting needs its weakest value in WeakestValues");
        var (before, weakest) = WeakestValues.OfSettings[setting.Name];
        using var project = new GatedProject().With("dbgate.json", WeakestValues.File(setting.Name, weakest));
        var last = new RuleSet(before is null ? new Dictionary<string, RuleValue>() : new() { [setting.Name] = new(before) });

        var settings = Production(project).JudgedBy(RuleBasis.LastRelease, last);

        Assert.That(settings.Find(setting)?.Text, Is.EqualTo(before));
        Assert.That(
            settings.Rules.Changes.Single(),
            Is.EqualTo(new RuleChange(setting.Name, setting.Show(before), setting.Show(weakest), new SourceLocation("dbgate.json", 1))));
        Assert.That(settings.Rules.Next.Find(setting.Name), Is.EqualTo(weakest), "after the release it holds");
    }

    [TestCaseSource(nameof(Guarding))]
    public void Do_not_set_what_the_runs_environment_sets(Setting setting)
    {
        var (before, weakest) = WeakestValues.OfSettings[setting.Name];
        using var project = new GatedProject().With("dbgate.json", WeakestValues.File(setting.Name, weakest));
        var granted = before ?? (setting.DefaultText == "–" ? "granted" : setting.DefaultText);

        var settings = setting.Variables is [var variable, ..]
            ? project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production", [variable] = granted })
            : project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production" }, new() { [setting.Option!] = granted });

        Assert.That(settings.Find(setting)?.Text, Is.EqualTo(granted));
        Assert.That(settings.Rules.Changes, Is.Empty);
    }

    [TestCaseSource(nameof(Sections))]
    public void Leave_each_section_as_the_last_release_had_it(string rule)
    {
        using var project = new GatedProject().With("dbgate.json", WeakestValues.OfSections[rule]);
        var settings = Production(project).JudgedBy(RuleBasis.LastRelease, RuleSet.Empty);

        Assert.That(settings.Rules.Changes.Select(change => change.Name), Is.EqualTo(new[] { rule }));
        Assert.That(settings.Rules.InForce.Values, Is.Empty);
        Assert.That((settings.Section(rule.Split('.')[0]), settings.Waivers.Count), Is.EqualTo(((System.Text.Json.JsonElement?)null, 0)));
    }

    [TestCaseSource(nameof(Sections))]
    public void Show_each_section_on_the_first_release(string rule)
    {
        using var project = new GatedProject().With("dbgate.json", WeakestValues.OfSections[rule]);

        Assert.That(Production(project).Rules.Changes.Select(change => change.Name), Is.EqualTo(new[] { rule }));
    }

    [TestCase("approvals.production.required")]
    [TestCase("approvals.production.dataLoss")]
    [TestCase("approvals.production.authorMayApprove")]
    [TestCase("approvals.keys.ana")]
    public void Do_not_decide_who_approves_their_own_first_release(string rule)
    {
        using var project = new GatedProject().With("dbgate.json", WeakestValues.OfSections[rule]);

        Assert.That(Production(project).Section("approvals"), Is.Null);
    }

    [Test]
    public void May_be_stricter_at_once()
    {
        using var project = new GatedProject()
            .With("dbgate.json", """{ "backup": { "level": "L3" }, "approvals": { "production": { "required": 4 } } }""");
        var last =
            new RuleSet(new Dictionary<string, RuleValue> { ["backup.level"] = new("L2"), ["approvals.production.required"] = new("2") });

        var settings = Production(project).JudgedBy(RuleBasis.LastRelease, last);

        Assert.That(settings.Rules.Changes, Is.Empty);
        Assert.That(settings.Find(BackupSettings.Level)?.Text, Is.EqualTo("L3"));
        Assert.That(settings.Rules.InForce.Find("approvals.production.required"), Is.EqualTo("4"));
    }

    [Test]
    public void Keep_a_rule_that_they_leave_out()
    {
        using var project = new GatedProject();
        var last = new RuleSet(new Dictionary<string, RuleValue> { ["approvals.production.required"] = new("3") });

        var settings = Production(project).JudgedBy(RuleBasis.LastRelease, last);

        Assert.That(settings.Section("approvals")?.GetProperty("production").GetProperty("required").GetInt32(), Is.EqualTo(3));
        Assert.That(settings.Rules.Changes.Single(), Is.EqualTo(new RuleChange("approvals.production.required", "3", "–", null)));
    }

    [Test]
    public void Cannot_be_weaker_than_a_policy_file()
    {
        using var policy = new GatedProject()
            .With(
                "policy.json",
                """{ "approvals": { "production": { "required": 2 } }, "backup": { "level": "L2" }, "approvers": ["ana"] }""");
        using var project = new GatedProject()
            .With("dbgate.json", """{ "approvals": { "production": { "required": 0, "dataLoss": 3 } }, "backup": { "level": "L1" } }""");

        var settings = project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production", ["DBGATE_POLICY_FILE"] = policy.Of("policy.json") });

        Assert.That(settings.Section("approvals")?.GetProperty("production").GetRawText(), Is.EqualTo("""{"dataLoss":3,"required":2}"""));
        Assert.That(settings.Find(BackupSettings.Level)?.Text, Is.EqualTo("L2"));
        Assert.That(
            settings.Rules.Held.Select(change => change.Name), Is.EqualTo(new[] { "approvals.production.required", "backup.level" }));
        Assert.That(settings.Rules.Next.Find("backup.level"), Is.EqualTo("L2"), "a value without effect does not take effect later either");
    }

    [Test]
    public void Do_not_keep_what_a_policy_file_granted()
    {
        using var policy = new GatedProject().With("policy.json", """{ "approvals": { "production": { "required": 0 } } }""");
        using var project = new GatedProject().With("dbgate.json", """{ "approvals": { "production": { "required": 0 } } }""");

        var settings = project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production", ["DBGATE_POLICY_FILE"] = policy.Of("policy.json") });

        Assert.That(settings.Rules.InForce.Find("approvals.production.required"), Is.EqualTo("0"));
        Assert.That(settings.Rules.Next.Find("approvals.production.required"), Is.Null);
    }

    [Test]
    public void Are_free_outside_of_production()
    {
        using var project = new GatedProject()
            .With("dbgate.json", """{ "backup": { "level": "L1" }, "approvals": { "staging": { "required": 0 } } }""");

        Assert.That(project.Read(new() { ["DBGATE_ENVIRONMENT"] = "staging" }).Rules.Changes, Is.Empty);
    }

    [Test]
    public void Hold_the_policy_file_of_no_commit()
    {
        using var project = new GatedProject().With("policy.json", "{}");

        Assert.That(() => project.Read(new() { ["DBGATE_POLICY_FILE"] = "policy.json" }), Failure.From("DBG0581"));
    }

    [TestCase("""{ "environment": "development" }""", TargetEnvironment.Production)]
    [TestCase("{}", TargetEnvironment.Production)]
    public void Cannot_choose_a_weaker_environment_than_a_policy_file(string commit, TargetEnvironment expected)
    {
        using var policy = new GatedProject().With("policy.json", """{ "environment": "production" }""");
        using var project = new GatedProject().With("dbgate.json", commit);

        var settings = project.Read(new() { ["DBGATE_POLICY_FILE"] = policy.Of("policy.json") });

        Assert.That((settings.Get(GeneralSettings.Environment), settings.Sources.IsProduction), Is.EqualTo((expected, true)));
    }

    [Test]
    public void May_choose_a_stricter_environment_than_a_policy_file()
    {
        using var policy = new GatedProject().With("policy.json", """{ "environment": "staging" }""");
        using var project = new GatedProject().With("dbgate.json", """{ "environment": "production" }""");

        Assert.That(
            project.Read(new() { ["DBGATE_POLICY_FILE"] = policy.Of("policy.json") }).Get(GeneralSettings.Environment),
            Is.EqualTo(TargetEnvironment.Production));
    }

    /// <summary>The file of an environment cannot state that it is another one's.</summary>
    [Test]
    public void Stay_in_the_environment_that_chose_their_files()
    {
        using var project = new GatedProject()
            .With("dbgate.json", """{ "environment": "production" }""")
            .With(".env.production", "DBGATE_ENVIRONMENT=development\n");
        var settings = project.Read();

        Assert.That(
            (settings.Get(GeneralSettings.Environment), settings.Sources.IsProduction), Is.EqualTo((TargetEnvironment.Production, true)));
    }

    [TestCase("""{ "environment": "development" }""", null, "DBG0585")]
    [TestCase("""{ "environment": "development", "databaseUrlVariable": "DATABASE_URL_PROD" }""", null, "DBG0585")]
    [TestCase("{}", null, "DBG0585")]
    [TestCase("{}", "staging", null, Description = "the run decides")]
    public void Cannot_turn_the_rules_off_for_the_database_of_production(string commit, string? named, string? code)
    {
        using var project = new GatedProject().With("dbgate.json", commit);
        var variables =
            new Dictionary<string,
                string> { ["DATABASE_URL"] = "postgresql://u@db.example/shop", ["DATABASE_URL_PROD"] =
                    "postgresql://deploy:x@DB.example:5432/shop?sslmode=require" };
        if (named is not null)
        {
            variables["DBGATE_ENVIRONMENT"] = named;
        }

        Assert.That(() => Target.Resolve(project.Read(variables)), code is null ? Throws.Nothing : Failure.From(code));
    }

    [Test]
    public void Cannot_replace_a_key_behind_its_path()
    {
        using var project = new GatedProject()
            .With("dbgate.json", """{ "approvals": { "keys": { "ana": "keys/ana.pem" } } }""")
            .With("keys/ana.pem", Pem("old"));
        var last = Production(project).Rules.Next;
        project.With("keys/ana.pem", Pem("new"));

        var settings = Production(project).JudgedBy(RuleBasis.LastRelease, last);

        Assert.That(settings.Rules.Changes.Select(change => change.Name), Is.EqualTo(new[] { "approvals.keys.ana" }));
        Assert.That(settings.Section("approvals")?.GetProperty("keys").GetProperty("ana").GetString(), Is.EqualTo(Pem("old")));
    }

    [Test]
    public void Hold_no_key_of_a_policy_file()
    {
        using var policy = new GatedProject().With("policy.json", """{ "approvals": { "keys": { "ana": "keys/ana.pem" } } }""");
        using var project = new GatedProject().With("keys/ana.pem", Pem("mine"));

        Assert.That(() => project.Read(new() { ["DBGATE_POLICY_FILE"] = policy.Of("policy.json") }), Failure.From("DBG0581"));
    }

    static string Pem(string text) => $"-----BEGIN PUBLIC KEY-----\n{text}\n-----END PUBLIC KEY-----\n";

    static Settings Production(GatedProject project) => project.Read(new() { ["DBGATE_ENVIRONMENT"] = "production" });
}
