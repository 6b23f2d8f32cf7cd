using DbGate.Backups;
using DbGate.Postgres;
using DbGate.Backups.Restores;
using DbGate.Tests.Backups;

namespace DbGate.Tests.Backups.Restores;

/// <summary>A small shop with its backup, and restore tests of it.</summary>
sealed class RestoreTrial : IAsyncDisposable
{
    const string Shop =
        """
        CREATE TYPE state AS ENUM ('open', 'paid');
        CREATE TABLE customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
        CREATE TABLE "order" (id bigserial PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, total numeric(12,2) CHECK (total >= 0), state state);
        CREATE TABLE empty (id int);
        INSERT INTO customer (name) SELECT 'customer ' || g FROM generate_series(1, 500) g;
        INSERT INTO "order" (customer_id, total, state) SELECT 1 + g % 500, g, CASE g % 2 WHEN 0 THEN 'open' ELSE 'paid' END::state FROM generate_series(1, 20000) g;
        CREATE INDEX ON "order" (customer_id);
        CREATE VIEW paid AS SELECT * FROM "order" WHERE state = 'paid';
        CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) FROM "order" GROUP BY 1;
        CREATE FUNCTION greet() RETURNS text LANGUAGE sql AS 'SELECT ''hello''';
        SELECT lo_from_bytea(4711, '\xdeadbeef');
        """;

    readonly List<TestDatabase> targets = [];

    RestoreTrial(BackupTrial backups, BackupOutcome backup) => (Backups, Backup) = (backups, backup);

    public BackupTrial Backups { get; }

    public BackupOutcome Backup { get; }

    public string ArchivePath => Backups.PathOf(Backup);

    public BackupChoice Choice => new(Backups.Store, "staging");

    /// <summary>Small members, so that even a small archive has many.</summary>
    public static async Task<RestoreTrial> StartAsync(string sql = Shop)
    {
        var backups = await BackupTrial.StartAsync(sql);
        return new(backups, await backups.TakeAsync(new() { MemberBytes = 64 * 1024, SliceBytes = 256 * 1024 }));
    }

    /// <summary>Of a database that the caller owns.</summary>
    public static async Task<RestoreTrial> OfAsync(PostgresUrl url)
    {
        var backups = await BackupTrial.StartAsync();
        return new(backups, await DbGate.Backups.Backup.TakeAsync(backups.Request with { Url = url }, null, CancellationToken.None));
    }

    RestoreTestRequest Request => new()
    {
        Backup = Choice,
        Options = new() { SliceBytes = 128 * 1024, Jobs = 3 },
        Configured = [("DATABASE_URL", Backups.Source.Url)],
    };

    public async Task<TestDatabase> TargetAsync()
    {
        var target = await TestDatabase.CreateAsync();
        targets.Add(target);
        return target;
    }

    /// <summary>Into a new empty database, unless the change names another.</summary>
    public async Task<RestoreTestOutcome> RunAsync(Func<RestoreTestRequest, RestoreTestRequest>? change = null) =>
        await RestoreTest.RunAsync(
            change is null ? Request with { Target = (await TargetAsync()).Url } : change(Request), null, CancellationToken.None);

    public static async Task<long> TableCountAsync(PostgresUrl url)
    {
        await using var session = await Session.OpenAsync(url, null, CancellationToken.None);
        return await session.ScalarAsync<long>(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var target in targets)
        {
            await target.DisposeAsync();
        }

        await Backups.DisposeAsync();
    }
}
