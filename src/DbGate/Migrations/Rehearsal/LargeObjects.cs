using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// Remembers the large objects from before the migrations, in a temporary table of a session that the migrations do not use, and compares
/// them with those after.
/// </summary>
/// <param name="session">On the scratch database, not the one that runs the migrations.</param>
sealed class LargeObjects(Session session)
{
    const string Table = "pg_temp.dbgate_large_objects";

    // The content of more than this is hashed only when a statement names a function for large objects.
    const long MostBytes = 256L << 20;

    // A page's hash with its number, so that pages that change places are noticed. Only a superuser may read the pages.
    const string Hashes = "SELECT loid AS id, sum(hashtextextended(encode(data, 'hex'), pageno)) AS hash FROM pg_largeobject GROUP BY loid";

    long count;
    bool hashed;

    public async Task SaveAsync(IReadOnlyList<PendingMigration> pending, CancellationToken cancellationToken)
    {
        count = await session.ScalarAsync<long>("SELECT count(*) FROM pg_largeobject_metadata", cancellationToken);
        if (count == 0)
        {
            return;
        }

        var bytes = await session.ScalarAsync<long>("SELECT pg_relation_size('pg_largeobject')", cancellationToken);
        try
        {
            hashed = (bytes <= MostBytes || pending.Any(Names))
                && await session.ScalarAsync<bool>("SELECT has_table_privilege('pg_largeobject', 'SELECT')", cancellationToken);
            await session.ExecuteAsync(
                $"CREATE TEMPORARY TABLE {Table} AS SELECT m.oid AS id, {(hashed ? "h.hash" : "NULL::numeric AS hash")} FROM "
                    + $"pg_largeobject_metadata m{(hashed ? $" LEFT JOIN ({Hashes}) h ON h.id = m.oid" : "")}",
                cancellationToken);
        }
        catch (PostgresFault)
        {
            count = -1;
        }
    }

    /// <summary>The losses, and what could not be compared.</summary>
    public async Task<(IReadOnlyList<DataLoss> Losses, string? Uncompared)> CompareAsync(CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return ([], null);
        }

        if (count < 0)
        {
            return ([], "large objects");
        }

        var deleted = await session.ScalarAsync<long>(
            $"SELECT count(*) FROM {Table} o WHERE NOT EXISTS (SELECT FROM pg_largeobject_metadata m WHERE m.oid = o.id)",
            cancellationToken);
        var overwritten = hashed
            ? await session.ScalarAsync<long>(
                $"SELECT count(*) FROM {Table} o LEFT JOIN ({Hashes}) h ON h.id = o.id WHERE o.hash IS NOT NULL AND o.hash IS DISTINCT "
                    + "FROM h.hash AND EXISTS (SELECT FROM pg_largeobject_metadata m WHERE m.oid = o.id)", cancellationToken)
            : 0;
        return (
            [
                .. deleted > 0 ? [Loss(DataLossKind.LargeObjectsDeleted, deleted)] : Array.Empty<DataLoss>(),
                .. overwritten > 0 ? [Loss(DataLossKind.LargeObjectsOverwritten, overwritten)] : Array.Empty<DataLoss>(),
            ],
            hashed ? null : "the content of large objects");
    }

    // Which ones a function picks cannot be told beforehand: more of them in all can mean that more are lost.
    DataLoss Loss(DataLossKind kind, long number) =>
        new(kind, "pg_largeobject", null, number, 0,
            null) { Recount = new LossCount("SELECT count(*) FROM pg_largeobject_metadata", count) };

    static bool Names(PendingMigration migration) =>
        migration.Script.Text.Contains("lo_", StringComparison.OrdinalIgnoreCase)
        || migration.Script.Text.Contains("lowrite", StringComparison.OrdinalIgnoreCase)
        || migration.Script.Text.Contains("pg_largeobject", StringComparison.OrdinalIgnoreCase);
}
