using System.Text.Json;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Starter;

namespace DbGate.Tests.Starter;

/// <summary>The files of <c>init --agents</c>.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AgentHookFiles
{
    [Test]
    public async Task Are_written_and_valid()
    {
        using var project = new GatedProject();
        await InitAsync(project.Root, "true");

        Assert.Multiple(() =>
        {
            foreach (var file in AgentHooks.Files)
            {
                Assert.That(File.ReadAllText(project.Of(file.Name)), Does.Contain("dbgate guard --hook"), file.Name);
                if (file.Name.EndsWith(".json", StringComparison.Ordinal))
                {
                    Assert.That(() => JsonDocument.Parse(File.ReadAllText(project.Of(file.Name))), Throws.Nothing, file.Name);
                }
            }
        });
    }

    [Test]
    public async Task Are_not_written_unless_asked_for()
    {
        using var project = new GatedProject();
        await InitAsync(project.Root, "false");

        Assert.That(AgentHooks.Files.Where(file => File.Exists(project.Of(file.Name))), Is.Empty);
    }

    [Test]
    public async Task Leave_existing_settings_of_an_agent_as_they_are()
    {
        using var project = new GatedProject().With(".claude/settings.json", "{ \"model\": \"x\" }");
        var result = await InitAsync(project.Root, "true");

        Assert.That(File.ReadAllText(project.Of(".claude/settings.json")), Is.EqualTo("{ \"model\": \"x\" }"));
        Assert.That(result.Facts.Single(fact => fact.Name == ".claude/settings.json").Value, Does.Contain("dbgate guard --hook"));
    }

    /// <summary>A hook that is not found must not let the command pass: only exit code 2 is a refusal.</summary>
    [Test]
    public void Refuse_where_dbgate_is_not_installed()
    {
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", AgentHooks.Command]) { RedirectStandardError = true, Environment = { ["PATH"] = "/nowhere" } })!;
        shell.WaitForExit();

        Assert.That(shell.ExitCode, Is.EqualTo(2));
    }

    static async Task<StepResult> InitAsync(string folder, string agents)
    {
        await using var context = new GateContext(SettingsReader.Read(new Dictionary<string, string> { ["project"] = folder, ["agents"] = agents }, new Dictionary<string, string>(), folder));
        return await new InitStep().RunAsync(context, CancellationToken.None);
    }
}
