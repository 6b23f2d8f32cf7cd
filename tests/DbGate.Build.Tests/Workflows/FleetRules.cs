using DbGate.Problems;
using DbGate.Testing;

namespace DbGate.Build.Tests.Workflows;

/// <summary>The Kubernetes Job of docs/guides/fleet.md reads the exit codes as they are meant.</summary>
[Platform("Linux")]
public sealed class FleetRules
{
    static readonly YamlDotNet.RepresentationModel.YamlNode[] Rules =
        [.. Yaml.LoadLast("docs/fleet/dbgate-fleet.job.yaml").Find("spec").Find("podFailurePolicy").Find("rules").Items()];

    [Test]
    public void Every_exit_code_has_one_rule() =>
        Assert.That(
            Codes("FailIndex").Concat(Codes("Count")), Is.EquivalentTo(Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Pass)));

    [Test]
    public void Only_what_a_retry_may_mend_is_retried() =>
        Assert.That(Codes("Count"), Is.EquivalentTo(new[] { ExitCode.Locked, ExitCode.Environment, ExitCode.Cancelled }));

    [TestCase(0, "EU_1")]
    [TestCase(2, "US_1")]
    public async Task Every_index_releases_its_line_of_the_list(int index, string name)
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-job-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "fleet"), "# ours\nEU_1\n\n  EU_2\nUS_1 # the large one\r\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "dbgate"), "#!/bin/sh\necho \"$AWS_S3_BACKUP_BUCKET $*\"\nexit 11\n");
        (await Shell.RunAsync("chmod", ["+x", Path.Combine(folder, "dbgate")])).Succeeded();
        var container =
            Yaml.LoadLast("docs/fleet/dbgate-fleet.job.yaml").Find("spec").Find("template").Find("spec").Find("containers").Items().First();
        var script =
            container.Find("args")
                .Items()
                .Single()
                .Text()!.Replace("/fleet/fleet", Path.Combine(folder, "fleet"), StringComparison.Ordinal);
        var run = await Shell.RunAsync("sh", ["-euc", script], folder, new Dictionary<string, string?>
        {
            ["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}",
            ["JOB_COMPLETION_INDEX"] = $"{index}",
            ["AWS_S3_BACKUP_BUCKET"] = "shop",
        });
        Directory.Delete(folder, recursive: true);

        Assert.That(
            (run.ExitCode, run.Output),
            Is.EqualTo(
                (11,
                    $"shop/{name} release --project=/project --environment=production --engine=direct "
                        + $"--database-url-variable=DATABASE_URL_{name} --reports-folder=/reports/{name}\n")), run.Error);
    }

    static IEnumerable<ExitCode> Codes(string action) => Rules
        .Where(rule => rule.Find("action").Text() == action)
        .SelectMany(rule => rule.Find("onExitCodes").Find("values").Items())
        .Select(value => (ExitCode)int.Parse(value.Text()!, System.Globalization.CultureInfo.InvariantCulture));
}
