using System.Diagnostics;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Tests.Processes;

[Parallelizable(ParallelScope.All)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ChildProcesses
{
    [Test]
    public async Task Give_their_exit_code_and_their_last_words()
    {
        var outcome = await ChildProcess.RunAsync(Shell("echo out; echo words >&2; exit 7"), CancellationToken.None);

        Assert.That(
            (outcome.ExitCode, outcome.StandardOutput, outcome.StandardError, outcome.Succeeded), Is.EqualTo((7, "out", "words", false)));
    }

    [Test]
    public async Task Take_arguments_as_they_are()
    {
        var outcome =
            await ChildProcess.RunAsync(new ChildCommand("printf", "%s|", "a b", "$HOME", "'\"", "", "*;"), CancellationToken.None);

        Assert.That(outcome.StandardOutput, Is.EqualTo("a b|$HOME|'\"||*;|"));
    }

    [Test]
    public async Task Read_what_they_are_given()
    {
        var outcome = await ChildProcess.RunAsync(new ChildCommand("cat"), "first\nlast", CancellationToken.None);

        Assert.That(outcome.StandardOutput, Is.EqualTo("first\nlast"));
    }

    [Test]
    public async Task May_leave_their_input_unread()
    {
        var outcome = await ChildProcess.RunAsync(Shell("exit 3"), new string('x', 1_000_000), CancellationToken.None);

        Assert.That(outcome.ExitCode, Is.EqualTo(3));
    }

    [Test]
    public async Task Keep_a_bounded_tail_of_endless_talk()
    {
        var outcome =
            await ChildProcess.RunAsync(Shell("seq 1 300000 >&2; seq 1 300000") with { TailLength = 1000 }, CancellationToken.None);

        Assert.Multiple(() =>
        {
            Assert.That(outcome.StandardError, Does.EndWith("\n300000"));
            Assert.That(outcome.StandardError, Has.Length.LessThanOrEqualTo(1000));
            Assert.That(outcome.StandardOutput, Does.EndWith("\n300000"));
        });
    }

    [Test]
    public async Task Get_a_clean_environment_and_what_is_set()
    {
        var command = new ChildCommand("env") { Environment = new Dictionary<string, string?> { ["PGHOST"] = "db", ["HOME"] = null } };
        var names =
            (await ChildProcess.RunAsync(command, CancellationToken.None)).StandardOutput.Split('\n')
                .Select(line => line.Split('=')[0])
                .ToArray();

        Assert.That(
            names, Does.Contain("PATH").And.Contain("PGHOST").And.Not.Contain("HOME").And.Not.Contain("DOTNET_CLI_TELEMETRY_SESSIONID"));
        Assert.That(names.Where(name => name.StartsWith("DOTNET", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Can_stream_into_and_out_of_their_pipes()
    {
        await using var child = ChildProcess.Start(new ChildCommand("cat"));
        var sent = new byte[3_000_000];
        new Random(7).NextBytes(sent);
        var writing = Task.Run(() =>
        {
            using var input = child.StandardInput;
            input.Write(sent);
        });
        using var received = new MemoryStream();
        await child.StandardOutput.CopyToAsync(received);
        await writing;

        Assert.That((await child.WaitAsync()).ExitCode, Is.Zero);
        Assert.That(received.ToArray().AsSpan().SequenceEqual(sent), Is.True);
    }

    [Test]
    public async Task That_outlast_their_deadline_are_ended_with_their_children()
    {
        var marker = $"86{Random.Shared.Next(100_000, 999_999)}";
        var refusal = Assert.ThrowsAsync<GateException>(() => ChildProcess.RunAsync(
            Shell(
                $"echo waiting >&2; sleep {marker} & trap '' TERM; sleep {marker}; wait") with { Deadline = TimeSpan.FromSeconds(4),
                    Grace = TimeSpan.FromMilliseconds(100) },
            CancellationToken.None));

        Assert.That(refusal!.Problem.Code, Is.EqualTo(ProcessProblems.DeadlineExceeded));
        Assert.That(refusal.Problem.Cause, Does.Contain("waiting"));
        await IsGoneAsync(marker);
    }

    [Test]
    public async Task Are_asked_to_end_before_they_are_killed()
    {
        using var cancel = new CancellationTokenSource();
        await using var child = ChildProcess.Start(
            Shell("trap 'echo asked; exit 9' TERM; echo ready; while :; do sleep 0.05; done") with { Grace = TimeSpan.FromMinutes(1) },
            cancel.Token);
        using var reader = new StreamReader(child.StandardOutput);
        Assert.That(await reader.ReadLineAsync(), Is.EqualTo("ready"));

        await cancel.CancelAsync();

        Assert.That(await reader.ReadToEndAsync(), Is.EqualTo("asked\n"));
    }

    /// <summary>
    /// A terminal sends its signal to the whole group, and the child may be the first to end: then the run was cancelled, and did not fail.
    /// </summary>
    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Interrupted_with_its_parent_is_a_cancellation()
    {
        using var signal = new CancellationTokenSource();
        await using var child =
            ChildProcess.Start(new ChildCommand("/bin/sh", "-c", "echo 'pg_dump: terminated by user' >&2; exit 1"), signal.Token);
        var waiting = child.WaitAsync();
        while (child.IsRunning)
        {
            await Task.Yield();
        }

        await signal.CancelAsync();

        Assert.That(() => waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(130, "", ExpectedResult = true)]
    [TestCase(129, "", ExpectedResult = true)]
    [TestCase(1, "pg_dump: terminated by user", ExpectedResult = true)]
    [TestCase(1, "pg_dump: error: connection to server failed", ExpectedResult = false)]
    [TestCase(0, "", ExpectedResult = false)]
    public bool Of_a_signal_are_told_apart(int exitCode, string error) =>
        ChildProcess.EndedBySignal(new ChildOutcome(exitCode, "", error, TimeSpan.Zero));

    [Test]
    public async Task End_when_they_are_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var marker = $"87{Random.Shared.Next(100_000, 999_999)}";
        var command = Shell($"echo ready; sleep {marker}") with { OnLine = line => cancel.Cancel() };

        Assert.That(async () => await ChildProcess.RunAsync(command, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        await IsGoneAsync(marker);
    }

    [Test]
    public async Task End_with_the_children_that_they_start_meanwhile()
    {
        using var cancel = new CancellationTokenSource();
        var marker = $"88{Random.Shared.Next(100_000, 999_999)}";
        var command = Shell($"echo ready; for i in $(seq 300); do sleep {marker} & done; wait") with { OnLine = line => cancel.Cancel() };

        Assert.That(async () => await ChildProcess.RunAsync(command, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        await IsGoneAsync(marker);
    }

    [Test]
    public async Task Go_on_while_they_are_looked_at_if_they_start_none()
    {
        await using var child = ChildProcess.Start(Shell("read -r _; exit 7"));

        _ = ProcessTree.From(child.Id, halt: false);
        await child.StandardInput.WriteAsync("\n"u8.ToArray());
        await child.StandardInput.FlushAsync();

        Assert.That((await child.WaitAsync()).ExitCode, Is.EqualTo(7));
    }

    [Test]
    public async Task End_when_their_owner_lets_go()
    {
        var child = ChildProcess.Start(new ChildCommand("cat"));
        await child.DisposeAsync();

        Assert.That(() => Process.GetProcessById(child.Id), Throws.ArgumentException);
    }

    [Test]
    public void That_do_not_exist_are_a_problem()
    {
        var refusal =
            Assert.ThrowsAsync<GateException>(() => ChildProcess.RunAsync(new ChildCommand("/nowhere/pg_dump"), CancellationToken.None));

        Assert.That(refusal!.Problem.Code, Is.EqualTo(ProcessProblems.NotStarted));
        Assert.That(refusal.Message, Does.Contain("pg_dump"));
    }

    [Test]
    public async Task Do_not_wait_for_a_grandchild_that_keeps_their_pipes()
    {
        var outcome = await ChildProcess.RunAsync(Shell("sleep 30 & echo done"), CancellationToken.None);

        Assert.That(outcome.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(outcome.StandardOutput, Is.EqualTo("done"));
    }

    static ChildCommand Shell(string script) => new("sh", "-c", script);

    // Killed, it still has to be given a processor to end on.
    static Task IsGoneAsync(string marker) => Eventually.HoldsAsync(async () =>
        (await ChildProcess.RunAsync(new ChildCommand("pgrep", "-fx", $"sleep {marker}"), CancellationToken.None)).StandardOutput.Length
            == 0);
}
