using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Tests.Postgres;

/// <summary>What is asked of an engine, seen by a stand-in; <see cref="ClientsInContainers"/> asks a real one.</summary>
[Parallelizable(ParallelScope.All)]
[Platform("Linux")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ClientsFromAnImage
{
    static readonly CancellationToken None = CancellationToken.None;

    [Test]
    public async Task Are_taken_when_no_folder_has_one_that_fits()
    {
        using var engine = new StandInEngine();

        var tool = await engine.FindAsync();

        Assert.That((tool.Name, tool.Version, tool.Place), Is.EqualTo(("psql", new Version(15, 18), "the image postgres:15 (docker)")));
        Assert.That(engine.Calls[0], Is.EqualTo("image inspect --format={{.Id}} postgres:15"));
    }

    [Test]
    public async Task Are_not_looked_for_when_a_folder_has_one()
    {
        using var engine = new StandInEngine();
        var folder = Directory.CreateTempSubdirectory("dbgate-tools-");
        var path = Path.Combine(folder.FullName, "psql");
        Script.Write(path, "#!/bin/sh\necho 'psql (PostgreSQL) 16.2'\n");

        var tool = await engine.FindAsync("psql", folder.FullName);
        folder.Delete(recursive: true);

        Assert.That(tool.Path, Is.EqualTo(path));
        Assert.That(engine.Calls, Is.Empty);
    }

    [Test]
    public async Task Are_never_pulled()
    {
        using var engine = new StandInEngine();

        _ = (await engine.FindAsync()).Command(["-X"], new Dictionary<string, string?>());

        Assert.That(engine.Calls.Select(call => call.Split(' ')[0]), Is.EqualTo(["image", "info", "run"]));
        Assert.That(engine.Calls[^1], Does.Contain(" --pull=never ").And.Contain(" --entrypoint=sh sha256:1234 "));
    }

    [TestCase(
        "echo 'Error: No such image: postgres:15' >&2; exit 1", "echo", "docker: Error: No such image: postgres:15",
        "docker pull postgres:15")]
    [TestCase(
        "echo 'Cannot connect to x. Is the docker daemon running?' >&2; exit 1", "echo", "docker: Cannot connect to x.",
        "systemctl start docker")]
    [TestCase(
        "echo sha256:2", "echo 'docker: bind source path does not exist: /tmp/x.' >&2; exit 125",
        "cannot be used: docker: bind source path does not exist", null)]
    [TestCase("echo sha256:3", "echo 'psql (PostgreSQL) 16.2'", "cannot be used: its psql is 16.2", null)]
    public void That_cannot_be_had_are_told_with_the_engines_words(string inspect, string run, string told, string? remedy)
    {
        using var engine = new StandInEngine(inspect: inspect, run: run);

        var problem = Assert.ThrowsAsync<GateException>(() => engine.FindAsync())!.Problem;

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0040"));
        Assert.That(problem.Cause, Does.Contain(told));
        Assert.That($"{problem.Fix}", remedy is null ? Does.Not.Contain("docker") : Does.Contain(remedy));
    }

    [Test]
    public void Are_missed_where_no_engine_is_installed()
    {
        var problem = Assert.ThrowsAsync<GateException>(() => ClientTools.FindAsync("psql", 15, [], ["/nowhere/docker"], None))!.Problem;

        Assert.That(problem.Cause, Does.EndWith("no Docker or Podman on PATH to take the image postgres:15 from"));
    }

    [Test]
    public async Task Come_from_the_next_engine_when_the_first_has_none()
    {
        using var empty = new StandInEngine(inspect: "exit 1");
        using var engine = new StandInEngine("podman");

        var tool = await ClientTools.FindAsync("psql", 15, [], [empty.Path, engine.Path], None);

        Assert.That(tool.Place, Is.EqualTo("the image postgres:15 (podman)"));
    }

    [Test]
    public async Task Get_names_of_variables_and_files_and_no_values()
    {
        using var engine = new StandInEngine();
        var tool = await engine.FindAsync();
        var url = PostgresUrl.Parse("postgresql://app:pass-word@db.example.com/shop?options=-c%20a%3Dsecret", "TEST");
        await using var environment = await LibpqEnvironment.CreateAsync(url, None);

        var command = tool.Command(["-X", "-f", "-"], environment.Variables);

        var passFile = environment.Variables["PGPASSFILE"];
        Assert.That(command.Arguments, Does.Contain("--env=PGHOST").And.Contain("--env=PGPASSFILE").And.Contain("--env=PGOPTIONS"));
        Assert.That(command.Arguments, Does.Contain($"--mount=type=bind,source={passFile},target={passFile},readonly"));
        Assert.That(command.Arguments, Does.Not.Contain("--env=PGSSLCERT"));
        Assert.That(command.Arguments.TakeLast(5), Is.EqualTo(["--entrypoint=psql", "sha256:1234", "-X", "-f", "-"]));
        Assert.That(
            string.Join(' ', command.Arguments), Does.Not.Contain("pass-word").And.Not.Contain("secret").And.Not.Contain("example"));
        Assert.That(command.Environment["PGHOST"], Is.EqualTo("db.example.com"));
    }

    [Test]
    public async Task Get_a_socket_with_its_folder_and_files_by_their_whole_path()
    {
        using var engine = new StandInEngine();
        var tool = await engine.FindAsync();
        var folder = Directory.CreateTempSubdirectory("dbgate,socket-");
        var authority = Path.Combine(folder.FullName, "ca.pem");
        await File.WriteAllTextAsync(authority, "");

        var command = tool.Command([], new Dictionary<string, string?>
        {
            ["PGHOST"] = folder.FullName, ["PGSSLROOTCERT"] = Path.GetRelativePath(Environment.CurrentDirectory, authority),
            ["PGSSLCERT"] = "/nowhere.crt",
        });
        folder.Delete(recursive: true);

        Assert.That(
            command.Arguments.Where(argument => argument.StartsWith("--mount", StringComparison.Ordinal)
                && argument.Contains("socket", StringComparison.Ordinal)),
            Is.EqualTo(
                new[] { authority, folder.FullName }.Select(path => $"--mount=type=bind,\"source={path}\",\"target={path}\",readonly")));
        Assert.That(command.Environment["PGSSLROOTCERT"], Is.EqualTo(authority));
    }

    [TestCase("docker", "[name=seccomp,profile=builtin name=rootless]", "--user=0:0")]
    [TestCase("docker", "[name=seccomp,profile=builtin]", null)]
    [TestCase("podman", "", null)]
    public async Task Run_as_the_user_who_can_read_their_files(string name, string info, string? option)
    {
        using var engine = new StandInEngine(name, info: info);
        var own = (await Shell.RunAsync("sh", ["-c", "echo --user=$(id -u):$(id -g)"])).Output.Trim();
        option ??= name == "podman" && !Environment.IsPrivilegedProcess ? "--userns=keep-id" : own;

        Assert.That((await engine.FindAsync()).Command([], new Dictionary<string, string?>()).Arguments, Does.Contain(option));
    }

    [Test]
    public async Task Are_ended_with_their_container()
    {
        using var engine =
            new StandInEngine(
                run: "case $* in *--version*) echo 'psql (PostgreSQL) 15.18' ;; *) trap '' TERM INT; sleep 60 & wait; wait ;; esac");
        var command =
            (await engine.FindAsync())
                .Command(["-f", "-"], new Dictionary<string, string?>()) with { Grace = TimeSpan.FromMilliseconds(50) };
        await using (ChildProcess.Start(command, None))
        {
            await Eventually.HoldsAsync(() => Task.FromResult(engine.Calls.Length == 4));
        }

        var name = command.Arguments.Single(argument => argument.StartsWith("--name=", StringComparison.Ordinal))["--name=".Length..];
        Assert.That(engine.Calls[^1], Is.EqualTo($"rm --force --volumes {name}"));
    }

    [Test]
    public async Task Are_not_looked_after_when_they_ended_well()
    {
        using var engine = new StandInEngine();
        var tool = await engine.FindAsync();

        Assert.That((await ChildProcess.RunAsync(tool.Command(["--version"], new Dictionary<string, string?>()), None)).ExitCode, Is.Zero);
        Assert.That(engine.Calls[^1], Does.StartWith("run "));
    }
}
