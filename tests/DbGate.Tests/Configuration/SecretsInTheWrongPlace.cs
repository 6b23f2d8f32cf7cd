using DbGate.Configuration;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
sealed class SecretsInTheWrongPlace
{
    const string Secret = "postgresql://u:hunter2@h/db";

    static IEnumerable<Setting> Secrets => SettingsCatalog.All.Where(setting => setting.IsSecret);

    [TestCaseSource(nameof(Secrets))]
    public void Are_refused_on_the_command_line_and_not_repeated(Setting setting)
    {
        using var project = new GatedProject();

        Assert.That(
            () => project.Read(options: new() { [setting.Option!] = Secret }),
            Failure.From("DBG0006",
                problem => !$"{problem}".Contains("hunter2") && problem.Fix!.ToString().Contains(setting.Variables[0])));
    }

    [TestCaseSource(nameof(Secrets))]
    public void Are_refused_in_the_project_file_and_not_repeated(Setting setting)
    {
        using var project = new GatedProject().With("dbgate.json", $$"""{ "{{setting.Name}}": "{{Secret}}" }""");

        Assert.That(
            () => project.Read(), Failure.From("DBG0006", problem => !$"{problem}".Contains("hunter2") && problem.Location!.Line == 1));
    }
}
