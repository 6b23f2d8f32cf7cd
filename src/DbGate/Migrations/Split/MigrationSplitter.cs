using DbGate.Migrations.Compatibility;
using DbGate.Postgres;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Split;

/// <summary>
/// Spreads a migration over releases: first what old processes do not notice, and later, when none runs any more, what takes away or
/// demands something. Pure: the same file on the same schema gives the same parts.
/// </summary>
/// <param name="script">The migration.</param>
/// <param name="before">The schema before it.</param>
/// <param name="schema">Where the search path leads.</param>
sealed class MigrationSplitter(SqlScript script, SchemaFacts before, string schema)
{
    const string OwnRelease = "do it in a release of its own, when no process of the running release uses it";

    readonly List<string> settings = [];
    readonly List<string> expand = [];
    readonly List<string> fill = [];
    readonly List<string> contract = [];
    readonly List<string> cleanup = [];
    readonly List<SplitRefusal> refusals = [];
    readonly List<string> notes = [];
    readonly HashSet<string> created = new(StringComparer.Ordinal);
    readonly HashSet<(string Table, string Column)> added = [];
    readonly HashSet<string> renamed = new(StringComparer.Ordinal);

    /// <summary>Splits.</summary>
    public MigrationSplit Split()
    {
        foreach (var statement in script.Statements)
        {
            if (Place(statement, StatementParser.Parse(statement.Text)) is { } why)
            {
                refusals.Add(new(script.Locate(statement), why));
            }
        }

        var parts = new[]
        {
            new SplitPart("expand", 1, expand), new SplitPart("fill", 1, fill), new SplitPart("contract", 2, contract),
            new SplitPart("cleanup", 3, cleanup),
        };
        return refusals.Count > 0
            ? new([], refusals, [])
            : new([.. parts.Where(part => part.Statements.Count > 0)
                .Select(part => part with { Statements = [.. settings, .. part.Statements] })], [], [.. notes.Distinct()]);
    }

    /// <summary>Puts a statement where it belongs.</summary>
    /// <returns>Why it belongs nowhere; null when it has a place.</returns>
    string? Place(SqlStatement statement, ParsedStatement parsed)
    {
        switch (parsed)
        {
            case SetParameter:
                settings.Add(statement.Text);
                return null;
            case AlterTable alter:
                return Alter(statement, alter);
            case Rename { Kind: "column", Column: { } column } rename when Find(rename.Name) is { } table:
                return RenameColumn(table, column, rename.NewName);
            case Rename { Kind: "table" } rename when Find(rename.Name) is { } table:
                return RenameTable(table, rename.NewName);
            case Rename { Kind: "index" or "constraint" }:
                return To(contract, statement);
            case CreateTable create:
                created.Add(NameOf(create.Table));
                return To(expand, statement);
            case CreateIndex index when index.Unique && !IsNew(NameOf(index.Table), index.Columns):
                return To(contract, statement);
            case CreateIndex or CreateEnum or CreateDomain or AddEnumValue or Privilege { Grants: true }:
                return To(expand, statement);
            case CreateObject { Replaces: false } make:
                created.Add(NameOf(make.Name));
                return make.Kind is "policy" or "rule"
                    ? $"a {make.Kind} decides about the rows of both releases: {OwnRelease}"
                    : To(expand, statement);
            case CreateRoutine routine when !statement.Text.Contains("replace", StringComparison.OrdinalIgnoreCase):
                created.Add(NameOf(routine.Name));
                return To(expand, statement);
            case Drop drop:
                return Remove(statement, drop);
            case Privilege { Grants: false }:
                return To(contract, statement);
            case Insert insert when created.Contains(NameOf(insert.Table)):
                return To(expand, statement);
            case Update { Condition: { } condition } update when FillsIn(update, condition):
                fill.Add(statement.Text);
                return To(contract, statement);
            case OtherStatement { Verb: "comment" }:
                return To(contract, statement);
            default:
                return Refuse(parsed);
        }
    }

    static string Refuse(ParsedStatement parsed) => parsed switch
    {
        Insert or Update or Delete or Merge or WithWrites or Truncate =>
            "it writes rows that both releases use: only UPDATE … WHERE column IS NULL and rows of a table that this migration creates "
                + "are split",
        DoBlock => "what a block does is not known",
        TransactionControl => "the parts have transactions of their own: remove BEGIN and COMMIT",
        Rename { Kind: var kind } => $"two names of one {kind} cannot exist next to each other: {OwnRelease}",
        SetSchema => $"a table cannot be in two schemas: {OwnRelease}",
        CreateRoutine or CreateObject => $"both releases use what it replaces: {OwnRelease}",
        _ => $"it is not known what the running release makes of it: {OwnRelease}",
    };

