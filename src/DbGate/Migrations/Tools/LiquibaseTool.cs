using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Liquibase: changesets of formatted SQL files, identified by id, author and path. Changelogs in XML, YAML or JSON are not read.
/// </summary>
sealed partial class LiquibaseTool : MigrationTool
{
    public override ToolFacts Facts { get; } = new("liquibase", "Liquibase", "databasechangelog")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Applies,
        Lock = "row of databasechangeloglock",
        Deploy = "liquibase update",
        Status = "liquibase status --verbose",
        Unknown =
        [
            "Changesets in XML, YAML or JSON.", "Whether a deploy failed: a failure leaves no row.",
            "Whether an applied changeset was edited.",
            "Whether a set lock belongs to a running deploy.", "Changesets that contexts, labels or preconditions leave out.",
        ],
        Tested = "ledgers made from its sources; the JVM tool is not run",
    };

    public override IReadOnlyList<string> Beside => ["databasechangeloglock"];

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project)
    {
        string[] files =
            [.. project.Files.Where(file => MayBeChangelog(file)
                && (Header().IsMatch(project.Text(file)) || Changelog().IsMatch(project.Text(file))))];
        return files.Length == 0 ? [] : [new(this, ProjectTree.FolderOf(files[0]), $"{files[0]} is a Liquibase changelog")];
    }

    /// <summary>A project may have very many files of these kinds; those that are not SQL have a name that reports it.</summary>
    static bool MayBeChangelog(string file) =>
        Kind(file) is { } kind
            && (kind == ".sql"
            || file.Contains("changelog", StringComparison.OrdinalIgnoreCase)
            || file.Contains("liquibase", StringComparison.OrdinalIgnoreCase));

    static string? Kind(string file) =>
        Path.GetExtension(file) is ".sql" or ".xml" or ".yaml" or ".yml" or ".json" ? Path.GetExtension(file) : null;

    public override MigrationFolder Read(string root, string folder)
    {
        try
        {
            if (!Folders.Exists(folder))
            {
                return new MigrationFolder(folder, false, []) { Tool = this };
            }

            var (found, problems) = (new List<Migration>(), new List<Problem>());
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Where(path => Kind(path) is not null))
            {
                var (text, shown) = (File.ReadAllText(path), Path.GetRelativePath(root, path).Replace('\\', '/'));
                if (!path.EndsWith(".sql", StringComparison.Ordinal) && InlineChange().IsMatch(text))
                {
                    problems.Add(
                        ToolProblems.NotJudged(
                            this, $"which changesets {shown} holds", "only changesets of formatted SQL are read",
                            "Move the changesets to formatted SQL, or set migrations.tool to custom"));
                }
                else if (Header().IsMatch(text))
                {
                    foreach (Match match in Changeset().Matches(text))
                    {
                        var name = $"{shown}::{match.Groups["id"].Value.Trim('"')}::{match.Groups["author"].Value.Trim('"')}";
                        found.Add(Migration.ReadFile(name, path, shown, null) with { HasSql = false, Order = $"{found.Count:000000}" });
                        if (Again().IsMatch(match.Value))
                        {
                            problems.Add(
                                ToolProblems.NotJudged(
                                    this, $"whether {name} runs again", "it says runOnChange or runAlways",
                                    "Ask Liquibase: liquibase status --verbose"));
                        }
                    }
                }
            }

            return new MigrationFolder(
                folder, true, [.. found.DistinctBy(one => one.Name)]) { Tool = this, Problems = problems };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(folder, exception.Message), exception);
        }
    }

    public override bool WritesStates => false;

    public override FixCommand Repair(string name) => FixCommand.Run("liquibase", "changelog-sync");

    public override bool Owns(LedgerTable table) => table.Has("md5sum") && table.Has("exectype") && table.Has("orderexecuted");

    public override string Rows(LedgerTable table) =>
        $"""
        select regexp_replace(filename, '^classpath:/?', '') || '::' || id || '::' || author, null::text, dateexecuted::timestamptz,
               case exectype when 'MARK_RAN' then 'claimed' else 'applied' end, null::text
          from {table.Sql} order by orderexecuted
        """;

    /// <summary>The path of a row may begin at another folder than the project's.</summary>
    public override Ledger Interpret(MigrationFolder folder, Ledger ledger) =>
        ledger with { Rows =
            [.. ledger.Rows.Select(row =>
                row with { Name = folder.Migrations.FirstOrDefault(one => IsSame(one.Name, row.Name))?.Name ?? row.Name })] };

    static bool IsSame(string file, string row) =>
        file.Equals(row, StringComparison.OrdinalIgnoreCase)
            || file.EndsWith("/" + row, StringComparison.OrdinalIgnoreCase)
            || row.EndsWith("/" + file, StringComparison.OrdinalIgnoreCase);

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status)
    {
        var pending = status.Pending.ToDictionary(entry => Identity(entry.Name), entry => entry.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var entry in status.Entries.Where(entry => entry.State == MigrationState.Missing
            && pending.ContainsKey(Identity(entry.Name))))
        {
            yield return ToolProblems.History(
                this, $"{entry.Name} would run again as {pending[Identity(entry.Name)]}",
                "Liquibase identifies a changeset by its path, too; the file was moved or renamed",
                "Move the file back, or give it logicalFilePath with the old path");
        }
    }

    static string Identity(string name) => name[(name.IndexOf("::", StringComparison.Ordinal) + 2)..];

    public override async Task<IReadOnlyList<Problem>> ExamineAsync(
        Session session, LedgerTable ledger, CancellationToken cancellationToken)
    {
        var name = $"{Sql.Identifier(ledger.Schema)}.databasechangeloglock";
        if (!await session.ScalarAsync<bool>("select to_regclass($1) is not null", cancellationToken, name)
            || await session.ScalarAsync<string>(
                $"select max(coalesce(lockedby, 'an unknown client') || ' since ' || coalesce(lockgranted::text, 'an unknown time')) from "
                    + $"{name} where locked", cancellationToken) is not { } holder)
        {
            return [];
        }

        return [
            ToolProblems.StaleLock(
                this, $"the lock row is set by {holder}", "a deploy runs now, or one was killed; every deploy waits until it is released",
                FixCommand.Run("liquibase", "release-locks"))];
    }

    [GeneratedRegex(@"^\s*--\s*liquibase formatted sql", RegexOptions.IgnoreCase)]
    private static partial Regex Header();

    [GeneratedRegex("databaseChangeLog")]
    private static partial Regex Changelog();

    [GeneratedRegex("""<changeSet\b|-\s*changeSet\s*:|"changeSet"\s*:""", RegexOptions.IgnoreCase)]
    private static partial Regex InlineChange();

    [GeneratedRegex(
        """^\s*--\s*changeset\s+(?<author>"[^"]+"|[^:\n]+):\s*(?<id>"[^"]+"|\S+)[^\n]*""",
        RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Changeset();

    [GeneratedRegex("run(?:OnChange|Always)\\s*:\\s*true", RegexOptions.IgnoreCase)]
    private static partial Regex Again();
}
