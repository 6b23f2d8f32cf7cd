using DbGate.Migrations.Lint.Rules;
using DbGate.Migrations.Lint.Schema;
using DbGate.Statements.Parsing;
using Npgsql;

namespace DbGate.Tests.Migrations.Lint;

/// <summary>The server's own behaviour for each pair of types: whether it rewrites, and what becomes of values that do not fit.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.Self)]
public sealed class TypeChanges
{
    // Each type with values that use it to the full.
    static readonly (string Type, string[] Values)[] Types =
    [
        ("smallint", ["7", "-32768"]),
        ("integer", ["7", "16777217"]),
        ("bigint", ["7", "9007199254740993"]),
        ("numeric", ["7", "1234567890.12345"]),
        ("numeric(10,2)", ["7.00", "12345678.25"]),
        ("numeric(10,1)", ["7.0", "12345678.5"]),
        ("numeric(14,2)", ["7.00", "123456789012.25"]),
        ("real", ["7", "0.1"]),
        ("double precision", ["7", "0.1234567890123"]),
        ("text", ["7", "text that is long"]),
        ("varchar", ["7", "text that is long"]),
        ("varchar(5)", ["7", "abcde"]),
        ("varchar(20)", ["7", "abcdefghijklmnop"]),
        ("date", ["2026-01-02"]),
        ("timestamp", ["2026-01-02 03:04:05.123456"]),
        ("timestamp(3)", ["2026-01-02 03:04:05.123"]),
        ("timestamptz", ["2026-01-02 03:04:05.123456+00"]),
        ("timestamptz(3)", ["2026-01-02 03:04:05.123+00"]),
        ("json", ["{\"a\": 1}"]),
        ("jsonb", ["{\"a\": 1}"]),
        ("boolean", ["true"]),
        ("uuid", ["00000000-0000-0000-0000-000000000001"]),
        ("varchar(5)[]", ["{abcde}"]),
        ("text[]", ["{text that is long}"]),
    ];

    TestDatabase database = null!;
    NpgsqlConnection connection = null!;

    static IEnumerable<string> Olds => Types.Select(type => type.Type);

    [OneTimeSetUp]
    public async Task Open()
    {
        database = await TestDatabase.CreateAsync();
        connection = await database.ConnectAsync();
        await RunAsync("SET timezone = 'Asia/Tokyo'");
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        await connection.DisposeAsync();
        await database.DisposeAsync();
    }

    [TestCaseSource(nameof(Olds))]
    public async Task Do_what_the_rules_claim(string old)
    {
        var values = Types.Single(type => type.Type == old).Values;
        foreach (var next in Olds)
        {
            var claim = TypeChange.Between(Parse(old), Parse(next));
            if (await ChangeAsync(old, next, values) is not { } seen)
            {
                continue; // no implicit cast: the server refuses the statement, whatever the values
            }

            Assert.Multiple(() =>
            {
                Assert.That(claim.Rewrites, Is.EqualTo(seen.Rewrites), $"rewrite from {old} to {next}");
                Assert.That(claim.Fate, Is.AtLeast(seen.Fate), $"values from {old} to {next}");
            });
        }
    }

    [TestCaseSource(typeof(Volatility), nameof(Volatility.Stable))]
    public async Task Of_a_default_are_not_computed_row_by_row_for(string function) =>
        Assert.That(await VolatilitiesAsync(function), Is.Not.Empty.And.Not.Contains("v"));

    [TestCaseSource(typeof(Volatility), nameof(Volatility.Volatile))]
    public async Task Of_a_default_are_computed_row_by_row_for(string function) =>
        Assert.That(await VolatilitiesAsync(function), Does.Contain("v"));

    async Task<(bool Rewrites, ValueFate Fate)?> ChangeAsync(string old, string next, string[] values)
    {
        await RunAsync($"DROP TABLE IF EXISTS t; CREATE TABLE t (a {old})");
        var file = await ScalarAsync("SELECT pg_relation_filenode('t')::text");
        try
        {
            await RunAsync($"ALTER TABLE t ALTER COLUMN a TYPE {next}");
        }
        catch (PostgresException fault) when (fault.SqlState == "42804")
        {
            return null;
        }

        var rewrites = await ScalarAsync("SELECT pg_relation_filenode('t')::text") != file;
        return (rewrites, await FateAsync(old, next, values));
    }

    async Task<ValueFate> FateAsync(string old, string next, string[] values)
    {
        var fate = ValueFate.Kept;
        foreach (var value in values)
        {
            await RunAsync($"DROP TABLE t; CREATE TABLE t (a {old}); INSERT INTO t VALUES ('{value}')");
            try
            {
                await RunAsync($"ALTER TABLE t ALTER COLUMN a TYPE {next}");
                var kept = await ScalarAsync($"SELECT ({Back(old, next)}::text = '{value}'::{old}::text)::text FROM t") == "true";
                fate = kept ? fate : ValueFate.Changed;
            }
            catch (PostgresException fault) when (fault.SqlState.StartsWith("22", StringComparison.Ordinal))
            {
                fate = fate == ValueFate.Kept ? ValueFate.Refused : fate;
            }
        }

        return fate;
    }

    // A number with decimals is no text that an integer type reads.
    static string Back(string old, string next) =>
        next.StartsWith("numeric", StringComparison.Ordinal) && old is "smallint" or "integer" or "bigint"
            ? $"a::{old}"
            : $"a::text::{old}";

    async Task<string> VolatilitiesAsync(string function) =>
        await ScalarAsync(
            $"SELECT coalesce(string_agg(DISTINCT provolatile::text, ''), '') FROM pg_proc WHERE proname = '{function}' AND pronamespace "
                + "= 'pg_catalog'::regnamespace");

    async Task RunAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    async Task<string> ScalarAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    static SqlType Parse(string type) => TypeParser.Type(new TokenCursor(type));
}
