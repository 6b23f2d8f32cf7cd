using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Drizzle. Up to 0.x it applies what has a later time in the journal than the newest row, and silently skips everything else; from 1.0 on
/// it compares names. It stores a hash and never compares it; DbGate does.
/// </summary>
sealed partial class DrizzleTool : FileTool
{
    const string Journal = "meta/_journal.json";

    /// <summary>How many digits of a directory's name are its time.</summary>
    const int SecondDigits = 14;

    public override ToolFacts Facts { get; } = new("drizzle", "Drizzle", "drizzle.__drizzle_migrations")
    {
        Support = ToolSupport.Full,
        Checksum = "SHA-256 of the file",
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = "npx --no-install drizzle-kit migrate",
        Status = null,
        Unknown = [
            "Whether a deploy failed: all pending files are one transaction, and a failure leaves no row.",
            "Whether a deploy runs now: it takes no lock."],
        Tested = "real tool (0.45 and 1.0.0-rc.5)",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project)
    {
        foreach (var file in project.Files.Where(file => file.EndsWith("/" + Journal, StringComparison.Ordinal)))
        {
            yield return new(this, ProjectTree.FolderOf(ProjectTree.FolderOf(file)), $"{file} is Drizzle's journal");
        }

        var folders =
            project.Files.Where(file => ProjectTree.NameOf(file) == "snapshot.json"
                && FolderName().IsMatch(ProjectTree.NameOf(ProjectTree.FolderOf(file))));
        foreach (var folder in folders.Select(file => ProjectTree.FolderOf(ProjectTree.FolderOf(file))).Distinct())
        {
            yield return new(this, folder, $"{folder} has directories with migration.sql and snapshot.json");
        }
    }

    protected override string? NameOf(string file) => null;

