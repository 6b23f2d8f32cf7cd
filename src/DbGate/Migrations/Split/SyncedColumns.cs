using DbGate.Migrations.Compatibility;
using DbGate.Postgres;

namespace DbGate.Migrations.Split;

/// <summary>
/// Two columns of a table that a trigger keeps in step, so that old and new processes each write their own. A NULL in the new one counts as
/// not written, as an old process leaves it. Pure.
/// </summary>
/// <param name="Table">The table before the migration.</param>
/// <param name="Old">The column that is there.</param>
/// <param name="New">The column that is added.</param>
sealed record SyncedColumns(TableFacts Table, ColumnFacts Old, string New)
{
    /// <summary>The type of the new column, as SQL; null for that of the old one.</summary>
    public string? NewType { get; init; }

    /// <summary>Converts the old column's value; null where the server converts it itself.</summary>
    public string? Conversion { get; init; }

    string TableName => Sql.Identifier(SplitNames.SchemaOf(Table.Name), SplitNames.NameOf(Table.Name));

    string FunctionName => Sql.Identifier(SplitNames.SchemaOf(Table.Name), TriggerName);

    string TriggerName => SplitNames.Short($"dbgate_sync_{SplitNames.NameOf(Table.Name)}_{Old.Name}");

    /// <summary>Adds the column, with indexes as unique ones of the old column have them, and begins to keep both in step.</summary>
    public IReadOnlyList<string> Begin() =>
    [
        $"ALTER TABLE {TableName} ADD COLUMN {Sql.Identifier(New)} {NewType ?? Old.TypeText}",
        .. Table.Rules.Where(rule => rule.Kind == "unique" && rule.Columns.Contains(Old.Name)
                && !rule.Definition.Contains(" WHERE ", StringComparison.Ordinal))
            .Select((rule, index) =>
            $"CREATE UNIQUE INDEX {Sql.Identifier(SplitNames.Short($"dbgate_{SplitNames.NameOf(Table.Name)}_{New}_{index + 1}"))} ON "
                + $"{TableName} ({string.Join(", ", rule.Columns.Select(column => Sql.Identifier(column == Old.Name ? New : column)))})"),
        .. Synchronize(Conversion),
    ];

    /// <summary>Copies the values of the rows that are there.</summary>
    public string Fill() =>
        $"UPDATE {TableName} SET {Sql.Identifier(New)} = "
            + $"{Conversion ?? $"{Sql.Identifier(Old.Name)}{(NewType is null ? "" : $"::{NewType}")}"} "
            + $"WHERE {Sql.Identifier(New)} IS NULL AND {Sql.Identifier(Old.Name)} IS NOT NULL";

    /// <summary>Goes on keeping both in step when both have the new type.</summary>
    public IReadOnlyList<string> Continue() => Synchronize(null);

    /// <summary>Ends it.</summary>
    public IReadOnlyList<string> End() =>
    [
        $"DROP TRIGGER {Sql.Identifier(TriggerName)} ON {TableName}", $"DROP FUNCTION {FunctionName}()",
    ];

    /// <summary>Takes the new column away.</summary>
    public string DropNew() => $"ALTER TABLE {TableName} DROP COLUMN {Sql.Identifier(New)}";

    string[] Synchronize(string? conversion)
    {
        var (old, added) = ($"NEW.{Sql.Identifier(Old.Name)}", $"NEW.{Sql.Identifier(New)}");
        var copy = conversion is null ? $"{added} := {old};"
            : $"SELECT {conversion} INTO {added} FROM (SELECT NEW.*) AS changed;";
        return
        [
            $"""
            CREATE FUNCTION {FunctionName}() RETURNS trigger LANGUAGE plpgsql AS $dbgate$
            BEGIN
              IF TG_OP = 'INSERT' AND {added} IS NOT NULL THEN
                {old} := {added};
              ELSIF TG_OP = 'UPDATE' AND {added} IS DISTINCT FROM OLD.{Sql.Identifier(New)} THEN
                {old} := {added};
              ELSIF TG_OP = 'INSERT' OR {old} IS DISTINCT FROM OLD.{Sql.Identifier(Old.Name)} THEN
                {copy}
              END IF;
              RETURN NEW;
            END
            $dbgate$
            """,
            $"CREATE TRIGGER {Sql.Identifier(TriggerName)} BEFORE INSERT OR UPDATE ON {TableName} FOR EACH ROW EXECUTE FUNCTION "
                + $"{FunctionName}()",
        ];
    }
}

/// <summary>Names of what a split adds for a while.</summary>
static class SplitNames
{
    const int Longest = 63;
    const int HashLength = 8;

    public static string SchemaOf(string table) => table[..table.IndexOf('.', StringComparison.Ordinal)];

    public static string NameOf(string table) => table[(table.IndexOf('.', StringComparison.Ordinal) + 1)..];

    /// <summary>A name that the server does not cut.</summary>
    public static string Short(string name) => System.Text.Encoding.UTF8.GetByteCount(name) <= Longest ? name
        : $"{new string([.. name.TakeWhile(char.IsAscii).Take(Longest - HashLength - 1)])}_{ShapeText.Hash(name)[..HashLength]}";
}
