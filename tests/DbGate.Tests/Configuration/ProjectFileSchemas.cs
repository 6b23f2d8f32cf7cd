using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Tests.Reports;

namespace DbGate.Tests.Configuration;

/// <summary>docs/schemas/dbgate.schema.json, for editors: what the code states, and what the reader takes.</summary>
[NonParallelizable] // may write the schema
public sealed partial class ProjectFileSchemas
{
    static readonly string File = Path.Combine(Repository.Root, "docs", "schemas", ProjectFileSchema.FileName);
    static readonly JsonSchema Schema = new(JsonDocument.Parse(ProjectFileSchema.Text).RootElement);

    static IReadOnlyList<string> Faults(string json) => Schema.Validate(JsonDocument.Parse(json).RootElement);

    [Test]
    public void Stand_in_docs()
    {
        if (Environment.GetEnvironmentVariable("DBGATE_ACCEPT") == "1")
        {
            System.IO.File.WriteAllText(File, ProjectFileSchema.Text);
        }

        Assert.That(
            System.IO.File.ReadAllText(File), Is.EqualTo(ProjectFileSchema.Text),
            "write it: DBGATE_ACCEPT=1 dotnet test tests/DbGate.Tests --filter ProjectFileSchemas");
    }

    [Test]
    public void Describe_every_setting_that_may_be_committed() =>
        Assert.That(
            SettingsCatalog.All.Where(setting => Describes(setting.Name) == (setting.IsSecret || setting.Class == SettingClass.TrustedOnly))
                .Select(setting => setting.Name), Is.Empty);

    /// <summary>The sections that a person reads: found by their reading, so that a new one is not forgotten.</summary>
    [Test]
    public void Describe_every_section_that_is_read() =>
        Assert.That(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
                .SelectMany(file => SectionRead().Matches(System.IO.File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value)
                .Distinct(),
            Is.EquivalentTo(ProjectFileSchema.Sections));

    [TestCase("""{ "backup": { "retentionDays": 30, "jobs": 4, "uploadEnabled": true, "maxAge": "30m" }, "maxConnections": 20 }""")]
    [TestCase(
        """{ "environment": "staging", "rehearsal": "required", "ready": { "url": "https://shop.example/ready", "timeout": "90s" } }""")]
    [TestCase(
        """{ "waivers": [{ "check": "DBG0104", "reason": "r", "who": "w", "expires": "2027-01-31" }], "drift": { "ignoreSchemas": ["x"] } }""")]
    [TestCase(
        """{ "approvals": { "production": { "required": 0, "approvers": ["a"] }, "keys": { "a": "keys/a.pem" } }, "guard": { "ignore": ["legacy/**"] } }""")]
    public void Take_what_the_reader_takes(string json)
    {
        Assert.That(() => ProjectFile.Parse(Encoding.UTF8.GetBytes(json)), Throws.Nothing);
        Assert.That(Faults(json), Is.Empty);
    }

    [TestCase("""{ "backup": { "retentionDay": 30 } }""", "$.backup: has an unknown retentionDay")]
    [TestCase("""{ "environment": "prod" }""", "$.environment: is none of")]
    [TestCase("""{ "backup": { "jobs": 65 } }""", "$.backup.jobs: is more than 64")]
    [TestCase("""{ "ready": { "timeout": "soon" } }""", "$.ready.timeout: does not match")]
    [TestCase("""{ "databaseUrl": "postgresql://u:p@h/d" }""", "$: has an unknown databaseUrl")]
    [TestCase("""{ "approvals": { "production": { "required": -1 } } }""", "$.approvals.production.required: is less than 0")]
    [TestCase("""{ "waivers": [{ "check": "DBG0104" }] }""", "$.waivers[0]: lacks reason")]
    public void Show_what_is_wrong(string json, string fault) => Assert.That(Faults(json), Has.Some.StartsWith(fault));

    static bool Describes(string name)
    {
        var at = JsonDocument.Parse(ProjectFileSchema.Text).RootElement;
        foreach (var part in name.Split('.'))
        {
            if (!at.GetProperty("properties").TryGetProperty(part, out at))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex("""\.Section\("([a-zA-Z]+)"\)""")]
    private static partial Regex SectionRead();
}
