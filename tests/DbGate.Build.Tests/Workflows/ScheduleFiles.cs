using System.Text.RegularExpressions;
using DbGate.Testing;
using DbGate.Cli.CommandLine;

namespace DbGate.Build.Tests.Workflows;

/// <summary>The examples of docs/schedules: every command starts a program that is where the example is used.</summary>
public sealed partial class ScheduleFiles
{
    static string Read(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", "schedules", name));

    [Test]
    public void Of_cron_find_the_tool_in_their_own_path()
    {
        var lines = Read("dbgate.cron").Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToArray();
        var commands = lines.Where(line => char.IsAsciiDigit(line[0])).ToArray();

        Assert.That(lines, Does.Contain("PATH=/usr/local/bin:/usr/bin:/bin"), "docs/guides/tool.md installs the tool in /usr/local/bin");
        Assert.That(
            Array.IndexOf(lines, "PATH=/usr/local/bin:/usr/bin:/bin"), Is.LessThan(Array.IndexOf(lines, commands[0])),
            "a variable holds for the lines after it");
        Assert.That(commands, Has.Length.EqualTo(2).And.All.Contain(" && dbgate "));
    }

    [Test]
    public void Of_systemd_start_the_tool_by_its_whole_path() =>
        Assert.That(Read("dbgate-backup.service"), Does.Match("(?m)^ExecStart=/usr/local/bin/dbgate backup "));

    [Test]
    public void Of_kubernetes_leave_the_program_to_the_image()
    {
        var container = Read("dbgate-backup.cronjob.yaml");

        Assert.That(container, Does.Contain("args: [\"backup\", \"--environment=production\"]").And.Not.Contain("command:"));
        Assert.That(File.ReadAllText(Path.Combine(Repository.Root, "build", "Dockerfile")), Does.Contain("ENTRYPOINT [\"dbgate\"]"));
    }

    [Test]
    public void Of_github_name_the_project_for_the_script_of_dbgate() =>
        Assert.That(
            Read("database-backup.yml").Split('\n').Where(line => line.Contains("build.sh", StringComparison.Ordinal)),
            Has.Exactly(2).Items.And.All.Contain("./dbgate/build.sh --target=").And.All.Contain("--project=\"$GITHUB_WORKSPACE\""));

    /// <summary>The lines of the file itself, with the empty environment of cron; DbGate's checkout records how it is called.</summary>
    [Test]
    [Platform("Linux")]
    public async Task Call_a_checkout_of_dbgate_with_tasks_and_options_that_exist()
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-schedules-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "dbgate"));
            Script.Write(Path.Combine(folder, "dbgate", "build.sh"), $"#!/bin/sh\necho \"$@\" >>{folder}/calls\n");
            var github = Read("database-backup.yml").Split("        run: |\n")[1]
                .Replace("date -u +%u", "echo 7", StringComparison.Ordinal);
            var neighbour = Neighbour().Match(Read("dbgate.cron")).Value.Replace("/srv", folder, StringComparison.Ordinal);
            foreach (var script in new[] { github, neighbour })
            {
                (await Shell.RunAsync(
                    "env", ["-i", "PATH=/usr/bin:/bin", $"GITHUB_WORKSPACE={folder}/shop", "sh", "-e", "-c", script], folder)).Succeeded();
            }

            var calls = File.ReadAllLines(Path.Combine(folder, "calls"));
            Assert.That(
                calls.Select(call => CommandLineParser.Parse(call.Split(' ')))
                    .Select(line => (line.Tasks.Single(), line.Settings["project"])),
                Is.EqualTo(new[]
                {
                    ("backup", $"{folder}/shop"), ("restore-test", $"{folder}/shop"), ("backup", $"{folder}/shop"),
                }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(@"/srv/dbgate/build\.sh [^.]*?/srv/shop")]
    private static partial Regex Neighbour();
}
