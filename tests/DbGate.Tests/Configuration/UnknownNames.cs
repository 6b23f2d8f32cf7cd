using DbGate.Configuration;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
public sealed class UnknownNames
{
    static IEnumerable<string> Options => SettingsReader.OptionNames;

    [TestCase("enviroment", "did you mean --environment?")]
    [TestCase("ready_timeout", "did you mean --ready-timeout?")]
    [TestCase("Engine", "did you mean --engine?")]
    [TestCase("what-is-this-thing", "Choose an option from docs/reference/settings.md")]
    public void On_the_command_line_are_refused_with_the_nearest_one(string option, string fix)
    {
        using var project = new GatedProject();

        Assert.That(
            () => project.Read(options: new() { [option] = "x" }), Failure.From("DBG0001", problem => problem.Fix?.ToString() == fix));
    }

    [TestCase("""{ "envrionment": "staging" }""", "did you mean \"environment\"?", 1)]
    [TestCase("""{ "backup": { "retentionDay": 3 } }""", "did you mean \"backup.retentionDays\"?", 1)]
    [TestCase("{\n  \"environment\": \"staging\",\n  \"waiver\": []\n}", "did you mean \"waivers\"?", 3)]
    [TestCase("""{ "backup": { "folder": { "name": "x" } }, "so-far-from-all": 1 }""", null, 1)]
    public void In_the_project_file_are_refused_with_line_and_nearest_one(string json, string? fix, int line)
    {
        using var project = new GatedProject().With("dbgate.json", json);

        Assert.That(
            () => project.Read(),
            Failure.From(
                fix is null ? "DBG0004" : "DBG0001",
                problem => problem.Location?.Line == line && (fix is null || problem.Fix?.ToString() == fix)));
    }

    [TestCaseSource(nameof(Options))]
    public void Are_traced_back_over_a_letter_that_is_missing_doubled_or_swapped(string option)
    {
        var middle = option.Length / 2;
        var swapped = option[..(middle - 1)] + option[middle] + option[middle - 1] + option[(middle + 1)..];

        Assert.That(NearestName.From(option.Remove(middle, 1), Options), Is.EqualTo(option));
        Assert.That(NearestName.From(option.Insert(middle, option[middle].ToString()), Options), Is.EqualTo(option));
        Assert.That(NearestName.From(swapped, Options), Is.EqualTo(option));
    }
}
