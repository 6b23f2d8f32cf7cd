using System.Diagnostics;
using System.Globalization;

namespace DbGate.EndToEnd;

/// <summary>
/// Ctrl-C while a migration tool runs that ignores every signal it can ignore: the real process, and no waiting for a time.
/// </summary>
[Category("Postgres")]
[Platform("Linux")]
public sealed class Cancelling
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    // The whole of it waits for a file that no one makes.
    const string Stubborn =
        "trap '' INT TERM HUP QUIT\necho $$ > child.pid.new && mv child.pid.new child.pid\nwhile [ ! -e never ]; do sleep 0.2; done\n";

    [Test]
    public async Task Is_reported_at_once_and_a_second_signal_ends_the_run_at_once()
    {
        await using var project =
            await ToolProject.CreateAsync("""{ "migrations": { "command": "sh ./stubborn.sh" }, "rehearsal": "off" }""");
        project.Migration("20260101000000_init", "CREATE TABLE one (id int);\n");
        project.Write("stubborn.sh", Stubborn);
        (await project.RunAsync("backup")).Succeeded();
        using var timer = new CancellationTokenSource(Deadline);

        // A shell that starts the tests in the background has INT ignored in everything that it starts; env takes that back.
        using var run =
            Shell.Start(
                "env", ["--default-signal", "dotnet", ToolProject.Tool, "migrate-deploy", "--environment=staging"], project.Folder,
                project.Variables());
        var output = run.StandardOutput.ReadToEndAsync(timer.Token);
        var pid = Path.Combine(project.Folder, "child.pid");
        while (!File.Exists(pid))
        {
            Assert.That(run.HasExited, Is.False, "it ended before its child ran");
            await Task.Delay(20, timer.Token);
        }

        using var child = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(pid, timer.Token), CultureInfo.InvariantCulture));
        await SignalAsync(run);
        string? line;
        while ((line = await run.StandardError.ReadLineAsync(timer.Token)) is not null
            && !line.Contains("cancelling: ", StringComparison.Ordinal))
        {
        }

        Assert.That(line, Does.Contain("press Ctrl-C again"));
        Assert.That((run.HasExited, child.HasExited), Is.EqualTo((false, false)), "the message comes before the child ends");

        await SignalAsync(run);
        await run.WaitForExitAsync(timer.Token);
        await child.WaitForExitAsync(timer.Token);

        Assert.That(run.ExitCode, Is.EqualTo(130));
        Assert.That(
            await output, Does.Not.Contain("DBG0009"),
            "a run that waits for its child ends with a report; one that is told twice does not");
    }

    static async Task SignalAsync(Process process) =>
        (await Shell.RunAsync("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])).Succeeded();
}
