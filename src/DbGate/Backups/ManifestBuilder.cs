using System.Text;
using DbGate.Backups.Archive;
using DbGate.Backups.Dump;
using DbGate.Backups.Manifests;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>Writes down what was dumped. A pure function.</summary>
static class ManifestBuilder
{
    public static BackupManifest Build(
        BackupRequest request,
        DumpContext context,
        Inventory inventory,
        BackupName name,
        WrittenArchive archive,
        RolesFile rolesFile,
        IReadOnlyList<Problem> problems,
        IReadOnlyCollection<string> warnings,
        BackupTimes times)
    {
        var rows = archive.Segments.Where(segment => segment.Table is not null).ToDictionary(segment => segment.Table!.Oid);
        var encoding = inventory.Database.Encoding == "UTF8" ? Encoding.UTF8 : Encoding.Latin1;
        var tables = inventory.Tables.Select(table => TableOf(table, rows[table.Oid], encoding)).ToArray();
        return new()
        {
            Tool = request.Tool,
            Environment = name.Environment,
            GitCommit = request.GitCommit,
            Archive = new(
                name.Key,
                archive.Length,
                Convert.ToHexStringLower(archive.Sha256),
                archive.Members.Sum(member => member.PlainLength),
                archive.Compression,
                request.Options.Reader == DumpReader.Copy ? "copy" : "pg_dump",
                context.PgDump.Version.ToString(2),
                context.Psql.Version.ToString(2),
                context.RestrictKey is not null),
            Source = SourceOf(inventory.Database),
            Times = times,
            Verification = new("L1", [.. request.Stores.Select(store => store.Location)]),
            Parts = [.. PartsOf(archive.Segments)],
            Tables = tables,
            Sequences = [.. inventory.Sequences.Select(sequence => sequence.State)],
            MaterializedViews = inventory.MaterializedViews,
            Extensions = inventory.Extensions,
            LargeObjects = LargeObjectsOf(inventory, archive),
            Roles = inventory.Roles,
            Needs = inventory.Needs,
            RolesFile = rolesFile,
            NotIncluded = [.. OmissionsOf(inventory)],
            Findings =
            [
                .. problems
                    .Concat(ManifestComparison.Against(request.Last, tables))
                    .Select(problem => new BackupNote(problem.Code.Id, problem.Message)),
                .. warnings.Select(warning => new BackupNote(null, warning)),
            ],
            State = inventory.State,
            Members = MemberTable.From(archive.Members),
        };
    }

    static ManifestTable TableOf(TableInfo table, ArchiveSegment segment, Encoding encoding)
    {
        var first = segment.Runs is [var run, ..] ? run : new(0, 0);
        return new(table.Schema, table.Name, segment.Digest.Rows, segment.Digest.Hash, first.First, first.Count)
        {
            MoreMembers = segment.Runs.Count > 1 ? [.. segment.Runs.Skip(1)] : null,
            LoadedThrough = table.Root is { } root ? new(root.Schema, root.Name) : null,
            Extension = table.Extension,
            Columns = table.IsInherited ? QuotedNames.Split(encoding.GetString(table.Columns.Span)) : null,
        };
    }

    static SourceFacts SourceOf(DatabaseFacts database) => new(
        database.SystemIdentifier,
        database.Oid,
        database.Name,
        database.ServerVersion,
        database.ServerVersionText,
        database.InRecovery,
        database.Lsn,
        database.Encoding,
        database.Collation,
        database.CType,
        database.LocaleProvider,
        database.Locale,
        database.Settings,
        database.Bytes)
    {
        IcuRules = database.IcuRules,
        CollationVersion = database.CollationVersion,
    };

    // All members of one kind are together.
    static IEnumerable<ArchivePart> PartsOf(IReadOnlyList<ArchiveSegment> segments)
    {
        foreach (var group in segments.GroupBy(segment => segment.Kind).OrderBy(group => group.Key))
        {
            var runs = group.SelectMany(segment => segment.Runs).ToArray();
            yield return new(group.Key, runs.Select(run => run.First).DefaultIfEmpty().Min(), runs.Sum(run => run.Count));
        }
    }

    static LargeObjectFacts LargeObjectsOf(Inventory inventory, WrittenArchive archive)
    {
        var digest = archive.Segments.FirstOrDefault(segment => segment.Kind == PartKind.LargeObjects)?.Digest ?? TableDigest.Empty;
        return new(inventory.LargeObjects, digest.Rows, digest.Hash);
    }

    static IEnumerable<ExcludedObject> OmissionsOf(Inventory inventory)
    {
        ExcludedObject?[] all =
        [
            From("roles", inventory.Roles,
                "cluster-wide: the .roles.sql file next to the archive creates them, without passwords and settings"),
            From("tablespaces", inventory.Tablespaces, "make them before the restore, or restore with default_tablespace"),
            From("database-settings", inventory.DatabaseSettings, "ALTER DATABASE … SET; their values may be secret and are not kept here"),
            From("foreign-table-rows", [.. inventory.ForeignTables.Select(table => table.ToString())], "they lie on another server"),
            From("subscriptions", inventory.HiddenSubscriptions, "only a superuser's pg_dump includes them"),
            From("database", ["owner, grants and comment of the database itself"], "CREATE DATABASE of the restore sets them"),
            From("statistics", ["planner statistics"], "ANALYZE after the restore"),
        ];
        return all.OfType<ExcludedObject>();
    }

    static ExcludedObject? From(string kind, IReadOnlyList<string> names, string advice) =>
        names.Count == 0 ? null : new(kind, names, advice);
}
