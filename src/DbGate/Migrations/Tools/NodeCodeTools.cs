using System.Text.RegularExpressions;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>A Node tool whose migrations are JavaScript or TypeScript.</summary>
abstract partial class NodeCodeTool : CodeTool
{
    /// <summary>Its npm packages.</summary>
    protected abstract IReadOnlyList<string> Packages { get; }

    /// <summary>The names of its migration files.</summary>
    protected abstract Regex File { get; }

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.NodePackage([.. Packages]) is { } found
            ? FoldersOf(
                project,
                project.Named(File).Where(file => ProjectTree.FolderOf(file).Contains("migration", StringComparison.OrdinalIgnoreCase)),
                $"{found} depends on {Packages[0]}")
            : [];

    protected override string? NameOf(string file) =>
        !file.EndsWith(".d.ts", StringComparison.Ordinal) && !file.EndsWith(".map", StringComparison.Ordinal) && File.IsMatch(file)
            ? Named(file)
            : null;

    /// <summary>What the tool calls the migration of a file.</summary>
    protected virtual string Named(string file) => file;

    /// <summary>The name without a code file's ending.</summary>
    protected static string Stem(string name) => Ending().Replace(name, "");

    [GeneratedRegex(@"\.(?:[cm]?[jt]s)$")]
    private static partial Regex Ending();
}

/// <summary>Knex: file names with their extension, and a lock row that survives a kill.</summary>
sealed partial class KnexTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("knex", "Knex", "knex_migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "row is_locked of knex_migrations_lock",
        Deploy = "npx --no-install knex migrate:latest",
        Status = "npx knex migrate:list",
        Unknown = [
            "Whether a deploy failed: a failure leaves no row.", "Whether an applied migration was edited.",
            "Whether a set lock belongs to a running deploy."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside => ["knex_migrations_lock"];

    protected override IReadOnlyList<string> Packages => ["knex"];

    protected override Regex File => FileName();

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Files.Any(file => ProjectTree.NameOf(file).StartsWith("knexfile.", StringComparison.Ordinal)) ? base.Detect(project) : [];

    public override bool Owns(LedgerTable table) =>
        table.Has("name", "character varying") && table.Has("batch", "integer") && table.Has("migration_time");

    public override string Rows(LedgerTable table) => NameRows(table, "name", "migration_time", "id");

    public override async Task<IReadOnlyList<Problem>> ExamineAsync(
        Session session, LedgerTable ledger, CancellationToken cancellationToken)
    {
        var name = $"{Sql.Identifier(ledger.Schema)}.{Sql.Identifier(ledger.Name + "_lock")}";
        if (!await session.ScalarAsync<bool>("select to_regclass($1) is not null", cancellationToken, name)
            || await session.ScalarAsync<int>($"select coalesce(max(is_locked), 0) from {name}", cancellationToken) == 0)
        {
            return [];
        }

        return [
            ToolProblems.StaleLock(
                this, $"the lock row of {ledger.Name}_lock is set",
                "a deploy runs now, or one was killed; Knex refuses to deploy until it is released",
                FixCommand.Run("npx", "knex", "migrate:unlock"))];
    }

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status)
    {
        var stems = folder.Migrations.ToLookup(one => Stem(one.Name), StringComparer.Ordinal);
        var renamed =
            ledger.Rows.Where(row => folder.Migrations.All(one => one.Name != row.Name) && stems.Contains(Stem(row.Name))).ToArray();
        if (renamed.Length > 0)
        {
            yield return ToolProblems.History(
                this,
                $"the ledger has {renamed[0].Name}, and the folder has {stems[Stem(renamed[0].Name)].First().Name}",
                "Knex compares names with their extension; compiling TypeScript changes it, and the migration directory counts as corrupt",
                "Deploy from the same kind of files as before, or set migrations.folder to the folder that the deploy uses");
        }
    }

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name, batch, migration_time) select {Sql.Literal(migration.Name)}, coalesce(max(batch), 0) + 1, now() "
            + $"from {table.Sql}";

    [GeneratedRegex(@"^[0-9].*\.(?:js|cjs|mjs|ts|coffee)$")]
    private static partial Regex FileName();
}

