using System.Globalization;
using System.Net;
using DbGate.Configuration;
using Npgsql;

namespace DbGate.Service.Tests.Readiness;

/// <summary>A database that hangs, refuses or vanishes turns /ready to 503, and back; no connection is left behind, and nothing is told outside.</summary>
[Category("Postgres")]
public sealed class Faults
{
    ServedProject project = null!;
    Relay relay = null!;

    [OneTimeSetUp]
    public async Task Deploy()
    {
        project = await ServedProject.CreateAsync(ownServer: true);
        relay = Relay.To(project.Server.Port);
    }

    [OneTimeTearDown]
    public async Task Remove()
    {
        await relay.DisposeAsync();
        await project.DisposeAsync();
    }

    [Test]
    public Task Of_a_server_that_refuses() => TurnAsync(relay.Refuse, relay.Mend, "DBG0029");

    [Test]
    public Task Of_a_server_that_vanishes() => TurnAsync(relay.Vanish, relay.Mend, "DBG0");

    [Test]
    public async Task Of_a_server_that_hangs()
    {
        var postmaster = File.ReadLines(Path.Combine(project.Server.Folder, "data", "postmaster.pid")).First();
        await TurnAsync(() => Signal("STOP", postmaster), () => Signal("CONT", postmaster), "DBG0");
    }

    [Test]
    public async Task Of_a_statement_that_waits_for_a_lock()
    {
        await using var migration = await project.Database.ConnectAsync();
        await TurnAsync(
            () => Execute(migration, "begin; lock table _prisma_migrations in access exclusive mode"), () => Execute(migration, "rollback"), "The check did not end in time (DBG0613)");
    }

    async Task TurnAsync(Action wreck, Action mend, string reason)
    {
        await using var service = await RunningService.StartAsync(Settings());
        Assert.That((await service.GetAsync("/ready")).Status, Is.EqualTo(HttpStatusCode.OK));

        wreck();
        try
        {
            Assert.That(async () => (await service.GetAsync("/ready")).Status, Is.EqualTo(HttpStatusCode.ServiceUnavailable).After(15).Seconds.PollEvery(100).MilliSeconds);
            var body = (await service.GetAsync("/ready")).Body;
            Assert.That(body, Does.Contain(reason));
            Assert.That(
                body,
                Does.Not.Contain("127.0.0.1").And.Not.Contains("postgres").And.Not.Contains(project.Database.Name).And.Not.Contains("select").IgnoreCase
                    .And.Not.Contains(relay.Port.ToString(CultureInfo.InvariantCulture)).And.Not.Contains(project.Database.Url.Password!));
        }
        finally
        {
            mend();
        }

        Assert.That(async () => (await service.GetAsync("/ready")).Status, Is.EqualTo(HttpStatusCode.OK).After(15).Seconds.PollEvery(100).MilliSeconds);
        Assert.That(project.SessionsAsync, Is.Zero.After(15).Seconds.PollEvery(100).MilliSeconds);
    }

    Settings Settings() =>
        project.Read(("DATABASE_URL", project.Database.UrlText.Replace($":{project.Server.Port}/", $":{relay.Port}/", StringComparison.Ordinal)));

    static void Signal(string name, string pid)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{name}", pid]);
        kill.WaitForExit();
        Assert.That(kill.ExitCode, Is.Zero);
    }

    static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
