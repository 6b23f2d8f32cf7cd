using System.Diagnostics;
using System.Globalization;
using System.Net;
using DbGate.Configuration;
using Npgsql;

namespace DbGate.Service.Tests.Readiness;

/// <summary>
/// A database that hangs, refuses or vanishes turns /ready to 503, and back; no connection is left behind, and nothing is told outside.
/// </summary>
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
            () => Execute(migration, "begin; lock table _prisma_migrations in access exclusive mode"),
            () => Execute(migration, "rollback"), "The check did not end in time (DBG0613)");
    }

    async Task TurnAsync(Action wreck, Action mend, string reason)
    {
        await using var service = await RunningService.StartAsync(Settings());
        await UntilAsync(service, HttpStatusCode.OK);

        wreck();
        try
        {
            var body = await UntilAsync(service, HttpStatusCode.ServiceUnavailable, reason);
            Assert.That(
                body,
                Does.Not.Contain("127.0.0.1").And.Not.Contains("postgres").And.Not.Contains(project.Database.Name).And.Not.Contains(
                    "select").IgnoreCase
                    .And.Not.Contains(relay.Port.ToString(CultureInfo.InvariantCulture)).And.Not.Contains(project.Database.Url.Password!));
        }
        finally
        {
            mend();
        }

        await UntilAsync(service, HttpStatusCode.OK);
        Assert.That(project.SessionsAsync, Is.Zero.After(60).Seconds.PollEvery(100).MilliSeconds);
    }

    /// <summary>Asks on: on a busy machine a check of a sound server, too, may once take longer than it has.</summary>
    static async Task<string> UntilAsync(RunningService service, HttpStatusCode wanted, string reason = "")
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(100))
        {
            var (status, body, _) = await service.GetAsync("/ready");
            if (status == wanted && body.Contains(reason, StringComparison.Ordinal))
            {
                return body;
            }

            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromMinutes(1)), $"{(int)status} {body}");
        }
    }

    /// <summary>With time-outs that a test can wait for.</summary>
    Settings Settings() => project.Read(
        ("DATABASE_URL", project.Database.UrlText.Replace($":{project.Server.Port}/", $":{relay.Port}/", StringComparison.Ordinal)),
        ("DBGATE_SERVICE_CACHE_PERIOD", "1s"),
        ("DBGATE_SERVICE_CHECK_TIMEOUT", "1s"));

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
