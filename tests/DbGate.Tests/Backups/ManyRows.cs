using DbGate.Backups;

namespace DbGate.Tests.Backups;

/// <summary>
/// A database of 13 MB of text that hardly compresses: more than pipes, sockets and the hold can take while the store waits.
/// </summary>
static class ManyRows
{
    const string Sql =
        "CREATE TABLE big (id int, t text); INSERT INTO big SELECT g, string_agg(md5(random()::text || g || i), '') FROM "
            + "generate_series(1, 4000) g, generate_series(1, 100) i GROUP BY g;";

    // Filled once, and copied by the server; it goes with the server.
    static readonly Lazy<Task<TestDatabase>> Template = new(async () =>
    {
        var template = await TestDatabase.CreateAsync();
        await template.ExecuteAsync(Sql);
        return template;
    });

    /// <summary>
    /// While the store waits, one of two workers waits with the definitions, and the other one in the middle of the rows.
    /// </summary>
    public static DumpOptions Small { get; } = new() { HoldBytes = 64 * 1024, SliceBytes = 1 << 20, Jobs = 2 };

    public static async Task<BackupTrial> StartAsync() => await BackupTrial.CopyAsync(await Template.Value);
}
