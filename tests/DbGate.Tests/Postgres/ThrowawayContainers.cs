using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Tests.Postgres;

/// <summary>
/// What an engine is asked for a throwaway server, seen by a stand-in; <see cref="ServersInContainers"/> asks a real one.
/// </summary>
[Parallelizable(ParallelScope.All)]
[Platform("Linux")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ThrowawayContainers
{
    const string Serves = "read -r word; echo \"$word\" >>\"$0.word\"; echo ready; cat >/dev/null";

    [Test]
    public async Task Run_without_network_rights_or_traces()
    {
        using var engine = StandInEngine.OfServers(server: Serves);

        await using var server = await StartAsync(engine);

        Assert.That(engine.Calls[^1], Does.StartWith("run --rm --interactive --pull=never --name=dbgate-postgres-"));
        Assert.That(engine.Calls[^1].Split(' '), Is.SupersetOf(new[]
        {
            "--network=none", "--user=postgres", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--log-driver=none",
            "--volume=/var/lib/postgresql", $"--mount=type=bind,source={server.Url.Host},target=/dbgate", "sha256:1234",
        }));
    }

    [Test]
    public async Task Get_what_is_asked_for_and_the_last_word_on_where_they_listen()
    {
        using var engine = StandInEngine.OfServers(server: Serves);

        await using var server = await StartAsync(engine, new()
        {
            Encoding = "LATIN1",
            Locale = "C.UTF-8",
            Settings = new Dictionary<string, string> { ["fsync"] = "on", ["listen_addresses"] = "*", ["work_mem"] = "7MB" },
        });

        Assert.That(
            engine.Calls[^1],
            Does.Contain("dbgate-server LATIN1 C.UTF-8 postgres -c ").And.Contain("-c fsync=off ").And.Contain(
                "-c synchronous_commit=off "));
        Assert.That(
            engine.Calls[^1],
            Does.EndWith("-c fsync=on -c listen_addresses=* -c work_mem=7MB -c listen_addresses= -c unix_socket_directories=/dbgate"));
    }

    [Test]
    public async Task Get_their_password_by_a_pipe_only()
    {
        using var engine = StandInEngine.OfServers(server: Serves);

        await using var server = await StartAsync(engine);

        Assert.That((await File.ReadAllTextAsync($"{engine.Path}.word")).Trim(), Is.EqualTo(server.Url.Password).And.Length.EqualTo(32));
        Assert.That(string.Join('\n', engine.Calls), Does.Not.Contain(server.Url.Password));
    }

    [Test]
    public async Task Can_be_reached_by_nobody_else()
    {
        using var engine = StandInEngine.OfServers(server: Serves);

        await using var server = await StartAsync(engine);

        const UnixFileMode everybody = (UnixFileMode)0b111_111_111;
        Assert.That(File.GetUnixFileMode(server.Url.Host), Is.EqualTo(everybody), "the container's user makes its socket there");
        Assert.That(
            File.GetUnixFileMode(Path.GetDirectoryName(server.Url.Host)!),
            Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public async Task End_when_their_input_does_and_leave_no_folder()
    {
        using var engine = StandInEngine.OfServers(server: Serves + "; echo ended >>\"$0.word\"");
        var server = await StartAsync(engine);

        await server.DisposeAsync();
        await server.DisposeAsync();

        Assert.That((await File.ReadAllLinesAsync($"{engine.Path}.word"))[^1], Is.EqualTo("ended"));
        Assert.That(Path.GetDirectoryName(server.Url.Host), Does.Not.Exist);
    }

    [TestCase("echo 'docker: no space left on device' >&2; exit 125", "DBG0056", "docker: no space left on device")]
    [TestCase("read -r word; echo \"FATAL: $word is wrong\" >&2; exit 1", "DBG0056", "FATAL: *** is wrong")]
    [TestCase("read -r word; echo 'FATAL: bad setting' >&2", "DBG0056", "FATAL: bad setting")]
    [TestCase(
        "read -r word; echo 'initdb: error: could not create directory' >&2; exit 55", "DBG0055",
        "initdb: error: could not create directory")]
    public void That_cannot_start_say_their_last_words_and_are_removed(string run, string code, string words)
    {
        using var engine = StandInEngine.OfServers(server: run);

        var problem = Assert.ThrowsAsync<GateException>(() => StartAsync(engine))!.Problem;

        Assert.That((problem.Code.Id, problem.Cause), Is.EqualTo((code, words)));
        Assert.That(problem.Message, Does.Contain("of the image postgres:15 (docker)"));
        Assert.That($"{problem.Fix}", Does.Contain("docker system df"));
        Assert.That(
            engine.Calls[^1],
            Does.StartWith(run.Contains("exit", StringComparison.Ordinal) ? "rm --force --volumes dbgate-postgres-" : "run "));
    }

    [Test]
    public void That_miss_their_deadline_are_ended_and_removed()
    {
        using var engine = StandInEngine.OfServers(server: "echo 'redo in progress' >&2; cat >/dev/null; exit 137");

        var problem = Assert.ThrowsAsync<GateException>(() => StartAsync(engine, new() { Deadline = TimeSpan.FromSeconds(3) }))!.Problem;

        Assert.That((problem.Code.Id, problem.Cause), Is.EqualTo(("DBG0056", "redo in progress")));
        Assert.That(problem.Message, Does.EndWith("was not ready after 3 s"));
        Assert.That(engine.Calls[^1], Does.StartWith("rm --force --volumes dbgate-postgres-"));
    }

    [Test]
    public async Task Are_given_up_when_cancelled()
    {
        using var engine = StandInEngine.OfServers(server: "cat >/dev/null; exit 137");
        using var cancellationSource = new CancellationTokenSource();
        var image = await engine.ImageAsync();
        var start = ThrowawayContainer.StartAsync(image, new(), cancellationSource.Token);
        await Eventually.HoldsAsync(() => Task.FromResult(engine.Calls.Length > 1));

        await cancellationSource.CancelAsync();

        Assert.That(async () => await start, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(engine.Calls[^1], Does.StartWith("rm --force --volumes dbgate-postgres-"));
    }

    static async Task<ThrowawayContainer> StartAsync(StandInEngine engine, ThrowawayOptions? options = null) =>
        await ThrowawayContainer.StartAsync(await engine.ImageAsync(), options ?? new(), CancellationToken.None);
}