    static string? To(List<string> part, SqlStatement statement)
    {
        part.Add(statement.Text);
        return null;
    }

    string? Remove(SqlStatement statement, Drop drop)
    {
        switch (drop.Kind)
        {
            case "index" when drop.Names.Any(IsUnique):
                return $"the running release may write ON CONFLICT, which needs this unique index: {OwnRelease}";
            case "trigger" or "policy" or "rule":
                return $"a {drop.Kind} acts for both releases: {OwnRelease}";
            case "table":
                notes.Add($"Release 1 does not use {string.Join(", ", drop.Names)} any more");
                return To(contract, statement);
            case "index" or "view" or "materialized view" or "function" or "procedure" or "type" or "sequence" or "domain":
                return To(contract, statement);
            default:
                return Refuse(drop);
        }
    }

    string? Alter(SqlStatement statement, AlterTable alter)
    {
        var name = NameOf(alter.Table);
        if (created.Contains(name))
        {
            return To(expand, statement);
        }

        var (head, texts) = ActionTexts.From(statement.Text);
        if (texts.Count != alter.Actions.Count)
        {
            return "its actions cannot be told apart";
        }

        if (renamed.Contains(name))
        {
            return alter.Actions.All(action => action is OtherAction) ? To(contract, statement)
                : "the table has another name until the second release: change it in a migration before or after the rename";
        }

        var (early, late) = (new List<string>(), new List<string>());
        foreach (var (action, text) in alter.Actions.Zip(texts))
        {
            if (Alter(name, action, text, early, late) is { } why)
            {
                return why;
            }
        }

        AddTo(expand, early);
        AddTo(contract, late);
        return null;

        void AddTo(List<string> part, List<string> actions)
        {
            if (actions.Count > 0)
            {
                part.Add($"{head} {string.Join(", ", actions)}");
            }
        }
    }

    string? Alter(string name, AlterAction action, string text, List<string> early, List<string> late)
    {
        var table = before.Tables.GetValueOrDefault(name);
        switch (action)
        {
            case AddColumn { Column: var column }:
                added.Add((name, column.Name));
                var isDemanded = column is { NotNull: true, Default: null, Identity: false, Stored: false, Virtual: false };
                early.Add(isDemanded ? ActionTexts.Nullable(text) : text);
                if (isDemanded)
                {
                    late.Add($"ALTER COLUMN {Sql.Identifier(column.Name)} SET NOT NULL");
                    notes.Add($"Release 1 writes {name}.{column.Name} and takes NULL there for rows of old processes; before release 2 "
                        + "those rows need a value");
                }

                return null;
            case DropColumn { Column: var dropped }:
                return Drop(name, table?.Find(dropped), dropped, text, early, late);
            case AlterColumnType change when table?.Find(change.Column) is { } old:
                return Change(table, old, change);
            case SetNotNull { Column: var required }:
                late.Add(text);
                notes.Add($"Release 1 writes {name}.{required}");
                return null;
            case DropNotNull or SetDefault { Value: not null } or ValidateConstraint:
                early.Add(text);
                return null;
            case SetDefault:
                late.Add(text);
                return null;
            case AddConstraint { Constraint: var constraint }:
                (constraint.Kind != ConstraintKind.PrimaryKey && IsNew(name, [.. constraint.Columns]) ? early : late).Add(text);
                return null;
            case DropConstraint { Name: var constraint }:
                if (table?.Rules.Any(rule => rule.Kind == "unique" && rule.Name == constraint) != false)
                {
                    return $"the running release may write ON CONFLICT, which needs this constraint: {OwnRelease}";
                }

                early.Add(text);
                return null;
            default:
                return $"it is not known what the running release makes of it: {OwnRelease}";
        }
    }

    string? Drop(string name, ColumnFacts? old, string dropped, string text, List<string> early, List<string> late)
    {
        if (old is { NotNull: true, Default: null, IsIdentity: false, IsGenerated: false })
        {
            early.Add($"ALTER COLUMN {Sql.Identifier(dropped)} DROP NOT NULL");
        }

        late.Add(text);
        notes.Add($"Release 1 does not use {name}.{dropped} any more");
        return null;
    }

