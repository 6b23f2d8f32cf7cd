using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Tests.Postgres;

[Parallelizable(ParallelScope.All)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ClientToolsFound
{
    static readonly CancellationToken None = CancellationToken.None;

    DirectoryInfo root = null!;

    [OneTimeSetUp]
    public void Create() => root = Directory.CreateTempSubdirectory("dbgate-tools-");

    [OneTimeTearDown]
    public void Delete() => root.Delete(recursive: true);

    [TestCase("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18")]
    [TestCase("psql (PostgreSQL) 17.6", "17.6")]
    [TestCase("psql (PostgreSQL) 19devel", "19.0")]
    [TestCase("pg_restore (PostgreSQL) 18beta1", "18.0")]
    [TestCase("something else 15.1", null)]
    public void Tell_their_version(string text, string? version) =>
        Assert.That(ClientTools.ParseVersion(text)?.ToString(), Is.EqualTo(version));

    [Test]
    public async Task Have_the_servers_major_version_wherever_they_stand()
    {
        string[] folders = [Tool("pg_dump", "17.2"), Tool("pg_dump", "14.3"), Tool("pg_dump", "15.4")];

        Assert.That((await ClientTools.FindAsync("pg_dump", 14, folders, [], None)).Version, Is.EqualTo(new Version(14, 3)));
    }

    [Test]
    public async Task May_be_newer_where_that_is_harmless()
    {
        string[] folders = [Tool("psql", "18.2"), Tool("psql", "16.3"), Tool("psql", "13.3")];

        Assert.That((await ClientTools.FindAsync("psql", 15, folders, [], None)).Version, Is.EqualTo(new Version(16, 3)));
    }

    [TestCase("pg_dump", "17.2")]
    [TestCase("pg_dump", "14.2")]
    [TestCase("psql", "14.2")]
    public void Are_refused_when_none_fits(string name, string version)
    {
        var folder = Tool(name, version);
        var problem = Assert.ThrowsAsync<GateException>(() => ClientTools.FindAsync(name, 15, [folder], [], None))!.Problem;

        Assert.That((problem.Code.Id, problem.Code.ExitCode), Is.EqualTo(("DBG0041", ExitCode.Blocked)));
        Assert.That(problem.Cause, Does.Contain(version).And.Contain(folder));
        Assert.That($"{problem.Fix}", Does.Contain("postgres:15"));
    }

    [Test]
    public void Are_missed_with_the_package_to_install()
    {
        var problem =
            Assert.ThrowsAsync<GateException>(() =>
                ClientTools.FindAsync("pg_dump", 15, [Broken("pg_dump"), "/nowhere"], [], None))!.Problem;

        Assert.That(problem.Code.Id, Is.EqualTo("DBG0040"));
        Assert.That($"{problem.Fix}", Does.Match("postgresql-client-15|postgresql@15|PostgreSQL.15").And.Contain("postgres:15"));
    }

    [TestCase("psql", "15.18", "CVE-2026-18408")]
    [TestCase("psql", "15.19", null)]
    [TestCase("psql", "12.22", "CVE-2026-18408")]
    [TestCase("pg_restore", "15.19", "CVE-2026-116314")]
    [TestCase("pg_restore", "17.5", "CVE-2026-116314")]
    [TestCase("pg_dump", "15.13", "CVE-2025-8714")]
    [TestCase("pg_dump", "15.18", null)]
    [TestCase("psql", "19.0", null)]
    public void Warn_below_the_security_floor(string name, string version, string? advisory)
    {
        var warning = new ClientTool($"/usr/bin/{name}", Version.Parse(version)).Warning;

        Assert.That(warning?.Cause, advisory is null ? Is.Null : Does.Contain(advisory));
        Assert.That(warning?.IsBlocking, Is.Not.True);
    }

    [Test, Category("Postgres")]
    public async Task Are_the_real_ones_of_this_machine()
    {
        var server = await TestServer.SharedAsync();
        await using var session = await Session.OpenAsync(server.Url, null, None);

        var dump = await ClientTools.FindAsync("pg_dump", session.ServerMajor, None);

        Assert.That((dump.Version.Major, dump.Name), Is.EqualTo((session.ServerMajor, "pg_dump")));
    }

    string Tool(string name, string version) => Program(name, $"echo '{name} (PostgreSQL) {version} (Test)'");

    string Broken(string name) => Program(name, "echo 'no such cluster' >&2; exit 1");

    string Program(string name, string body)
    {
        var folder = root.CreateSubdirectory(Path.GetRandomFileName()).FullName;
        var path = Path.Combine(folder, name);
        Script.Write(path, $"#!/bin/sh\n{body}\n");
        return folder;
    }
}
