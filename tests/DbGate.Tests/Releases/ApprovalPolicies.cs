using DbGate.Configuration;
using DbGate.Releases.Approvals;
using DbGate.Targets;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
public sealed class ApprovalPolicies
{
    [TestCase(TargetEnvironment.Development, 0, 0)]
    [TestCase(TargetEnvironment.Staging, 0, 0)]
    [TestCase(TargetEnvironment.Production, 1, 2)]
    public void Have_defaults(TargetEnvironment environment, int usual, int withLoss)
    {
        using var project = new GatedProject();
        var policy = ApprovalPolicy.Read(project.Read(), environment);

        Assert.That((policy.RequiredFor(losesData: false), policy.RequiredFor(losesData: true)), Is.EqualTo((usual, withLoss)));
    }

    [Test]
    public void Are_read_from_their_section()
    {
        var policy =
            Read(
                """{ "staging": { "required": 9 }, "production": { "required": 3, "approvers": ["ana", "ben"], "authorMayApprove": true } }""");

        Assert.That((policy.Required, policy.DataLoss, policy.AuthorMay), Is.EqualTo((3, 3, true)));
        Assert.That(policy.Allows("BEN") && !policy.Allows("eve"));
    }

    [Test]
    public void May_ask_for_people_only_when_data_is_lost()
    {
        var policy = Read("""{ "production": { "required": 0 } }""");
        Assert.That((policy.RequiredFor(false), policy.RequiredFor(true)), Is.EqualTo((0, 2)));
    }

    [TestCase("[]")]
    [TestCase("""{ "prod": {} }""")]
    [TestCase("""{ "production": { "require": 1 } }""")]
    [TestCase("""{ "production": { "required": -1 } }""")]
    [TestCase("""{ "production": { "required": "1" } }""")]
    [TestCase("""{ "production": { "approvers": "ana" } }""")]
    [TestCase("""{ "production": { "authorMayApprove": "yes" } }""")]
    [TestCase("""{ "keys": ["ana"] }""")]
    public void Are_refused_when_they_cannot_be_meant(string section) => Assert.That(() => Read(section), Failure.From("DBG0544"));

    [Test]
    public void Refuse_a_key_that_is_none() => Assert.That(() => Read("""{ "keys": { "ana": "nothing.pem" } }"""), Failure.From("DBG0325"));

    [Test]
    public void Of_a_protected_file_cannot_be_softened_by_dbgate_json()
    {
        var policy =
            Under(
                "# who may\n@Ben\ncara # release manager\n",
                """{ "production": { "required": 0, "dataLoss": 0, "authorMayApprove": true } }""");

        Assert.That((policy.Required, policy.DataLoss, policy.AuthorMay), Is.EqualTo((1, 2, false)));
        Assert.That(policy.Allows("ben") && policy.Allows("CARA") && !policy.Allows("eve"));
    }

    [Test]
    public void Of_a_protected_file_are_narrowed_by_dbgate_json()
    {
        var policy = Under("ben\ncara\n", """{ "production": { "required": 2, "approvers": ["cara", "eve"] } }""");

        Assert.That(policy.Required, Is.EqualTo(2));
        Assert.That(policy.Allows("cara") && !policy.Allows("ben") && !policy.Allows("eve"));
    }

    [TestCase("# nobody yet\n\n")]
    [TestCase(null)]
    public void Refuse_a_protected_file_that_names_nobody_or_is_missing(string? text) =>
        Assert.That(() => Under(text, "{}"), Failure.From("DBG0570"));

    static ApprovalPolicy Under(string? approvers, string section)
    {
        using var project = new GatedProject().With("dbgate.json", $$"""{ "approvals": {{section}} }""");
        using var elsewhere = new GatedProject();
        if (approvers is not null)
        {
            elsewhere.With("approvers", approvers);
        }

        return ApprovalPolicy.Read(
            project.Read(options: new() { ["approvers-file"] = elsewhere.Of("approvers") }), TargetEnvironment.Production);
    }

    static ApprovalPolicy Read(string section)
    {
        using var project = new GatedProject().With("dbgate.json", $$"""{ "approvals": {{section}} }""");
        return ApprovalPolicy.Read(project.Read(), TargetEnvironment.Production);
    }
}