    public override MigrationFolder Read(string root, string folder)
    {
        var journal = Path.Combine(folder, Journal);
        try
        {
            return !Folders.Exists(folder) ? new MigrationFolder(folder, false, []) { Tool = this }
                : File.Exists(journal) ? FromJournal(root, folder, journal)
                : FromDirectories(root, folder);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException
                or InvalidOperationException or FormatException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(folder, exception.Message), exception);
        }
    }

    MigrationFolder FromJournal(string root, string folder, string journal)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(journal));
        var (migrations, problems) = (new List<Migration>(), new List<Problem>());
        foreach (var (index, entry) in document.RootElement.GetProperty("entries").EnumerateArray().Index())
        {
            var tag = entry.GetProperty("tag").GetString()!;
            var path = Path.Combine(folder, tag + ".sql");
            var one =
                File.Exists(path)
                    ? OfFile(root, path, tag)
                    : new Migration(tag, path, null, [], true, 0) { ShownAs = tag + ".sql", AcceptsNoChecksum = true };
            migrations.Add(one with { RowName = $"{entry.GetProperty("when").GetInt64()}", Order = $"{index:000000}" });
        }

        string[] loose =
            [.. Directory.GetFiles(folder, "*.sql")
                .Select(Path.GetFileNameWithoutExtension)
                .OfType<string>()
                .Where(name => migrations.TrueForAll(one => one.Name != name))];
        if (loose.Length > 0)
        {
            problems.Add(
                ToolProblems.NeverApplied(
                    this, loose, "the journal meta/_journal.json does not list it", "Generate it with drizzle-kit, or remove the file"));
        }

        string[] newer =
            [.. Directory.GetDirectories(folder)
                .Where(one => File.Exists(Path.Combine(one, "migration.sql")))
                .Select(Path.GetFileName)
                .OfType<string>()
                .Order(StringComparer.Ordinal)];
        if (newer.Length > 0)
        {
            problems.Add(
                ToolProblems.NeverApplied(
                    this, newer, "they are directories as Drizzle 1.0 has them, and with a journal next to them no version applies both",
                    "Convert the older files (drizzle-kit up), and remove meta/_journal.json"));
        }

        return new MigrationFolder(
            folder, true, [.. migrations.DistinctBy(one => one.Name)]) { Tool = this, Problems = problems };
    }

    MigrationFolder FromDirectories(string root, string folder) =>
        new(
            folder,
            true,
            [
                .. Directory.GetDirectories(folder).Where(one => Path.GetFileName(one)[0] != '.').Order(StringComparer.Ordinal)
                    .Select(one => (Name: Path.GetFileName(one), File: Path.Combine(one, "migration.sql")))
                    .Select(one => File.Exists(one.File)
                        ? OfFile(root, one.File, one.Name)
                        : new Migration(one.Name, one.File, null, [], true, 0) { AcceptsNoChecksum = true }),
            ])
        {
            Tool = this,
            Unrecognized = [.. Directory.GetFiles(folder, "*.sql").Select(Path.GetFileName).OfType<string>()],
        };

    /// <summary>
    /// A ledger of 0.x has no names. The first deploy of 1.0 matches its rows with the directories: by the second, among several of one
    /// second and where there is none by the hash.
    /// </summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger)
    {
        Migration[] directories = [.. folder.Migrations.Where(one => one.RowName is null && one.Name.Length > SecondDigits)];
        if (directories.Length == 0 || ledger.Table?.Has("name") != false)
        {
            return base.Interpret(folder, ledger);
        }

        var bySecond = directories.ToLookup(one => one.Name[..SecondDigits], StringComparer.Ordinal);
        return ledger with { Rows = [.. ledger.Rows.Select(row => row with { Name = Match(row)?.Name ?? row.Name })] };

        Migration? Match(LedgerRow row)
        {
            var second = row.StartedAt.UtcDateTime.ToString("yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture);
            return bySecond[second].ToArray() is [var only] ? only
                : (bySecond[second].Any() ? bySecond[second] : directories).FirstOrDefault(one => one.Matches(row.Checksum));
        }
    }

    static Migration OfFile(string root, string path, string name)
    {
        var read = Migrations.Migration.ReadFile(name, path, Path.GetRelativePath(root, path).Replace('\\', '/'), null);
        return read with { AcceptedChecksums = [read.Checksum!, .. LineEnds(path)] };
    }

    static IEnumerable<string> LineEnds(string path) =>
        File.ReadAllText(path) is var text && text.Contains('\n')
            ? new[] { text.Replace("\r\n", "\n"), text.Replace("\r\n", "\n").Replace("\n", "\r\n") }
                .Select(one =>
                    Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(one))))
            : [];

    public override bool ListsItsFiles => true;

    public override bool Owns(LedgerTable table) => table.Has("hash", "text") && table.Has("created_at", "bigint");

    public override string Rows(LedgerTable table) =>
        $"select {(table.Has("name") ? "coalesce(name, created_at::text)" : "created_at::text")}, hash, to_timestamp(created_at / "
            + $"1000.0), 'applied', null::text from {table.Sql} order by created_at, id";

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status)
    {
        // Only the journal has times; they decide up to 0.x.
        var newest = ledger.Rows.Select(row => row.StartedAt.ToUnixTimeMilliseconds()).DefaultIfEmpty(long.MinValue).Max();
        string[] skipped =
            [.. status.Pending.Where(entry => entry.File?.RowName is { } when
                && long.Parse(when, System.Globalization.CultureInfo.InvariantCulture) <= newest).Select(entry => entry.Name)];
        if (skipped.Length > 0)
        {
            yield return ToolProblems.NeverApplied(
                this, skipped,
                "its time in the journal is not later than the newest applied migration, and Drizzle compares nothing else; it "
                    + "reports success",
                    "Generate the migration again, so that it gets a later time (drizzle-kit drop, then drizzle-kit generate)");
        }
    }

    public override string? Forget(LedgerTable table, IReadOnlyList<string> names) =>
        table.Has("name") ? Delete(table, "name", names) : null;

    public override string? Record(LedgerTable table, Migration migration) =>
        (table.Has("name"), migration.RowName) switch
        {
            (true, null) => $"insert into {table.Sql} (hash, created_at, name) values ({Postgres.Sql.Literal(migration.Checksum!)}, "
                + $"extract(epoch from to_timestamp({Postgres.Sql.Literal(migration.Name[..14])}, 'YYYYMMDDHH24MISS')) * 1000, "
                + $"{Postgres.Sql.Literal(migration.Name)})",
            (false, { } when) =>
                $"insert into {table.Sql} (hash, created_at) values ({Postgres.Sql.Literal(migration.Checksum!)}, {when})",
            _ => null,
        };

    public override IReadOnlyList<string>? Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied) =>
        !isApplied && !table.Has("name") && entry.File?.RowName is { } when
            ? [$"delete from {table.Sql} where created_at = {when}"]
            : base.Resolve(table, folder, entry, isApplied);

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        (TransactionRule.WholeFile, "Drizzle runs all pending migrations in one transaction");

    [GeneratedRegex("^[0-9]{14}_.+$")]
    private static partial Regex FolderName();
}
