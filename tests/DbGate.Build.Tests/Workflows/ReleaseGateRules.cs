namespace DbGate.Build.Tests.Workflows;

/// <summary>What makes release-gate.yml a gate.</summary>
public sealed class ReleaseGateRules
{
    static readonly IReadOnlyDictionary<string, YamlDotNet.RepresentationModel.YamlNode> Jobs =
        Yaml.Load(".github/workflows/release-gate.yml").Find("jobs").Members().ToDictionary(job => job.Name, job => job.Value);

    [Test]
    public void One_job_asks_for_approval() => Assert.That(
        Jobs.Where(job => (job.Value.Find("environment").Text() ?? "").Contains("approval-environment", StringComparison.Ordinal))
            .Select(job => job.Key),
        Is.EqualTo(new[] { "approve" }));

    [Test]
    public void The_job_that_asks_does_not_reach_the_database() => Assert.That(
        Jobs["approve"].Find("steps").Items().SelectMany(step => step.Find("env").Members()).Select(variable => variable.Name),
        Has.None.StartsWith("DATABASE_URL").And.None.EqualTo("DIRECT_URL"));

    [Test]
    public void A_release_waits_for_a_given_approval() =>
        Assert.That(
            Jobs["release"].Find("if").Text(),
            Does.Contain("needs.approve.outputs.approval == 'given'").And.Contain(
                "needs.plan.outputs.approval == 'not-required'").And.Not.Contain("!= 'required'"));

    /// <summary>GitHub cancels the job that waits in a group when another one arrives.</summary>
    [Test]
    public void A_plan_that_waits_cancels_no_approved_release() =>
        Assert.That(
            Jobs["plan"].Find("concurrency").Find("group").Text(),
            Is.Not.Null.And.Not.EqualTo(Jobs["release"].Find("concurrency").Find("group").Text()));

    [TestCase("prepare")]
    [TestCase("prepare-release")]
    public void The_commits_own_command_runs_where_no_secret_is(string job)
    {
        Assert.That(Jobs[job].Find("environment"), Is.Null);
        Assert.That(
            Jobs[job].Find("permissions").Members().Select(permission => $"{permission.Name}: {permission.Value.Text()}"),
            Is.EqualTo(new[] { "contents: read" }));
        Assert.That(Texts(Jobs[job]), Has.None.Contains("secrets."));
        Assert.That(
            Jobs.Where(other => Texts(other.Value).Any(text => text.Contains("inputs.prepare }}", StringComparison.Ordinal)))
                .Select(other => other.Key), Is.EqualTo(new[] { "prepare", "prepare-release" }));
    }

    [Test]
    public void A_plan_is_made_by_one_target_that_names_its_own_order() => Assert.That(
        Jobs.Values.SelectMany(job => job.Find("steps").Items())
            .Select(step => step.Find("with").Find("target").Text())
            .OfType<string>()
            .Where(target => !target.StartsWith("${{", StringComparison.Ordinal)),
        Is.EqualTo(new[] { "plan", "release" }));

    static IEnumerable<string> Texts(YamlDotNet.RepresentationModel.YamlNode node) =>
        node.AllNodes.OfType<YamlDotNet.RepresentationModel.YamlScalarNode>().Select(scalar => scalar.Value!);
}
