using System.Text.Json;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Releases;
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

    const string Foreign = """
        {
            "model": "größer",
            "hooks": {
                "PreToolUse": [
                    { "matcher": "Bash", "hooks": [{ "type": "command", "command": "./audit.sh <x>" }] }
                ],
                "Stop": [{ "hooks": [] }]
            }
        }

        """;

    [Test]
    public async Task Are_added_to_the_settings_of_an_agent_and_keep_the_hooks_of_others()
    {
        using var project = new GatedProject().With(".claude/settings.json", Foreign);
        var result = await InitAsync(project.Root, "true");
        var text = File.ReadAllText(project.Of(".claude/settings.json"));
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        var hooks = root.GetProperty("hooks").GetProperty("PreToolUse");

        Assert.Multiple(() =>
        {
            Assert.That(root.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "model", "hooks" }));
            Assert.That(root.GetProperty("hooks").GetProperty("Stop").GetArrayLength(), Is.EqualTo(1));
            Assert.That(
                (hooks.GetArrayLength(), hooks[0].ToString()),
                Is.EqualTo((2, """{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "./audit.sh <x>" }] }"""))
                    .Using<(int, string)>((one, other) => one.Item1 == other.Item1 && Plain(one.Item2) == Plain(other.Item2)));
            Assert.That(hooks[1].GetProperty("hooks")[0].GetProperty("command").GetString(), Is.EqualTo(AgentHooks.Command));
            Assert.That(text, Does.Contain("größer").And.Contain("./audit.sh <x>").And.Contain("\n    \"model\"").And.EndsWith("}\n"));
            Assert.That(result.Facts.Single(fact => fact.Name == ".claude/settings.json").Value, Is.EqualTo("the hook was added"));
        });
    }

    static string Plain(string json) => string.Concat(json.Where(c => !char.IsWhiteSpace(c)));

    [Test]
    public async Task Are_the_same_after_a_second_run()
    {
        using var project = new GatedProject()
            .With(".claude/settings.json", Foreign)
            .With(".cursor/hooks.json", "{ \"version\": 1, \"hooks\": {} }");
        await InitAsync(project.Root, "true");
        var first = AgentHooks.Files.Select(file => File.ReadAllText(project.Of(file.Name))).ToList();
        var result = await InitAsync(project.Root, "true");

        Assert.That(AgentHooks.Files.Select(file => File.ReadAllText(project.Of(file.Name))), Is.EqualTo(first));
        Assert.That(
            AgentHooks.Files.Select(file => result.Facts.Single(fact => fact.Name == file.Name).Value),
            Is.All.EqualTo("has the hook; left as it is"));
    }

    [TestCase(".claude/settings.json", "{ // a comment\n \"model\": \"x\" }", "is not plain JSON")]
    [TestCase(".claude/settings.json", "{ \"hooks\": [] }", "has another structure")]
    [TestCase(".claude/settings.json", "{ \"hooks\": { \"PreToolUse\": {} } }", "has another structure")]
    [TestCase(".gemini/settings.json", "[]", "has another structure")]
    [TestCase(".clinerules/hooks/PreToolUse", "#!/bin/sh\nexit 0\n", "is a program of its own")]
    public async Task Leave_what_cannot_be_merged_as_it_is(string file, string text, string why)
    {
        using var project = new GatedProject().With(file, text);
        var result = await InitAsync(project.Root, "true");

        Assert.That(File.ReadAllText(project.Of(file)), Is.EqualTo(text));
        Assert.That(result.Facts.Single(fact => fact.Name == file).Value, Does.StartWith(why).And.Contain(AgentHooks.Command));
    }

    /// <summary>A hook that is not found must not let the command pass: only exit code 2 is a refusal.</summary>
    [Test]
    public void Refuse_where_dbgate_is_not_installed()
    {
        using var shell =
            System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo(
                    "/bin/sh", ["-c", AgentHooks.Command]) { RedirectStandardError = true, Environment = { ["PATH"] = "/nowhere" } })!;
        shell.WaitForExit();

        Assert.That(shell.ExitCode, Is.EqualTo(2));
    }

    static async Task<StepResult> InitAsync(string folder, string agents)
    {
        await using var context =
            new GateContext(
                SettingsReader.Read(
                    new Dictionary<string, string> { ["project"] = folder, ["agents"] = agents }, new Dictionary<string, string>(),
                    folder));
        return await new InitStep().RunAsync(context, CancellationToken.None);
    }
}