/// <summary>TypeORM: class names that end with a time in milliseconds.</summary>
sealed partial class TypeOrmTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("typeorm", "TypeORM", "migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = null,
        Status = "npx typeorm migration:show -d <data source>",
        Unknown = [
            "Whether a deploy failed: a failure leaves no row.", "Whether an applied migration was edited.",
            "Whether a deploy runs now: it takes no lock.", "Compiled files that the data source loads besides the sources."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside => ["typeorm_metadata"];

    protected override IReadOnlyList<string> Packages => ["typeorm"];

    protected override Regex File => FileName();

    protected override Migration Migration(string root, string folder, string file, string name)
    {
        var read = base.Migration(root, folder, file, name);
        var text = System.IO.File.ReadAllText(read.Path);
        var match = NameProperty().Match(text) is { Success: true } property ? property : ClassName().Match(text);
        return match.Success ? read with { Name = match.Groups[1].Value } : read;
    }

    public override string SortKey(string name) => Time().Match(name).Value.PadLeft(20, '0');

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 3 && table.Has("timestamp", "bigint") && table.Has("name", "character varying") && table.Has("id");

    public override string Rows(LedgerTable table) => NameRows(table, "name", "to_timestamp(\"timestamp\" / 1000.0)", "id");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (\"timestamp\", name) values ({Time().Match(migration.Name).Value}, {Sql.Literal(migration.Name)})";

    [GeneratedRegex(@"^[0-9]{13}-.+\.(?:js|cjs|ts)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\bclass\s+(\w+[0-9]{13})\b")]
    private static partial Regex ClassName();

    [GeneratedRegex("""^\s*(?:readonly\s+|public\s+)*name\s*=\s*["'](\w+[0-9]{13})["']""", RegexOptions.Multiline)]
    private static partial Regex NameProperty();

    [GeneratedRegex("[0-9]{13}$")]
    private static partial Regex Time();
}

/// <summary>Sequelize: file names with their extension; nothing else.</summary>
sealed partial class SequelizeTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("sequelize", "Sequelize", "SequelizeMeta")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = "npx --no-install sequelize-cli db:migrate",
        Status = "npx sequelize-cli db:migrate:status",
        Unknown = [
            "Whether a deploy failed: a failure leaves no row, and the first half of the migration stays.",
            "Whether an applied migration was edited.", "Whether a deploy runs now: it takes no lock."],
        Tested = "real tool",
    };

    protected override IReadOnlyList<string> Packages => ["sequelize-cli", "umzug", "sequelize"];

    protected override Regex File => FileName();

    public override bool Owns(LedgerTable table) => table.IsNamed(Facts.Ledger) && table.Has("name", "character varying");

    public override string Rows(LedgerTable table) => NameRows(table, "name");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name) values ({Sql.Literal(migration.Name)})";

    [GeneratedRegex(@"^[0-9].*\.(?:cjs|js|cts|ts)$")]
    private static partial Regex FileName();
}

/// <summary>MikroORM: file names without their extension.</summary>
sealed partial class MikroOrmTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("mikro-orm", "MikroORM", "mikro_orm_migrations")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = "npx --no-install mikro-orm migration:up",
        Status = "npx mikro-orm migration:pending",
        Unknown = [
            "Whether a deploy failed: all pending migrations are one transaction, and a failure leaves no row.",
            "Whether an applied migration was edited.", "Whether a deploy runs now: it takes no lock."],
        Tested = "real tool",
    };

    protected override IReadOnlyList<string> Packages => ["@mikro-orm/migrations"];

    protected override Regex File => FileName();

    protected override string Named(string file) => Stem(file);

    protected override string KeyOf(string name) => Stem(name);

    public override bool Owns(LedgerTable table) =>
        table.Has("name", "character varying") && table.Has("executed_at") && table.Columns.Count == 3;

    public override string Rows(LedgerTable table) => NameRows(table, "name", "executed_at", "id");

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name) values ({Sql.Literal(migration.Name)})";

    [GeneratedRegex(@"^Migration[0-9]{14}.*\.(?:js|ts|cjs)$")]
    private static partial Regex FileName();
}

/// <summary>Kysely: file names without their extension; the applied ones must be the first of the folder.</summary>
sealed partial class KyselyTool : NodeCodeTool
{
    public override ToolFacts Facts { get; } = new("kysely", "Kysely", "kysely_migration")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Refuses,
        Lock = "advisory lock 3853314791062309107",
        Deploy = "npx --no-install kysely migrate latest",
        Status = "npx kysely migrate list",
        Unknown = [
            "Whether a deploy failed: all pending migrations are one transaction, and a failure leaves no row.",
            "Whether an applied migration was edited."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside => ["kysely_migration_lock"];

    protected override IReadOnlyList<string> Packages => ["kysely", "kysely-ctl"];

    protected override Regex File => FileName();

    protected override string Named(string file) => Stem(file);

    public override bool Owns(LedgerTable table) =>
        table.Columns.Count == 2 && table.Has("name", "character varying") && table.Has("timestamp", "character varying");

    public override string Rows(LedgerTable table) => NameRows(table, "name", null, "\"timestamp\", name");

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [3853314791062309107];

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "name", names);

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (name, \"timestamp\") values ({Sql.Literal(migration.Name)}, "
            + "to_char(now() at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'))";

    [GeneratedRegex(@"^[0-9].*\.(?:[cm]?js|[cm]?ts)$")]
    private static partial Regex FileName();
}
