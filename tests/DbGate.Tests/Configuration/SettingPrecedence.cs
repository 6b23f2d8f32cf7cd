using DbGate.Configuration;
using DbGate.Targets;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
sealed class SettingPrecedence
{
    // The last release is no file: RulesInForce tests it.
    static readonly SettingLayer[] Layers = [.. Enum.GetValues<SettingLayer>().Except([SettingLayer.LastRelease])];

    // The policy file is read as soon as it is named: CommitsAgainstRules tests it.
    static IEnumerable<Setting> Settings => SettingsCatalog.All.Except([PlanSettings.PolicyFile]);

    [Test]
    public void Takes_the_strongest_layer_that_says_something([ValueSource(nameof(Layers))] SettingLayer strongest)
    {
        using var project = new GatedProject();
        using var policy = new GatedProject();
        var environment = new Dictionary<string, string> { ["DBGATE_ENVIRONMENT"] = "staging" };
        var options = new Dictionary<string, string>();
        foreach (var layer in Layers.Where(layer => layer >= strongest))
        {
            var text = $"{(int)layer + 10}s";
            _ = layer switch
            {
                SettingLayer.CommandLine => options["ready-timeout"] = text,
                SettingLayer.Environment => environment["READY_TIMEOUT"] = text,
                SettingLayer.EnvironmentFile => Written(".env.staging", $"READY_TIMEOUT={text}"),
                SettingLayer.DotEnv => Written(".env", $"READY_TIMEOUT={text}"),
                SettingLayer.PolicyFile => environment["DBGATE_POLICY_FILE"] = Policy($$"""{ "ready": { "timeout": "{{text}}" } }"""),
                SettingLayer.File => Written("dbgate.json", $$"""{ "ready": { "timeout": "{{text}}" } }"""),
                _ => "",
            };
        }

        var settings = project.Read(environment, options);

        Assert.That(settings.Find(ReadySettings.Timeout)?.Source.Layer ?? SettingLayer.Default, Is.EqualTo(strongest));
        Assert.That(
            settings.Get(ReadySettings.Timeout),
            Is.EqualTo(strongest == SettingLayer.Default ? TimeSpan.FromMinutes(2) : TimeSpan.FromSeconds((int)strongest + 10)));

        string Policy(string content)
        {
            File.WriteAllText(policy.Of("policy.json"), content);
            return policy.Of("policy.json");
        }

        string Written(string file, string content)
        {
            project.With(file, content);
            return content;
        }
    }

    [TestCaseSource(nameof(Settings))]
    public void Reads_every_setting_by_each_of_its_names(Setting setting)
    {
        var text = setting == GeneralSettings.Project ? "." : setting.DefaultText is "–" ? "some-text" : setting.DefaultText;
        foreach (var variable in setting.Variables)
        {
            using var project = new GatedProject();
            Assert.That(project.Read(new() { [variable] = text }).Find(setting)?.Source.Name, Is.EqualTo($"variable {variable}"));
        }

        if (setting is { IsSecret: false, Option: { } option })
        {
            using var project = new GatedProject();
            Assert.That(project.Read(options: new() { [option] = text }).Find(setting)?.Source.Name, Is.EqualTo($"--{option}"));
        }

        if (setting is { IsSecret: false, Class: not SettingClass.TrustedOnly })
        {
            using var project = new GatedProject();
            var names = setting.Name.Split('.');
            project.With(
                "dbgate.json", string.Concat(names.Select(name => $$"""{"{{name}}":""")) + $"\"{text}\"" + new string('}', names.Length));
            Assert.That(project.Read().Find(setting)?.Source.Name, Is.EqualTo($"{setting.Name} in dbgate.json:1"));
        }
    }

    [Test]
    public void Takes_an_empty_variable_for_not_set()
    {
        using var project = new GatedProject().With(".env", "READY_URL=http://from-file/ready");

        Assert.That(project.Read(new() { ["READY_URL"] = "" }).Get(ReadySettings.Url), Is.EqualTo("http://from-file/ready"));
    }

    [Test]
    public void Takes_an_empty_variable_for_not_set_in_a_url_too()
    {
        using var project = new GatedProject().With(".env", "DATABASE_URL=postgresql://u@h/from_file");

        Assert.That(Target.Resolve(project.Read(new() { ["DATABASE_URL"] = "" })).Url.Database, Is.EqualTo("from_file"));
    }

    [TestCase(".env", "DBGATE_ENVIRONMENT=production")]
    [TestCase("dbgate.json", """{ "environment": "production" }""")]
    public void Reads_the_file_of_the_environment_whoever_named_it(string file, string text)
    {
        using var project = new GatedProject().With(file, text).With(".env.production", "READY_URL=http://production/ready");

        Assert.That(project.Read().Get(ReadySettings.Url), Is.EqualTo("http://production/ready"));
    }

    [Test]
    public void Does_not_read_the_file_of_another_environment()
    {
        using var project = new GatedProject().With(".env.production", "READY_URL=http://production/ready");

        Assert.That(project.Read(new() { ["DBGATE_ENVIRONMENT"] = "staging" }).Find(ReadySettings.Url), Is.Null);
    }

    [Test]
    public void Remembers_file_and_line()
    {
        using var project = new GatedProject().With(".env", "# first\n\nREADY_URL=http://a/ready\n");

        Assert.That(project.Read().Find(ReadySettings.Url)?.Source.Name, Is.EqualTo("READY_URL in .env:3"));
    }

    [Test]
    public void Starts_a_relative_project_from_where_it_was_called()
    {
        using var project = new GatedProject().With("api/.env", "READY_URL=http://api/ready");
        var settings = project.Read(options: new() { ["project"] = "api" });

        Assert.That(settings.Root, Is.EqualTo(project.Of("api")));
        Assert.That(settings.Get(ReadySettings.Url), Is.EqualTo("http://api/ready"));
    }

    [Test]
    public void Refuses_a_project_that_does_not_exist()
    {
        using var project = new GatedProject();

        Assert.That(
            () => project.Read(options: new() { ["project"] = "nowhere" }),
            Failure.From("DBG0007", problem => problem.Message.Contains("nowhere")));
    }
}
