using YamlDotNet.RepresentationModel;

namespace DbGate.Build.Tests.Workflows;

/// <summary>
/// The examples that people copy fit the workflows that they call: GitHub refuses a call that grants less than a called job asks for, or
/// passes on what no step declares, before anything runs.
/// </summary>
[TestFixtureSource(nameof(Examples))]
public sealed class Callers(string file)
{
    readonly (string Name, YamlNode Value)[] jobs =
        [.. Yaml.Load(file).Find("jobs").Members().Where(job => job.Value.Find("uses") is not null)];

    static IEnumerable<string> Examples => Yaml.Files("docs/github");

    [Test]
    public void Call_a_workflow_of_this_repository() => Assert.That(jobs.Select(job => Called(job.Value)), Is.Not.Empty.And.All.Not.Null);

    [Test]
    public void Grant_what_the_called_jobs_ask_for_and_no_more()
    {
        foreach (var (name, job) in jobs)
        {
            var asked = Called(job).Find("jobs").Members().SelectMany(called => called.Value.Find("permissions").Members())
                .GroupBy(permission => permission.Name)
                .Select(group => $"{group.Key}: {(group.Any(permission => permission.Value.Text() == "write") ? "write" : "read")}");
            Assert.That(
                job.Find("permissions").Members().Select(permission => $"{permission.Name}: {permission.Value.Text()}"),
                Is.EquivalentTo(asked), name);
        }
    }

    [Test]
    public void Hand_over_what_is_declared()
    {
        foreach (var (name, job) in jobs)
        {
            var call = Called(job).Find("on").Find("workflow_call");
            Assert.That(Names(job.Find("with")), Is.SubsetOf(Names(call.Find("inputs"))), name);
            Assert.That(Names(job.Find("secrets")), Is.SubsetOf(Names(call.Find("secrets"))), name);
            Assert.That(
                call.Find("secrets")
                    .Members()
                    .Where(secret => secret.Value.Find("required").Text() == "true")
                    .Select(secret => secret.Name), Is.SubsetOf(Names(job.Find("secrets"))), name);
        }
    }

    static IEnumerable<string> Names(YamlNode? node) => node.Members().Select(member => member.Name);

    static YamlNode Called(YamlNode job) => Yaml.Load(job.Find("uses").Text()!.Split('@')[0]["acme/dbgate/".Length..]);
}
