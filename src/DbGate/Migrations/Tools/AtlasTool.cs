using System.Text.RegularExpressions;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Tools;

/// <summary>Atlas, versioned workflow: flat SQL files; the ledger records how many statements of a file ran.</summary>
sealed partial class AtlasTool : FileTool
{
    public override ToolFacts Facts { get; } = new("atlas", "Atlas", "atlas_schema_revisions.atlas_schema_revisions")
    {
        Support = ToolSupport.Ledger,
        RecordsFailures = true,
        OutOfOrder = OutOfOrderRule.Refuses,
        Lock = "advisory lock 2686470616",
        Deploy = null,
        Status = "atlas migrate status",
        Unknown = [
            "Whether an applied file was edited: the stored hash covers all files before it, and is not compared.",
            "Files with the directive atlas:checkpoint."],
        Tested = "ledgers made from its sources",
    };

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Named("atlas.sum").Select(file => new ToolEvidence(this, ProjectTree.FolderOf(file), $"{file} exists"));

    protected override string? NameOf(string file) => file.EndsWith(".sql", StringComparison.Ordinal) && !file.Contains('/') ? file : null;

    protected override string KeyOf(string name) =>
        Path.ChangeExtension(name, null) is var stem && stem.IndexOf('_', StringComparison.Ordinal) is > 0 and var end ? stem[..end] : stem;

    public override bool ListsItsFiles => true;

    public override bool Owns(LedgerTable table) =>
        table.Has("partial_hashes") && table.Has("executed_at") && table.Has("operator_version");

    public override string Rows(LedgerTable table) =>
        $"""
        select version, null::text, executed_at,
               case when type in (1, 4) then 'claimed' when error is not null and error <> '' or applied < total then 'failed'
                 else 'applied' end,
               case when error <> '' then error || ' (' || applied || ' of ' || total || ' statements were applied)' end
          from {table.Sql} where version not like '.%' order by version
        """;

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [2686470616];

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status) =>
        from file in folder.Migrations
        where Checkpoint().IsMatch(File.ReadAllText(file.Path))
        select ToolProblems.NotJudged(
            this, $"which files {file.Name} replaces", "it is a checkpoint",
            "Deploy without the checkpoint file, or set migrations.tool to custom");

    /// <summary>A partial row goes, or counts as completed by hand (type 4); a row that is not there needs Atlas's own hash.</summary>
    public override IReadOnlyList<string> Resolve(LedgerTable table, MigrationFolder folder, MigrationEntry entry, bool isApplied)
    {
        var where = $"where version = {Postgres.Sql.Literal(KeyOf(entry.Name))}";
        return [isApplied
            ? $"update {table.Sql} set applied = total, error = null, error_stmt = null, partial_hashes = null, type = type | 4 {where}"
            : $"delete from {table.Sql} {where}"];
    }

    public override (TransactionRule Rule, string Reason) Transactions(SqlScript script, Version? version) =>
        script.Text.Contains("atlas:txmode none", StringComparison.Ordinal)
            ? (TransactionRule.PerStatement, "the file says atlas:txmode none")
            : (TransactionRule.WholeFile, "Atlas runs a file in one transaction");

    [GeneratedRegex(@"^--\s*atlas:checkpoint", RegexOptions.Multiline)]
    private static partial Regex Checkpoint();
}
