using DbGate.Migrations.Drift;
using DbGate.Postgres;

namespace DbGate.Migrations.Rehearsal;

/// <summary>
/// What is read before the migrations to count their losses afterwards: rows, large objects, privileges, and queries that count.
/// </summary>
sealed class LossesBefore
{
    readonly Session session;
    readonly SavedRows rows;
    readonly LargeObjects largeObjects;
    readonly Grants grants;
    readonly IReadOnlyDictionary<uint, string> names;
    readonly IReadOnlyList<TableContent> contents;
    readonly List<CountedLoss> counts;

    LossesBefore(
        Session session,
        SavedRows rows,
        LargeObjects largeObjects,
        Grants grants,
        IReadOnlyDictionary<uint, string> names,
        IReadOnlyList<TableContent> contents,
        IEnumerable<CountedLoss> counts)
    {
        this.session = session;
        this.rows = rows;
        this.largeObjects = largeObjects;
        this.grants = grants;
        this.names = names;
        this.contents = contents;
        this.counts = [.. counts];
    }

    /// <param name="session">Runs the migrations afterwards; has the search path of the deploy.</param>
    /// <param name="observer">Keeps the rows.</param>
    /// <param name="pending">The migrations.</param>
    /// <param name="contents">The tables whose contents were read.</param>
    /// <param name="names">All tables by number.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<LossesBefore> ReadAsync(
        Session session,
        Session observer,
        IReadOnlyList<PendingMigration> pending,
        IReadOnlyList<TableContent> contents,
        IReadOnlyDictionary<uint, string> names,
        CancellationToken cancellationToken)
    {
        var rows = new SavedRows(observer);
        await rows.SaveAsync(WrittenColumns.Decide(pending, await TouchedTables.LinksAsync(session, cancellationToken)), contents,
            cancellationToken);
        var largeObjects = new LargeObjects(observer);
        await largeObjects.SaveAsync(pending, cancellationToken);
        var counts = await LossCounter.CountAsync(session, pending, names, cancellationToken);
        return new LossesBefore(observer, rows, largeObjects, await Grants.ReadAsync(observer, cancellationToken), names, contents, counts);
    }

    /// <summary>Adds queries that were tried directly before their statement; from several threads.</summary>
    public void Add(IReadOnlyList<CountedLoss> counted)
    {
        lock (counts)
        {
            counts.AddRange(counted.Where(one => !counts.Exists(other => other.Count.Sql == one.Count.Sql)));
        }
    }

    /// <summary>The tables among these whose rows were saved, compared.</summary>
    public async Task<IReadOnlyDictionary<uint, ChangedRows>> ChangedAsync(IEnumerable<uint> tables, CancellationToken cancellationToken)
    {
        var changed = new Dictionary<uint, ChangedRows>();
        foreach (var table in tables)
        {
            if (await rows.CompareAsync(table, cancellationToken) is { } compared)
            {
                changed[table] = compared;
            }
        }

        return changed;
    }

    /// <summary>Adds what is not a table, and to each loss the query that counts it again.</summary>
    public async Task<DataLossReceipt> CompleteAsync(
        DataLossReceipt receipt, IReadOnlyList<CatalogDifference> effects, IReadOnlyList<MigrationMeasurement> migrations,
        CancellationToken cancellationToken)
    {
        var history = new TableHistory(migrations);
        var (objects, uncompared) = await largeObjects.CompareAsync(cancellationToken);
        IReadOnlyList<DataLoss> losses =
        [
            .. receipt.Losses,
            .. objects,
            .. ObjectLosses.From(effects, history),
            .. Grants.Removed(grants, await Grants.ReadAsync(session, cancellationToken)),
        ];
        return receipt with
        {
            Losses = LossRecounts.Add(losses, counts, receipt.ContentsBefore),
            NothingLost = NothingLost.Find(receipt, contents, await SparedAsync(migrations, cancellationToken), counts, migrations),
            Uncompared = uncompared is null ? receipt.Uncompared : [.. receipt.Uncompared, uncompared],
        };
    }

    /// <summary>
    /// They were not written to, so their rows are those of before; a table that was dropped afterwards is among the losses.
    /// </summary>
    async Task<IReadOnlyList<(string Table, long Rows)>> SparedAsync(IReadOnlyList<MigrationMeasurement> migrations,
        CancellationToken cancellationToken)
    {
        var spared = new List<(string, long)>();
        foreach (var oid in NothingLost.Spared(migrations, names, counts))
        {
            if (await session.ScalarAsync<string?>("SELECT to_regclass($1::oid::regclass::text)::text", cancellationToken,
                (long)oid) is { } name)
            {
                spared.Add((names[oid], await session.ScalarAsync<long>($"SELECT count(*) FROM ONLY {name}", cancellationToken)));
            }
        }

        return spared;
    }
}
