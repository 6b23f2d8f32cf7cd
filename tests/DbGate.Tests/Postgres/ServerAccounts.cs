using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
public sealed class ServerAccounts
{
    const string Root = "root:x:0:0:root:/root:/bin/bash";
    const string Nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin";
    const string Postgres = "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash";

    [Test]
    public void Prefer_the_one_that_the_package_made() =>
        Assert.That(ServerAccount.Unprivileged([Root, Nobody, Postgres]).Name, Is.EqualTo("postgres"));

    [Test]
    public void Fall_back_to_nobody() => Assert.That(ServerAccount.Unprivileged([Root, Nobody]).Name, Is.EqualTo("nobody"));

    [Test]
    public void Are_never_root() =>
        Assert.That(
            () => ServerAccount.Unprivileged([Root]),
            Throws.TypeOf<GateException>().With.Property("Problem").Property("Code").Property("Id").EqualTo("DBG0053"));

    [Test]
    public async Task Do_not_inherit_the_environment_of_dbgate()
    {
        var said = await ServerAccount.Own.RunAsync("env", [], CancellationToken.None);

        Assert.That(said.Output.Split('\n').Select(line => line.Split('=')[0]).Where(name => name.Length > 0),
            Is.SubsetOf(new[] { "PATH", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PWD" }));
    }

    [Test]
    public async Task Say_when_a_program_does_not_exist()
    {
        var said = await ServerAccount.Own.RunAsync("/nonexistent/postgres", [], CancellationToken.None);

        Assert.That(said.ExitCode, Is.EqualTo(127));
    }
}