    /// <summary>The new name begins as a second column. At the end it goes, and the first one takes its name.</summary>
    string? RenameColumn(TableFacts table, string column, string name)
    {
        if (table.Find(column) is not { } old)
        {
            return $"{table.Name} does not have the column {column} before this migration";
        }

        if (old.IsGenerated)
        {
            return $"the server computes {column}, so no trigger can keep a second column in step: {OwnRelease}";
        }

        var columns = new SyncedColumns(table, old, name);
        expand.AddRange(columns.Begin());
        fill.Add(columns.Fill());
        contract.AddRange(
        [
            .. columns.End(), columns.DropNew(),
            $"ALTER TABLE {Quoted(table.Name)} RENAME COLUMN {Sql.Identifier(column)} TO {Sql.Identifier(name)}",
        ]);
        notes.Add($"Release 1 uses {table.Name}.{name} in place of {column}; a NULL that it inserts there counts as not written");
        return null;
    }

    /// <summary>The new name begins as a view, which takes writes as the table does.</summary>
    string? RenameTable(TableFacts table, string name)
    {
        var (from, to) = (Quoted(table.Name), Sql.Identifier(SplitNames.SchemaOf(table.Name), name));
        var formatted = to.Replace("%", "%%", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
        renamed.Add($"{SplitNames.SchemaOf(table.Name)}.{name}");
        expand.AddRange(
        [
            $"CREATE VIEW {to} WITH (security_invoker = true) AS SELECT * FROM {from}",
            $"""
            DO $dbgate$
            DECLARE granted record;
            BEGIN
              FOR granted IN SELECT g.privilege_type, CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(r.rolname) END AS grantee
                FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) g LEFT JOIN pg_catalog.pg_roles r ON r.oid = g.grantee
                WHERE c.oid = {Sql.Literal(from)}::regclass AND g.grantee <> c.relowner
              LOOP
                EXECUTE format('GRANT %s ON {formatted} TO %s', granted.privilege_type, granted.grantee);
              END LOOP;
            END
            $dbgate$
            """,
        ]);
        contract.AddRange([$"DROP VIEW {to}", $"ALTER TABLE {from} RENAME TO {Sql.Identifier(name)}"]);
        notes.Add($"Release 1 uses {name} in place of {table.Name}; until release 2 it is a view");
        return null;
    }

    /// <summary>
    /// Two types cannot share a name, so release 1 uses a second column. Release 2 changes the first one; release 3 takes the second away.
    /// </summary>
    string? Change(TableFacts table, ColumnFacts old, AlterColumnType change)
    {
        var name = SplitNames.Short($"{old.Name}_new");
        if (table.Find(name) is not null || old.IsGenerated || old.IsIdentity)
        {
            return table.Find(name) is not null ? $"{table.Name} has a column {name} already"
                : $"the server fills {old.Name} in, so no trigger can keep a second column in step: {OwnRelease}";
        }

        var columns = new SyncedColumns(table, old, name) { NewType = change.TypeText, Conversion = change.Using?.Text };
        expand.AddRange(columns.Begin());
        fill.Add(columns.Fill());
        contract.AddRange(
        [
            .. columns.End(),
            $"ALTER TABLE {Quoted(table.Name)} ALTER COLUMN {Sql.Identifier(old.Name)} TYPE {change.TypeText} USING {Sql.Identifier(name)}",
            .. columns.Continue(),
        ]);
        cleanup.AddRange([.. columns.End(), columns.DropNew()]);
        notes.Add($"Release 1 uses {table.Name}.{name}, release 2 uses {old.Name} again with its new type; release 3 removes {name}");
        return null;
    }

    /// <summary>True for UPDATE … WHERE column IS NULL: twice is as good as once.</summary>
    static bool FillsIn(Update update, string condition) =>
        update.Columns is [var column] && NullCondition(column).Contains(condition.Trim().TrimStart('(').TrimEnd(')').Trim());

    static string[] NullCondition(string column) =>
        [.. new[] { column, Sql.Identifier(column) }.SelectMany(name => new[] { $"{name} IS NULL", $"{name} is null" })];

    bool IsUnique(QualifiedName index) =>
        before.Tables.Values.Any(table => table.Rules.Any(rule => rule.Kind == "unique" && rule.Name == index.Name));

    /// <summary>True when old processes write no value that is looked at: the table or all the columns are new.</summary>
    bool IsNew(string table, IReadOnlyList<string?> columns) =>
        created.Contains(table) || (columns.Count > 0 && columns.All(column => column is not null && added.Contains((table, column))));

    TableFacts? Find(QualifiedName name) => before.Tables.GetValueOrDefault(NameOf(name));

    string NameOf(QualifiedName name) => $"{name.Schema ?? schema}.{name.Name}";

    static string Quoted(string table) => Sql.Identifier(SplitNames.SchemaOf(table), SplitNames.NameOf(table));
}
