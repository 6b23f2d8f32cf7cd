using DbGate.Problems;
using DbGate.Configuration;
using DbGate.Starter;

namespace DbGate.Tests.Starter;

[Parallelizable(ParallelScope.All)]
public sealed class Origins
{
    const string Commit = "0123456789abcdef0123456789abcdef01234567";

    static readonly ProjectLook Look = new(new Version(7, 10, 1), "prisma/migrations", 4, null, null, false, null, null, []);

    [TestCase("https://github.com/acme/gate.git")]
    [TestCase("https://github.example/acme/gate")]
    public void Pin_the_workflow_to_this_DbGate(string url)
    {
        var text = StarterText.Workflow(Look, ToolOrigin.From(url, $"1.2.3+{Commit}"));

        Assert.That(text, Does.Contain($"uses: acme/gate/.github/workflows/release-gate.yml@{Commit}\n").And.Not.Contain("the zeros"));
    }

    [TestCase(null, "1.2.3+" + Commit)]
    [TestCase("https://github.com/acme/gate", "1.2.3")]
    [TestCase("/srv/git/acme/gate", "1.2.3+" + Commit)]
    public void That_are_not_known_are_said_to_be(string? url, string version) =>
        Assert.That(StarterText.Workflow(Look, ToolOrigin.From(url, version)), Does.Contain("the zeros"));
}
