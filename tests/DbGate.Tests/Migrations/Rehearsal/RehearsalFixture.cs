using DbGate.Migrations;
using DbGate.Migrations.Rehearsal;
using DbGate.Statements;
using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Rehearsal;

/// <summary>A scratch database with a little data for each test.</summary>
[Category("Postgres")]
abstract class RehearsalFixture
{
    const string Data = """
        CREATE TYPE role AS ENUM ('USER', 'ADMIN', 'GUEST');
        CREATE TABLE users (id int PRIMARY KEY, name text, mail varchar(40), score numeric(10,2), role role, extra json);
        CREATE TABLE posts (id serial PRIMARY KEY, "userId" int REFERENCES users, title text);
        CREATE TABLE notes (body text, at timestamptz DEFAULT now());
        CREATE TABLE empty (id int PRIMARY KEY, x text);
        INSERT INTO users SELECT g, 'name ' || g, CASE WHEN g % 2 = 0 THEN 'u' || g || '@example.org' END, g * 1.25, 'USER', '{"a": 1}' FROM generate_series(1, 100) g;
        INSERT INTO posts ("userId", title) SELECT g, 'post ' || g FROM generate_series(1, 50) g;
        INSERT INTO notes (body) VALUES ('one'), ('two');
        """;

    static readonly SemaphoreSlim Gate = new(1);
    static TestDatabase? template;

    protected static async Task<TestDatabase> NewDatabaseAsync()
    {
        await Gate.WaitAsync();
        try
        {
            if (template is null)
            {
                template = await TestDatabase.CreateAsync();
                await template.ExecuteAsync(Data);
            }

            return await TestDatabase.CreateAsync(template);
        }
        finally
        {
            Gate.Release();
        }
    }

    protected static PendingMigration Migration(string sql, TransactionRule transactions = TransactionRule.WholeFile, string name = "m1") =>
        new(name, StatementSplitter.Split(sql, $"{name}/migration.sql"), transactions);

    protected static Task<RehearsalReport> RehearseAsync(TestDatabase database, params PendingMigration[] pending) =>
        RehearseAsync(database, new RehearsalOptions(), pending);

    protected static async Task<RehearsalReport> RehearseAsync(
        TestDatabase database, RehearsalOptions options, params PendingMigration[] pending)
    {
        await using var session =
            await Session.OpenAsync(
                database.Url, SessionOptions.Default with { CommandTimeout = TimeSpan.FromMinutes(2) }, CancellationToken.None);
        await using var observer = await Session.OpenAsync(database.Url, null, CancellationToken.None);
        return await new Rehearser(session, observer, options, TimeProvider.System).RunAsync(pending, CancellationToken.None);
    }

    protected static async Task<RehearsalReport> RehearseAsync(string sql, TransactionRule transactions = TransactionRule.WholeFile)
    {
        await using var database = await NewDatabaseAsync();
        return await RehearseAsync(database, Migration(sql, transactions));
    }
}
