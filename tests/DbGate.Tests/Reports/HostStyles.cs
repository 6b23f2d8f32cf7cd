using DbGate.Problems;
using DbGate.Releases;
using DbGate.Releases.Plans;
using DbGate.Reports;
using DbGate.Reports.Html;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Reports;

/// <summary>A page names the program that made it: a project with the tool has no build script.</summary>
public sealed class HostStyles
{
    const string Script = "./build.sh";

    static GateReport FromTool => SampleReleases.Planned with { Style = CommandStyle.Tool };

    static PlanFile Restorable => SamplePlans.File(SamplePlans.Plan with
    {
        RollbackOptions = [new WayBack("restore", [$"{Script} --target=restore --backup=x"], null, "measured")],
    });

    [Test]
    public void Write_the_tools_commands_in_Markdown() =>
        Assert.That(MarkdownReport.Render(FromTool), Does.Contain("\ndbgate approve ").And.Not.Contain(Script));

    [Test]
    public void Write_the_tools_commands_on_the_page()
    {
        var page = ReleasePage.Render(FromTool);
        Assert.That(page, Does.Contain("<span>dbgate</span> <span>approve</span>").And.Not.Contain(Script));
    }

    [Test]
    public void Write_the_tools_commands_in_the_plan() =>
        Assert.That(PlanMarkdown.Render(Restorable, CommandStyle.Tool),
            Does.Contain("`dbgate restore --backup=x`").And.Not.Contain(Script));

    [Test]
    public void Leave_JSON_and_the_stored_plan_alone()
    {
        Assert.That(JsonReport.Render(FromTool), Is.EqualTo(JsonReport.Render(SampleReleases.Planned)));
        Assert.That(PlanMarkdown.Render(Restorable), Does.Contain($"`{Script} --target=restore --backup=x`"));
    }
}
