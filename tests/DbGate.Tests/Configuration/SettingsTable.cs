using DbGate.Configuration;

namespace DbGate.Tests.Configuration;

[NonParallelizable] // may write docs/reference/settings.md
public sealed class SettingsTable
{
    const string Head = "| `dbgate.json` | variable | option | default | meaning |\n|---|---|---|---|---|\n";

    // Settings with a dot in their name are under the part before it.
    static readonly (string Topic, string[] Names)[] Topics =
    [
        ("Run", ["environment", "project", "json", "verbose", "quiet", "reportsFolder"]),
        ("Database",
            [
                "databaseUrlVariable", "databaseUrl", "databaseUrlProd", "databaseUrlStaging", "directUrl", "testDatabaseUrl",
                "readReplicaUrl",
                "maxConnections", "pushAllowed", "replicaMaxLag",
            ]),
        ("Plan and approval",
            [
                "rehearsal", "rehearseLoad", "plan", "planExpiry", "requestedBy", "approversFile", "policyFile",
                "noEntrypoints", "allowDirtyWorkTree",
            ]),
        ("Running release", ["compatibility."]),
        ("Migrations", ["migrations."]),
        ("Backups", ["backup.", "signingKey"]),
        ("Restores and restore tests", ["restore."]),
        ("Readiness", ["ready."]),
        ("Protection", ["protection."]),
        ("GitHub", ["github.", "githubToken", "githubApiUrl"]),
        ("Service", ["service."]),
        ("Many databases", ["fleet."]),
    ];

    [Test]
    public void Of_the_docs_is_the_catalog()
    {
        var sections = SettingsCatalog.All.Except(TaskOptions.All).ToLookup(TopicOf).OrderBy(group => group.Key)
            .Select(group => $"\n## {Topics[group.Key].Topic}\n\n{Head}" + string.Concat(group.Select(Row)));

        GeneratedSection.Matches("docs/reference/settings.md", "settings", string.Concat(sections) + "\n");
    }

    static int TopicOf(Setting setting) => Array.FindIndex(
        Topics,
        topic =>
            topic.Names.Any(name => name.Length == 0
                || (name[^1] == '.' ? setting.Name.StartsWith(name, StringComparison.Ordinal) : setting.Name == name)));

    static string Row(Setting setting) => string.Join(
        "",
        $"| {(setting.IsSecret || setting.Class == SettingClass.TrustedOnly ? "–" : Code(setting.Name))} ",
        $"| {string.Join(", ", setting.Variables.Select(Code).DefaultIfEmpty("–"))} ",
        $"| {(setting is { IsSecret: false, Option: { } option } ? Code("--" + option) : "–")} ",
        $"| {setting.DefaultText} | "
            + $"{setting.Help.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal)} |\n");

    [Test]
    public void Has_no_name_twice()
    {
        Assert.That(SettingsCatalog.All.Select(setting => setting.Name), Is.Unique);
        Assert.That(SettingsCatalog.All.Select(setting => setting.Option).OfType<string>(), Is.Unique);
        Assert.That(SettingsCatalog.All.SelectMany(setting => setting.Variables), Is.Unique);
    }

    static string Code(string text) => $"`{text}`";
}
