using DbGate.Testing;

namespace DbGate.Build.Tests.Workflows;

/// <summary>The examples of docs/schedules: every command starts a program that is where the example is used.</summary>
public sealed class ScheduleFiles
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
}
