using DbGate.Migrations.Compatibility;
using DbGate.Postgres;
using DbGate.Statements;
using Npgsql;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>
/// What is predicted is what the application then meets: the release runs on a database with rows, and the old application makes every
/// call.
/// </summary>
[Category("Postgres")]
public sealed class Truth
{
    OldRelease app = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => app = await OldRelease.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await (app?.DisposeAsync() ?? ValueTask.CompletedTask);

    [Test]
    public void Of_an_application_without_a_release_every_query_is_collected_and_works()
    {
        Assert.That(app.Before.Where(one => one.Value.Error is not null).Select(one => (one.Key, one.Value.Error)), Is.Empty);
        Assert.That(
            app.Collected.Queries.SelectMany(query => app.NamesOf(query.Hash)).Distinct(),
            Is.EquivalentTo(OldRelease.Queries.Select(query => query.Name)));
        Assert.That(app.Collected.Queries, Has.All.Property(nameof(RunningQuery.Role)).EqualTo(OldRelease.Role));
    }

    [TestCaseSource(typeof(TruthCases), nameof(TruthCases.Some))]
    public Task Is_what_is_predicted(string sql) => CompareAsync(sql);

    [Category("Nightly")]
    [TestCaseSource(typeof(TruthCases), nameof(TruthCases.All))]
    public Task Is_what_is_predicted_for_every_release(string sql) => CompareAsync(sql);

    /// <summary>A connection that holds the statement prepared fails once, as old processes do; a new one does not.</summary>
    [Test]
    public async Task Of_a_prepared_statement_is_that_it_fails_once()
    {
        const string Sql = "ALTER TABLE users ADD COLUMN extra int;";
        await using var migrated = await app.WithRowsAsync();
        await using var connection = await TestServer.ConnectAsync(OldRelease.AsRole(migrated.Url, OldRelease.Role));
        await using var command = new NpgsqlCommand("SELECT * FROM users WHERE id < 5", connection);
        await command.PrepareAsync();
        await migrated.ExecuteAsync(Sql);

        Assert.That(
            Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())!.MessageText,
            Is.EqualTo("cached plan must not change result type"));
        var report = await app.TestAsync(Sql);
        Assert.That(
            report.Breaks.Select(one => (one.Weight, one.Words, Name: app.NamesOf(one.Hash).Single())),
            Is.EqualTo(new[] { (BreakWeight.FailsOnce, "cached plan must not change result type", "user_all") }));
    }

    [Test]
    public async Task Of_a_dropped_index_is_that_its_queries_lose_it()
    {
        var report = await app.TestAsync("DROP INDEX orders_user;");

        Assert.That(report.Failing, Is.Empty);
        Assert.That(
            report.Breaks.Where(one => one.Weight == BreakWeight.Slower).SelectMany(one => app.NamesOf(one.Hash)),
            Is.EquivalentTo(new[] { "orders_of_user", "total" }).Or.EquivalentTo(new[] { "orders_of_user" }));
    }

    [Test]
    public async Task Of_another_role_is_hidden_without_its_grant_and_the_note_names_the_grant()
    {
        await using var database = await app.WithRowsAsync();
        await database.ExecuteAsync("DO $$ BEGIN CREATE ROLE nosy LOGIN PASSWORD 'shop'; EXCEPTION WHEN duplicate_object THEN END $$");
        var url = OldRelease.AsRole(app.CollectedIn, "nosy");
        await using (var session = await Session.OpenAsync(url, null, default))
        {
            var hidden = await new StatementStatistics(session, ["postgres"]).ReadAsync(default);
            Assert.That(hidden.Notes, Has.Some.EqualTo(
                "queries of shop_app: their texts are hidden from nosy: GRANT pg_read_all_stats TO \"nosy\""));
        }

        await database.ExecuteAsync("GRANT pg_read_all_stats TO nosy");
        await using var allowed = await Session.OpenAsync(url, null, default);
        var all = await new StatementStatistics(allowed, ["postgres"]).ReadAsync(default);
        Assert.That(all.Queries.Count(query => query.Role == OldRelease.Role), Is.AtLeast(OldRelease.Queries.Count));
        Assert.That(all.Notes, Has.Some.StartsWith("queries that run less than once in"));
        Assert.That(all.Since, Is.Not.Null);
    }

    [Test]
    public async Task Of_a_server_without_the_extension_is_what_its_sessions_run()
    {
        await using var database = await TestDatabase.CreateAsync(app.Server);
        await using var session = await Session.OpenAsync(database.Url, null, default);
        await using var other = await database.ConnectAsync();
        await using var command = new NpgsqlCommand("SELECT 'value'::text", other);
        await command.ExecuteNonQueryAsync();

        Assert.That(
            (await new StatementStatistics(session, []).ReadAsync(default)).Notes.Single(),
            Does.Contain("CREATE EXTENSION pg_stat_statements"));
        var samples = await new ActivitySamples(session, [], TimeProvider.System).ReadAsync(default);
        Assert.That(samples.Queries.Select(query => query.Shape), Is.EqualTo(new[] { "SELECT ?::text" }));
    }

    async Task CompareAsync(string sql)
    {
        var report = await app.TestAsync(sql);
        await using var migrated = await app.WithRowsAsync();
        foreach (var statement in StatementSplitter.Split(sql, "m.sql").Statements.Where(one => !one.Text.StartsWith("SET LOCAL")))
        {
            if (statement.Text is not ("BEGIN" or "COMMIT"))
            {
                await migrated.ExecuteAsync(statement.Text);
            }
        }

        var met = await OldRelease.UseAsync(migrated.Url, app.Before);
        var broken = met.Where(one => one.Value.IsWorseThan(app.Before[one.Key])).Select(one => one.Key).ToHashSet();
        var certain = Names(report, BreakWeight.Fails);
        var possible = Names(report, BreakWeight.MayFail);

        Assert.Multiple(() =>
        {
            Assert.That(report.Stop, Is.Null);
            Assert.That(report.Tested, Is.EqualTo(OldRelease.Queries.Count), string.Join("\n", report.Untested));
            Assert.That(
                report.Failing.Where(one => app.NamesOf(one.Hash).Except(broken).Any()).Select(one => $"{one.Words}: {one.Shape}"),
                Is.Empty,
                "predicted, not met");
            Assert.That(
                broken.Except(certain).Except(possible).Select(name => (name, met[name].Error, met[name].Rows)), Is.Empty,
                "met, not predicted");
            if (possible.Count == 0)
            {
                Assert.That(broken, Is.EquivalentTo(certain));
            }

            Assert.That(report.Failing.Select(one => one.Place?.Statement), Has.None.Null);
        });
        await TestContext.Out.WriteLineAsync($"{certain.Count} fail, {possible.Count} may, {broken.Count} did: {sql}");
    }

    HashSet<string> Names(CompatibilityReport report, BreakWeight weight) =>
        [.. report.Breaks.Where(one => one.Weight == weight).SelectMany(one => app.NamesOf(one.Hash))];
}
