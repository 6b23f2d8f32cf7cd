using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal;

/// <summary>Gives each loss the query that counts it again on a database before the migrations. Pure.</summary>
static class LossRecounts
{
    public static IReadOnlyList<DataLoss> Add(
        IReadOnlyList<DataLoss> losses, IReadOnlyList<CountedLoss> counted, IReadOnlyDictionary<string, TableContent> before) =>
        [.. losses.Select(loss => loss with { Recount = loss.Recount ?? Exact(loss, counted) ?? Whole(loss, before) })];

    // Several statements can write the same column. Their queries count the loss only if they come to its number: a statement can depend on
    // what an earlier one did.
    static LossCount? Exact(DataLoss loss, IReadOnlyList<CountedLoss> counted)
    {
        LossCount[] counts =
        [
            .. counted.Where(count => count.Kind == loss.Kind && count.Table == loss.Table && count.Column == loss.Column)
                .Select(count => count.Count).DistinctBy(count => count.Sql),
        ];
        return counts.Length > 0 && counts.Sum(count => count.Count) == loss.Number
            ? new LossCount(
                counts is [var one] ? one.Sql : $"SELECT {string.Join(" + ", counts.Select(count => $"({count.Sql})"))}", loss.Number)
            : null;
    }

    // Nothing reports which rows are hit: no more can be lost than there is.
    static LossCount? Whole(DataLoss loss, IReadOnlyDictionary<string, TableContent> before)
    {
        if (!before.TryGetValue(loss.Table, out var table))
        {
            return null;
        }

        var column = table.Columns.FirstOrDefault(each => each.Name == loss.Column);
        return column is null
            ? new LossCount($"SELECT count(*) FROM ONLY {loss.Table}", table.Rows)
            : new LossCount($"SELECT count({QualifiedName.Quote(column.Name)}) FROM ONLY {loss.Table}", column.Values);
    }
}
