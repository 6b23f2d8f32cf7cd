namespace DbGate.Migrations.Rehearsal;

/// <summary>Makes the receipt from what the tables held before and after. Pure.</summary>
static class DataLossComparison
{
    /// <param name="before">Contents of the tables that were hashed and may have been written to.</param>
    /// <param name="after">Contents of the same tables, and of new ones.</param>
    /// <param name="names">All tables from before, by number.</param>
    /// <param name="history">What was measured.</param>
    /// <param name="rows">Rows of tables, as far as they were counted before.</param>
    /// <param name="changed">Tables that were compared row by row, by number.</param>
    public static DataLossReceipt Between(
        IReadOnlyList<TableContent> before,
        IReadOnlyList<TableContent> after,
        IReadOnlyDictionary<uint, string> names,
        TableHistory history,
        IReadOnlyDictionary<uint, long> rows,
        IReadOnlyDictionary<uint, ChangedRows> changed)
    {
        var (losses, empty) = (new List<DataLoss>(), new List<DataLoss>());
        var unchanged = new List<UnchangedTable>();
        var extended = new List<string>();
        foreach (var table in before)
        {
            var now =
                after.FirstOrDefault(other => other.Oid == table.Oid)
                    ?? after.FirstOrDefault(other => other.Name == table.Name && Replaces(table, other));
            var lost = now is null ? Dropped(table, history) : [.. Compare(table, now, history, changed.GetValueOrDefault(now.Oid))];
            losses.AddRange(lost);
            empty.AddRange(DroppedEmpty(table, now, history));
            if (lost.Count == 0 && table.Equals(now))
            {
                unchanged.Add(new UnchangedTable(table.Name, table.Rows, UnchangedProof.Hash));
            }
            else if (lost.Count == 0 && now is not null)
            {
                extended.Add(table.Name);
            }
        }

        var others = names.ExceptBy(before.Select(table => table.Oid), pair => pair.Key).ToLookup(pair => history.MayHaveWritten(pair.Key));
        unchanged.AddRange(others[false]
            .Select(pair =>
                new UnchangedTable(pair.Value, rows.TryGetValue(pair.Key, out var counted) ? counted : null, UnchangedProof.NotWritten)));
        return new DataLossReceipt(
            [.. losses.OrderBy(loss => loss.Table, StringComparer.Ordinal).ThenBy(loss => loss.Column, StringComparer.Ordinal)],
            [.. unchanged.OrderBy(table => table.Name, StringComparer.Ordinal)],
            extended,
            [.. others[true].Select(pair => pair.Value).Order(StringComparer.Ordinal)])
        {
            ContentsBefore = before.ToDictionary(table => table.Name),
            DroppedEmpty = empty,
        };
    }

    static IEnumerable<DataLoss> DroppedEmpty(TableContent table, TableContent? now, TableHistory history) =>
        now is null
            ? table.Rows > 0 ? [] : [NothingLost.Empty(DataLossKind.TableDropped, table.Name, null, history.WhoDropped($"{table.Oid}"))]
            : table.Columns.Where(column => column.Values == 0
                && now.Columns.All(other => other.Number != column.Number && other.Name != column.Name))
                .Select(column =>
                    NothingLost.Empty(
                        DataLossKind.ColumnDropped, table.Name, column.Name, history.WhoDropped($"{table.Oid}.{column.Number}")));

    static List<DataLoss> Dropped(TableContent table, TableHistory history) =>
        table.Rows == 0
            ? []
            : [new DataLoss(
                DataLossKind.TableDropped, table.Name, null, table.Rows, table.Columns.Sum(column => column.Values),
                history.WhoDropped($"{table.Oid}"))];

    // Dropped and made again under the same name, with all the old values in it.
    static bool Replaces(TableContent old, TableContent now) =>
        old.Rows == now.Rows
            && old.Columns.All(column => now.Columns.Any(other => Keeps(column, other, old, now) && other.Name == column.Name));

