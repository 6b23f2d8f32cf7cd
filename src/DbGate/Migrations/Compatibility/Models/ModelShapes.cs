using DbGate.Postgres;

namespace DbGate.Migrations.Compatibility.Models;

/// <summary>The statements that an object-relational mapper sends for a table of its model. Pure.</summary>
static class ModelShapes
{
    /// <summary>Reads, writes and deletes one row; an INSERT with all columns and one with those that it cannot leave out.</summary>
    public static IEnumerable<string> From(ModelTable table)
    {
        if (table.Columns.Count == 0)
        {
            yield break;
        }

        var name = table.Schema is { } schema ? Sql.Identifier(schema, table.Name) : Sql.Identifier(table.Name);
        ModelColumn[] keys = [.. table.Columns.Where(column => column.IsKey)];
        yield return $"SELECT {Names(table.Columns)} FROM {name}{Where(keys, 1)}";
        ModelColumn[] written = table.IsReadOnly ? [] : [.. table.Columns.Where(column => !column.IsComputed)];
        if (written.Length == 0)
        {
            yield break;
        }

        yield return $"INSERT INTO {name} ({Names(written)}) VALUES ({string.Join(", ", written.Select((_, index) => $"${index + 1}"))})";
        ModelColumn[] needed = [.. written.Where(column => !column.IsLeftOut)];
        if (needed.Length < written.Length)
        {
            yield return table.ListsAll ? $"INSERT INTO {name} ({Names(written)}) VALUES ({Defaults(written)})"
                : needed.Length == 0 ? $"INSERT INTO {name} DEFAULT VALUES"
                : $"INSERT INTO {name} ({Names(needed)}) VALUES ({string.Join(", ", needed.Select((_, index) => $"${index + 1}"))})";
        }

        if (keys.Length == 0)
        {
            yield break;
        }

        ModelColumn[] set = [.. written.Where(column => !column.IsKey)];
        if (set.Length > 0)
        {
            yield return $"UPDATE {name} SET "
                + string.Join(", ", set.Select((column, index) => $"{Sql.Identifier(column.Name)} = ${index + 1}"))
                + Where(keys, set.Length + 1);
        }

        yield return $"DELETE FROM {name}{Where(keys, 1)}";
    }

    static string Names(IEnumerable<ModelColumn> columns) => string.Join(", ", columns.Select(column => Sql.Identifier(column.Name)));

    static string Where(IReadOnlyList<ModelColumn> keys, int first) => keys.Count == 0 ? ""
        : $" WHERE {string.Join(" AND ", keys.Select((key, index) => $"{Sql.Identifier(key.Name)} = ${first + index}"))}";

    static string Defaults(IEnumerable<ModelColumn> columns)
    {
        var number = 0;
        return string.Join(", ", columns.Select(column => column.IsLeftOut ? "DEFAULT" : $"${++number}"));
    }
}
