namespace DbGate.Build.Tests.Workflows;

/// <summary>What makes release-gate.yml a gate.</summary>
public sealed class ReleaseGateRules
{
    static readonly IReadOnlyDictionary<string, YamlDotNet.RepresentationModel.YamlNode> Jobs =
        Yaml.Load(".github/workflows/release-gate.yml").Find("jobs").Members().ToDictionary(job => job.Name, job => job.Value);

    [Test]
    public void One_job_asks_for_approval() => Assert.That(
        Jobs.Where(job => job.Value.Find("environment").Text()!.Contains("approval-environment", StringComparison.Ordinal)).Select(job => job.Key),
        Is.EqualTo(new[] { "approve" }));

    [Test]
    public void The_job_that_asks_does_not_reach_the_database() => Assert.That(
        Jobs["approve"].Find("steps").Items().SelectMany(step => step.Find("env").Members()).Select(variable => variable.Name),
        Has.None.StartsWith("DATABASE_URL").And.None.EqualTo("DIRECT_URL"));

    [Test]
    public void A_release_waits_for_a_given_approval() =>
        Assert.That(Jobs["release"].Find("if").Text(), Does.Contain("needs.approve.outputs.approval == 'given'").And.Contain("needs.plan.outputs.approval != 'required'"));

    [Test]
    public void Plans_and_releases_of_one_database_wait_for_each_other() =>
        Assert.That(Jobs["plan"].Find("concurrency").Find("group").Text(), Is.Not.Null.And.EqualTo(Jobs["release"].Find("concurrency").Find("group").Text()));
}