    static IEnumerable<DataLoss> Compare(TableContent old, TableContent now, TableHistory history, ChangedRows? exact)
    {
        var activity = history.ActivityOn(old.Oid);
        var missing = Math.Clamp(old.Rows + activity.Inserted - now.Rows, 0, old.Rows);

        // An UPDATE of the key makes keys vanish, too.
        var lostRows = exact is null ? missing : activity.Updated == 0 ? exact.Vanished : Math.Min(exact.Vanished, missing);
        if (lostRows > 0)
        {
            yield return new DataLoss(DataLossKind.RowsDeleted, old.Name, null, lostRows, 0, history.WhoDeleted(old.Oid, old.Name));
        }

        var rekeyed = exact is null ? 0 : exact.Vanished - lostRows;
        var comparable = activity.Inserted == 0 && lostRows == 0;
        foreach (var column in old.Columns.Where(column => column.Values > 0))
        {
            var changed = exact is not null && exact.Changed.TryGetValue(column.Number, out var number) ? number + rekeyed : (long?)null;
            var compared = comparable && (exact is null || rekeyed == 0);
            if (Compare(column, old, now, compared, changed, activity, history) is { } loss)
            {
                yield return loss;
            }
        }

        var sameColumns = old.Columns.Select(column => column.Number).SequenceEqual(now.Columns.Select(column => column.Number));
        var unknown = !comparable && exact is null;
        if (activity.Updated > 0
            && old.Rows > 0
            && (unknown || (comparable && sameColumns && old.RowHash != now.RowHash && Same(old, now))))
        {
            yield return new DataLoss(
                DataLossKind.RowsChanged, old.Name, null, Math.Min(activity.Updated, old.Rows), 0, history.WhoUpdated(old.Oid))
            {
                IsExact = false,
            };
        }
    }

    static bool Same(TableContent old, TableContent now) => old.Columns.SequenceEqual(now.Columns);

    static DataLoss? Compare(
        ColumnContent column, TableContent old, TableContent now, bool comparable, long? changed, TableActivity activity,
        TableHistory history)
    {
        var same = now.Columns.FirstOrDefault(other => other.Number == column.Number);
        var moved = now.Columns.FirstOrDefault(other => other.Name == (same?.Name ?? column.Name) && other.Number != column.Number);
        if (same is null)
        {
            return comparable && moved is not null && Keeps(column, moved, old, now)
                ? null
                : new DataLoss(
                    DataLossKind.ColumnDropped, old.Name, column.Name, old.Rows, column.Values,
                    history.WhoDropped($"{old.Oid}.{column.Number}"));
        }

        if (Keeps(column, same, old, now) || !history.MayHaveChangedRows(old.Oid))
        {
            return null;
        }

        if (history.ConversionOf(old.Name, column.Name) is var (conversion, migration) && activity.Updated == 0)
        {
            return conversion.Changed == 0
                ? null
                : new DataLoss(
                    DataLossKind.ColumnNarrowed, old.Name, column.Name, old.Rows,
                    conversion.Changed is > 0 and var differ ? differ : column.Values, migration);
        }

        if (changed is { } number)
        {
            return number == 0
                ? null
                : new DataLoss(
                    DataLossKind.ColumnOverwritten, old.Name, column.Name, old.Rows, Math.Min(number, column.Values),
                    history.WhoUpdated(old.Oid));
        }

        return comparable
            ? new DataLoss(
                DataLossKind.ColumnOverwritten,
                old.Name,
                column.Name,
                old.Rows,
                activity.Updated > 0 ? Math.Min(activity.Updated, column.Values) : column.Values,
                history.WhoUpdated(old.Oid))
            {
                IsExact = false,
            }
            : null;
    }

    static bool Keeps(ColumnContent old, ColumnContent now, TableContent oldTable, TableContent nowTable) =>
        old.Hash == now.Hash && old.Values == now.Values && oldTable.Key.SequenceEqual(nowTable.Key);
}
