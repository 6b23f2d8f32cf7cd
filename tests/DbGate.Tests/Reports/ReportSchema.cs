using System.Text.Json;
using System.Text.Json.Nodes;
using DbGate.Gates;
using DbGate.Releases;
using DbGate.Reports;

namespace DbGate.Tests.Reports;

[Parallelizable(ParallelScope.All)]
public sealed class ReportSchema
{
    static readonly string File = Path.Combine(Repository.Root, "docs", "schemas", "gate-report.schema.json");
    internal static readonly JsonSchema Schema = new(JsonDocument.Parse(System.IO.File.ReadAllText(File)).RootElement);

    static IEnumerable<GateReport> Reports =>
        [SampleReports.Daily, SampleReports.Attacking, SampleReports.Passing, SampleReleases.Planned,
            SampleReleases.Planned with { Release = new() { Deployed = ["1_a"] } }];

    [Test]
    public void Describes_the_reports() =>
        Assert.That(Reports.SelectMany(report => Schema.Validate(JsonDocument.Parse(JsonReport.Render(report)).RootElement)), Is.Empty);

    [Test]
    public void Demands_every_field_and_allows_no_other()
    {
        var report = JsonNode.Parse(JsonReport.Render(SampleReports.Daily))!.AsObject();
        foreach (var name in report.Select(property => property.Key).ToArray())
        {
            var without = report.DeepClone().AsObject();
            without.Remove(name);
            Assert.That(Faults(without), Is.EqualTo(new[] { $"$: lacks {name}" }));
        }

        report["surprise"] = 1;
        Assert.That(Faults(report), Is.EqualTo(new[] { "$: has an unknown surprise" }));
    }

    [TestCase("verdict", "\"perhaps\"")]
    [TestCase("exitCode", "3")]
    [TestCase("schemaVersion", "2")]
    [TestCase("startedAt", "\"22.11.2026\"")]
    [TestCase("target", "1")]
    [TestCase("steps", "[{}]")]
    [TestCase("notChecked", "[null]")]
    public void Refuses_other_values(string field, string value)
    {
        var report = JsonNode.Parse(JsonReport.Render(SampleReports.Passing))!.AsObject();
        report[field] = JsonNode.Parse(value);

        Assert.That(Faults(report), Is.Not.Empty);
    }

    [Test]
    [Category("Prisma")]
    public async Task Holds_by_a_validator_that_is_not_ours()
    {
        const string script = """
            const Ajv = require('ajv/dist/2020'), fs = require('fs')
            const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(JSON.parse(fs.readFileSync(process.argv[1])))
            for (const report of JSON.parse(fs.readFileSync(0))) if (!validate(report)) console.log(JSON.stringify(validate.errors))
            """;
        var reports = $"[{string.Join(',', Reports.Select(JsonReport.Render))}]";
        var ajv = await Shell.RunAsync("node", ["-e", script, File], await Prisma.FolderAsync(), input: reports);

        Assert.That(ajv.Succeeded().Output, Is.Empty);
    }

    static IReadOnlyList<string> Faults(JsonObject report) => Schema.Validate(JsonDocument.Parse(report.ToJsonString()).RootElement);
}
