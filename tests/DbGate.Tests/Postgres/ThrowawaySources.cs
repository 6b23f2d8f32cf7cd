using DbGate.Releases;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Tests.Postgres;

/// <summary>Which server a rehearsal or a restore test of version 15 gets, seen by a stand-in for the engine.</summary>
[Parallelizable(ParallelScope.All)]
[Platform("Linux")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ThrowawaySources
{
    const string Missing = "echo 'Error: No such image: postgres:15' >&2; exit 1";

    [Test]
    public async Task Are_programs_of_the_same_version_first()
    {
        using var engine = StandInEngine.OfServers();

        var source = await FindAsync(engine, 16, 15);

        Assert.That(
            (source.Version, source.Place, source.Words),
            Is.EqualTo((new Version(15, 3), "/usr/lib/postgresql/15/bin", "a throwaway server")));
        Assert.That(engine.Calls, Is.Empty);
    }

    [TestCase]
    [TestCase(14)]
    [TestCase(18, 16, 14)]
    public async Task Are_the_image_of_the_same_version_before_other_programs(params int[] installed)
    {
        using var engine = StandInEngine.OfServers();

        var source = await FindAsync(engine, installed);

        Assert.That((source.Version, source.Place), Is.EqualTo((new Version(15, 18), "the image postgres:15 (docker)")));
        Assert.That((source.Words, source.Shortcoming), Is.EqualTo(("a throwaway server from the image postgres:15", (string?)null)));
        Assert.That(engine.Calls.Select(call => call.Split(' ')[0]), Is.EqualTo(["image", "info", "run"]), "nothing is pulled");
    }

    [Test]
    public async Task Are_programs_of_the_next_newer_version_when_there_is_no_image()
    {
        using var engine = StandInEngine.OfServers(inspect: Missing);

        var source = await FindAsync(engine, 18, 16, 14);

        Assert.That(source.Version, Is.EqualTo(new Version(16, 3)));
        Assert.That(source.Shortcoming, Is.EqualTo("no PostgreSQL 15 is installed here; docker: Error: No such image: postgres:15"));
    }

    [TestCase("DBG0050")]
    [TestCase("DBG0051", 14, 13)]
    public void That_are_missing_name_what_to_install_and_what_to_pull(string code, params int[] installed)
    {
        using var engine = StandInEngine.OfServers(inspect: Missing);

        var problem = Assert.ThrowsAsync<GateException>(() => FindAsync(engine, installed))!.Problem;

        Assert.That(problem.Code.Id, Is.EqualTo(code));
        Assert.That(problem.Cause, Does.EndWith("; docker: Error: No such image: postgres:15"));
        Assert.That($"{problem.Fix}", Is.EqualTo("sudo apt-get install postgresql-15; or docker pull postgres:15, which is used then"));
    }

    [TestCase(
        "permission denied while trying to connect to the Docker daemon socket",
        "let this user use Docker (sudo usermod -aG docker $USER, and a new login)")]
    [TestCase(
        "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?",
        "start Docker (sudo systemctl start docker; DOCKER_HOST must lead to it)")]
    public void That_an_engine_keeps_back_name_what_opens_it(string said, string remedy)
    {
        using var engine = StandInEngine.OfServers(inspect: $"echo '{said}' >&2; exit 1");

        var problem = Assert.ThrowsAsync<GateException>(() => FindAsync(engine))!.Problem;

        Assert.That(problem.Cause, Does.EndWith($"; docker: {said}"));
        Assert.That($"{problem.Fix}", Is.EqualTo($"sudo apt-get install postgresql-15; or {remedy}"));
    }

    [TestCase("echo 'docker: bind source path does not exist: /tmp/x.' >&2; exit 125", "docker: bind source path does not exist: /tmp/x.")]
    [TestCase("echo 'postgres (PostgreSQL) 16.2'", "its postgres is 16.2")]
    public void Are_no_image_that_cannot_be_used(string run, string told)
    {
        using var engine = StandInEngine.OfServers(version: run);

        var problem = Assert.ThrowsAsync<GateException>(() => FindAsync(engine))!.Problem;

        Assert.That(problem.Cause, Does.EndWith($"the image postgres:15 of docker cannot be used: {told}"));
        Assert.That($"{problem.Fix}", Does.Not.Contain("docker"));
    }

    [Test]
    public async Task That_do_not_answer_here_are_none()
    {
        using var engine = StandInEngine.OfServers(server: "read -r word; echo ready; cat >/dev/null");
        var source = await FindAsync(engine);

        var problem = Assert.ThrowsAsync<GateException>(() => source.StartAsync(new(), CancellationToken.None))!.Problem;

        Assert.That(EvidenceProblems.IsLackOfServer(problem), Is.True, "a rehearsal that is not required is left out");
        Assert.That(problem.Message, Is.EqualTo("the server of the image postgres:15 (docker) runs, and does not answer at its socket"));
        Assert.That($"{problem.Fix}", Is.EqualTo("sudo apt-get install postgresql-15"));
    }

    [Test]
    public void Are_missed_where_no_engine_is_installed()
    {
        var problem =
            Assert.ThrowsAsync<GateException>(() =>
                ThrowawaySource.FindAsync(15, [], ["/nowhere/docker"], CancellationToken.None))!.Problem;

        Assert.That(problem.Cause, Does.EndWith("no Docker or Podman on PATH to take the image postgres:15 from"));
    }

    static Task<ThrowawaySource> FindAsync(StandInEngine engine, params int[] installed) => ThrowawaySource.FindAsync(
        15, [.. installed.Select(major => new ServerBinaries($"/usr/lib/postgresql/{major}/bin", new Version(major, 3)))], [engine.Path],
        CancellationToken.None);
}
