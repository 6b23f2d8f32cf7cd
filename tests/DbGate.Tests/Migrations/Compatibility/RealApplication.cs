using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.Migrations;
using DbGate.Migrations.Compatibility;
using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Scratch;
using DbGate.Statements;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>
/// A real application of an object-relational mapper, with rows, under pg_stat_statements: what is predicted for a release is what its
/// calls then meet. It prints a line of JSON for each call.
/// </summary>
public abstract partial class RealApplication
{
    protected const string Role = "real_app";

    ThrowawayServer server = null!;
    TestDatabase data = null!;
    TestDatabase schema = null!;
    QueryCollection collected = null!;
    IReadOnlyDictionary<string, Call> before = null!;

    sealed record Call(string? Error, int Rows, IReadOnlySet<string> Shapes);

    /// <summary>Installs or builds the application.</summary>
    protected abstract Task PrepareAsync();

    /// <summary>Makes its tables with rows.</summary>
    protected abstract Task FillAsync(TestDatabase database);

    /// <summary>The application's tables, quoted.</summary>
    protected abstract string TableList { get; }

    /// <summary>Makes every call.</summary>
    private protected abstract Task<ShellResult> RunAsync(PostgresUrl url);

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        await PrepareAsync();
        server = await TestServer.StartLocalAsync(new ThrowawayOptions
        {
            Settings = new Dictionary<string, string>
            {
                ["shared_preload_libraries"] = "pg_stat_statements",
                ["pg_stat_statements.max"] = "20000",
            },
        });
        data = await TestDatabase.CreateAsync(server.Url);
        await FillAsync(data);
        await data.ExecuteAsync(
            $"""
            CREATE EXTENSION pg_stat_statements;
            CREATE ROLE {Role} LOGIN PASSWORD 'shop';
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {Role};
            GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {Role};
            """);
        before = await UseAsync(data);
        await using (var session = await Session.OpenAsync(data.Url, null, default))
        {
            collected = await new StatementStatistics(session, ["postgres"]).ReadAsync(default);
        }

        schema = await TestDatabase.CreateAsync(server.Url, data);
        await schema.ExecuteAsync($"TRUNCATE {TableList}");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await (schema?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (data?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    /// <summary>Releases that drop, rename, add, demand, revoke and hide.</summary>
    protected static IEnumerable<TestCaseData> Cases(
        IEnumerable<(string Table, string[] Columns)> tables, params IEnumerable<string> more) =>
        tables.SelectMany(table => Generated(table.Table, table.Columns)).Concat(more).Select((sql, index) =>
            new TestCaseData(sql).SetArgDisplayNames($"{index + 1:00} {sql.Replace('"', '\'').Replace('.', ' ')}"));

    static IEnumerable<string> Generated(string table, string[] columns)
    {
        foreach (var column in columns)
        {
            yield return $"ALTER TABLE \"{table}\" DROP COLUMN \"{column}\" CASCADE;";
            yield return $"ALTER TABLE \"{table}\" RENAME COLUMN \"{column}\" TO \"{column}_new\";";
        }

        yield return $"ALTER TABLE \"{table}\" ADD COLUMN extra int;";
        yield return $"ALTER TABLE \"{table}\" ADD COLUMN extra int NOT NULL DEFAULT 0; "
            + $"ALTER TABLE \"{table}\" ALTER COLUMN extra DROP DEFAULT;";
        yield return $"ALTER TABLE \"{table}\" RENAME TO \"{table}_old\";";
        yield return $"DROP TABLE \"{table}\" CASCADE;";
        yield return $"REVOKE INSERT ON \"{table}\" FROM {Role};";
        yield return $"REVOKE SELECT ON \"{table}\" FROM {Role};";
        yield return $"ALTER TABLE \"{table}\" ENABLE ROW LEVEL SECURITY;";
    }

    [Test]
    public void Sends_queries_that_the_statistics_hold()
    {
        Assert.That(before.Where(call => call.Value.Error is not null).Select(call => (call.Key, call.Value.Error)), Is.Empty);
        Assert.That(before.Values.SelectMany(call => call.Shapes).Except(collected.Queries.Select(query => Plain(query.Text))), Is.Empty);
    }

    /// <summary>Predicts what breaks, and makes every call on the migrated rows.</summary>
    protected async Task CompareAsync(string sql)
    {
        var copies = new List<TestDatabase>();
        try
        {
            var report = await new CompatibilityTest(async _ =>
            {
                copies.Add(await TestDatabase.CreateAsync(server.Url, schema));
                return OldRelease.CopyOf(copies[^1]);
            }).RunAsync(
                collected, [new PendingMigration("m1", StatementSplitter.Split(sql, "m1.sql"), TransactionRule.PerStatement)], default);
            await using var migrated = await TestDatabase.CreateAsync(server.Url, data);
            await migrated.ExecuteAsync(sql);
            var met = await UseAsync(migrated);
            var broken = met.Where(call => call.Value.Error is not null || (call.Value.Rows == 0 && before[call.Key].Rows > 0))
                .Select(call => call.Key)
                .ToHashSet();
            var (certain, possible) = (Names(report, BreakWeight.Fails), Names(report, BreakWeight.MayFail));
            await TestContext.Out.WriteLineAsync($"{certain.Count} fail, {possible.Count} may, {broken.Count} did: {sql}");
            Assert.Multiple(() =>
            {
                Assert.That(report.Stop, Is.Null);
                Assert.That(certain.Except(broken), Is.Empty, "predicted, not met");
                Assert.That(
                    broken.Except(certain).Except(possible).Select(name => (name, met[name].Error)), Is.Empty, "met, not predicted");
            });
        }
        finally
        {
            foreach (var copy in copies)
            {
                await copy.DisposeAsync();
            }
        }
    }

    HashSet<string> Names(CompatibilityReport report, BreakWeight weight)
    {
        var texts = collected.Queries.ToLookup(query => query.Hash, query => Plain(query.Text));
        var shapes = report.Breaks.Where(one => one.Weight == weight).SelectMany(one => texts[one.Hash]).ToHashSet();
        return [.. before.Where(call => call.Value.Shapes.Overlaps(shapes)).Select(call => call.Key)];
    }

    async Task<IReadOnlyDictionary<string, Call>> UseAsync(TestDatabase database)
    {
        var calls = new Dictionary<string, Call>();
        foreach (var line in (await RunAsync(OldRelease.AsRole(database.Url, Role))).Succeeded().Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var call = json.RootElement;
            calls[call.GetProperty("name").GetString()!] = new(
                call.GetProperty("error").GetString(), call.GetProperty("rows").GetInt32(),
                call.GetProperty("queries").EnumerateArray().Select(query => Plain(query.GetString()!)).ToHashSet());
        }

        return calls;
    }

    /// <summary>
    /// The server's statistics number constants and named parameters, and keep one text of <c>= $1</c> and <c>IN ($1)</c>.
    /// </summary>
    static string Plain(string text) =>
        Numbered().Replace(ShapeText.From(text), "?").Replace("IN (?)", "= ?", StringComparison.Ordinal);

    [GeneratedRegex(@"\$[0-9]+|@\w+")]
    private static partial Regex Numbered();
}
