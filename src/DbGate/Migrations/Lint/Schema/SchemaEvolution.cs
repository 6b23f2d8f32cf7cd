using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Lint.Schema;

/// <summary>What a statement makes of a known schema.</summary>
static class SchemaEvolution
{
    public static KnownSchema After(this KnownSchema schema, ParsedStatement statement) => statement switch
    {
        CreateTable create => Add(schema, create),
        AlterTable alter => schema.With(alter.Table, table => alter.Actions.Aggregate(table, Apply)),
        CreateIndex { Name: { } name } index => schema
            .With(index.Table, table => table with { Indexes = table.Indexes.SetItem(name, index.Partial ? [] : index.Columns) })
            with { IndexedTables = schema.IndexedTables.SetItem(name, index.Table) },
        Drop { Kind: "table" } drop => drop.Names.Aggregate(schema, Remove),
        Drop { Kind: "index" } drop => drop.Names.Aggregate(schema, RemoveIndex),
        Rename { Kind: "table", Column: null } rename => Renamed(schema, rename),
        SetSchema { Kind: "table" } move => Moved(schema, move),
        CreateObject create => schema with { NewObjects = schema.NewObjects.Add((create.Kind, create.Name)) },
        CreateEnum create => schema with { NewObjects = schema.NewObjects.Add(("type", create.Type)) },
        CreateTrigger create => schema with { NewObjects = schema.NewObjects.Add(("trigger", new QualifiedName(null, create.Name))) },
        CreateDomain create => schema with
        {
            NewObjects = schema.NewObjects.Add(("domain", create.Name)),
            Domains = create.HasConstraints ? schema.Domains.SetItem(create.Name.Name, create) : schema.Domains.Remove(create.Name.Name),
        },
        CreateRoutine create => schema with
        {
            NewObjects = schema.NewObjects.Add((create.Kind, create.Name)),
            Routines = create.Body is { } body ? schema.Routines.SetItem(create.Name.Name, body) : schema.Routines.Remove(create.Name.Name),
        },
        Rename { Column: null } rename when rename.Kind != "table" => schema with
        {
            NewObjects = schema.NewObjects.Add((rename.Kind, rename.Name with { Name = rename.NewName })),
        },
        Rename { Kind: "column", Column: { } column } rename => schema.With(rename.Name, table => Renamed(table, column, rename.NewName)),
        _ => schema,
    };

    static KnownSchema Add(KnownSchema schema, CreateTable create)
    {
        var table =
            create.Columns.Aggregate(
                new KnownTable(create.Table, IsNew: true) { MayExist = create.IfNotExists, Partitioned = create.Partitioned }, Add);
        table = create.Constraints.Aggregate(table, Add);
        return schema.Find(create.Table) is null ? schema with { Tables = schema.Tables.SetItem(create.Table, table) } : schema;
    }

    static KnownTable Apply(KnownTable table, AlterAction action) => action switch
    {
        AddColumn add => add.Column.Constraints.Aggregate(Add(table, add.Column), Add),
        DropColumn drop => table with { Columns = table.Columns.Remove(drop.Column) },
        AlterColumnType change when table.Columns.TryGetValue(change.Column, out var column) =>
            table with { Columns = table.Columns.SetItem(change.Column, column with { Type = change.Type }) },
        SetNotNull set => WithColumn(table, set.Column, column => column with { NotNull = true }),
        DropNotNull drop => WithColumn(table, drop.Column, column => column with { NotNull = false }),
        AddConstraint add => Add(table, add.Constraint),
        ValidateConstraint validate when table.Constraints.TryGetValue(validate.Name, out var constraint) =>
            table with { Constraints = table.Constraints.SetItem(validate.Name, constraint with { NotValid = false }) },
        DropConstraint drop => table with { Constraints = table.Constraints.Remove(drop.Name) },
        _ => table,
    };

    static KnownTable Add(KnownTable table, ColumnDefinition column) =>
        table with { Columns =
            table.Columns.SetItem(
                column.Name, new KnownColumn(column.Type, IsNew: true) { NotNull = column.NotNull, Stored = column.Stored }) };

    static KnownTable WithColumn(KnownTable table, string name, Func<KnownColumn, KnownColumn> change) =>
        table.Columns.TryGetValue(name, out var column) ? table with { Columns = table.Columns.SetItem(name, change(column)) } : table;

    static KnownTable Add(KnownTable table, TableConstraint constraint) =>
        (constraint.Kind == ConstraintKind.PrimaryKey
            ? constraint.Columns.Aggregate(table, (known, name) => WithColumn(known, name, column => column with { NotNull = true }))
            : table)
            with { Constraints = table.Constraints.SetItem(constraint.Name ?? NameOf(table, constraint), constraint) };

    // Near enough to the server's own choice to be found again by a later DROP CONSTRAINT.
    static string NameOf(KnownTable table, TableConstraint constraint) => constraint.Kind switch
    {
        ConstraintKind.PrimaryKey => $"{table.Name.Name}_pkey",
        ConstraintKind.ForeignKey => $"{table.Name.Name}_{string.Join('_', constraint.Columns)}_fkey",
        ConstraintKind.Unique => $"{table.Name.Name}_{string.Join('_', constraint.Columns)}_key",
        _ => $"{table.Name.Name}_{table.Constraints.Count}_check",
    };

    static KnownSchema With(this KnownSchema schema, QualifiedName name, Func<KnownTable, KnownTable> change)
    {
        var table = schema.Find(name) ?? new KnownTable(name, IsNew: false);
        return schema with { Tables = schema.Tables.SetItem(table.Name, change(table)) };
    }

    static KnownSchema Remove(KnownSchema schema, QualifiedName name) =>
        schema.Find(name) is { } table ? schema with { Tables = schema.Tables.Remove(table.Name) } : schema;

    static KnownSchema RemoveIndex(KnownSchema schema, QualifiedName index) =>
        schema.IndexedTables.TryGetValue(index.Name, out var table)
            ? schema.With(table, known => known with { Indexes = known.Indexes.Remove(index.Name) })
                with { IndexedTables = schema.IndexedTables.Remove(index.Name) }
            : schema;

    static KnownSchema Renamed(KnownSchema schema, Rename rename)
    {
        if (schema.Find(rename.Name) is not { } table)
        {
            return schema;
        }

        var name = table.Name with { Name = rename.NewName };
        return schema with { Tables = schema.Tables.Remove(table.Name).SetItem(name, table with { Name = name }) };
    }

    static KnownSchema Moved(KnownSchema schema, SetSchema move)
    {
        if (schema.Find(move.Name) is not { } table)
        {
            return schema;
        }

        var name = table.Name with { Schema = move.Schema };
        return schema with { Tables = schema.Tables.Remove(table.Name).SetItem(name, table with { Name = name }) };
    }

    static KnownTable Renamed(KnownTable table, string column, string newName) =>
        table.Columns.TryGetValue(column, out var known)
            ? table with { Columns = table.Columns.Remove(column).SetItem(newName, known) }
            : table;
}
