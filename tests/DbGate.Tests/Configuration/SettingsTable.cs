using DbGate.Configuration;

namespace DbGate.Tests.Configuration;

[NonParallelizable] // may write README.md
public sealed class SettingsTable
{
    [Test]
    public void Of_the_readme_is_the_catalog()
    {
        var rows = SettingsCatalog.All.Select(setting =>
            $"| {(setting.IsSecret || setting.Class == SettingClass.TrustedOnly ? "–" : Code(setting.Name))} | {string.Join(", ", setting.Variables.Select(Code).DefaultIfEmpty("–"))} "
            + $"| {(setting is { IsSecret: false, Option: { } option } ? Code("--" + option) : "–")} | {setting.DefaultText} | {setting.Help.Replace("|", "\\|")} |\n");

        GeneratedSection.Matches("README.md", "settings", "| `dbgate.json` | variable | option | default | meaning |\n|---|---|---|---|---|\n" + string.Concat(rows));
    }

    [Test]
    public void Has_no_name_twice()
    {
        Assert.That(SettingsCatalog.All.Select(setting => setting.Name), Is.Unique);
        Assert.That(SettingsCatalog.All.Select(setting => setting.Option).OfType<string>(), Is.Unique);
        Assert.That(SettingsCatalog.All.SelectMany(setting => setting.Variables), Is.Unique);
    }

    static string Code(string text) => $"`{text}`";
}
