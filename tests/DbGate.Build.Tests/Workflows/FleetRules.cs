using DbGate.Problems;

namespace DbGate.Build.Tests.Workflows;

/// <summary>The Kubernetes Job of docs/fleet.md reads the exit codes as they are meant.</summary>
public sealed class FleetRules
{
    static readonly YamlDotNet.RepresentationModel.YamlNode[] Rules =
        [.. Yaml.LoadLast("docs/fleet/dbgate-fleet.job.yaml").Find("spec").Find("podFailurePolicy").Find("rules").Items()];

    [Test]
    public void Every_exit_code_has_one_rule() =>
        Assert.That(Codes("FailIndex").Concat(Codes("Count")), Is.EquivalentTo(Enum.GetValues<ExitCode>().Where(code => code != ExitCode.Pass)));

    [Test]
    public void Only_what_a_retry_may_mend_is_retried() => Assert.That(Codes("Count"), Is.EquivalentTo(new[] { ExitCode.Locked, ExitCode.Environment, ExitCode.Cancelled }));

    static IEnumerable<ExitCode> Codes(string action) => Rules
        .Where(rule => rule.Find("action").Text() == action)
        .SelectMany(rule => rule.Find("onExitCodes").Find("values").Items())
        .Select(value => (ExitCode)int.Parse(value.Text()!, System.Globalization.CultureInfo.InvariantCulture));
}
