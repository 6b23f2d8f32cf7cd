using DbGate.Postgres;
using DbGate.Protection;
using DbGate.Scratch;
using DbGate.Tests.Postgres;

namespace DbGate.Tests.Protection;

/// <summary>
/// A release's token cannot be had by looking. That it cannot be guessed or replayed, <see cref="ReleaseGates"/> and
/// <see cref="SchemaChanges"/> test.
/// </summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class Tokens
{
    [Test]
    public async Task Are_long_and_never_the_same()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        var tokens = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            await using var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None);
            tokens.Add(TokenOf(gate));
        }

        Assert.That(tokens, Is.Unique.And.All.Match("^[0-9a-f]{64}$"));
    }

    [Test]
    public async Task Stand_in_no_statistics_and_no_settings_that_another_role_sees()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var role = await TestRole.CreateAsync("pw");
        await database.ExecuteAsync($"grant pg_monitor to {role.Quoted}");
        await using var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None);
        await using var release = await Session.OpenAsync(gate.Url, null, CancellationToken.None);
        await release.ExecuteAsync("create table t ()", CancellationToken.None);
        await using var looking =
            await Session.OpenAsync(database.Url with { User = role.Name, Password = "pw" }, null, CancellationToken.None);
        await using var superuser = await database.SessionAsync();

        foreach (var session in new[] { looking, superuser })
        {
            foreach (var view in new[] { "pg_stat_activity", "pg_settings", "pg_file_settings", "pg_locks",
                "pg_prepared_statements" }.Where(view => session == superuser || view != "pg_file_settings"))
            {
                var rows =
                    await session.QueryAsync($"select to_jsonb(v)::text from {view} v", row => row.GetString(0), CancellationToken.None);
                Assert.That(string.Concat(rows), Does.Not.Contain(TokenOf(gate)), view);
            }
        }

        Assert.That(
            await looking.ScalarAsync<string>("select current_setting('dbgate.token', true)", CancellationToken.None), Is.Null.Or.Empty);
        Assert.That(
            await superuser.ScalarAsync<string>("select string_agg(to_jsonb(r)::text, '') from dbgate.release r", CancellationToken.None),
            Does.Not.Contain(TokenOf(gate)));
    }

    [Test]
    public async Task Stand_in_no_log_even_when_the_server_logs_everything()
    {
        await using var server = await TestServer.StartLocalAsync(new ThrowawayOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["log_statement"] = "all", ["log_connections"] = "on", ["log_disconnections"] = "on", ["log_min_duration_statement"] = "0",
                ["log_min_messages"] = "debug1", ["log_replication_commands"] = "on", ["log_parameter_max_length"] = "-1",
            },
        });
        await using var database = await ProtectedDatabase.CreateAsync(server: server.Url);
        string token;
        await using (var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None))
        {
            token = TokenOf(gate);
            await ProtectedDatabase.ExecuteAsync(gate.Url, "create table a_change ()");
            Assert.That(() => ProtectedDatabase.ExecuteAsync(gate.Url, "create table a_change ()"), Throws.TypeOf<PostgresFault>());
        }

        var log = await File.ReadAllTextAsync(Path.Combine(server.Folder, "log"));

        Assert.That(log, Does.Contain("a_change").And.Contain("open_release"));
        Assert.That(log, Does.Not.Contain(token).And.Not.Contain("dbgate.token="));
    }

    [Test]
    public async Task Are_secrets_of_their_URL()
    {
        await using var database = await ProtectedDatabase.CreateAsync();
        await using var gate = await ReleaseGate.OpenAsync(database.Url, TimeProvider.System, CancellationToken.None);

        Assert.That(gate.Url.Secrets, Does.Contain(TokenOf(gate)));
        Assert.That($"{gate.Url} {gate.Url.Redacted}", Does.Not.Contain(TokenOf(gate)));
    }

    static string TokenOf(ReleaseGate gate) => gate.Url.Options!.Split("dbgate.token=")[1];
}
