using System.Security.Cryptography;
using System.Text;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>
/// grate: the one-time scripts of the folder <c>up</c>. Scripts of the other folders run whenever they changed, or always.
/// </summary>
sealed class GrateTool : FileTool
{
    public override ToolFacts Facts { get; } = new("grate", "grate", "grate.ScriptsRun")
    {
        Support = ToolSupport.Ledger,
        Checksum = "MD5 of the text with LF line ends",
        OutOfOrder = OutOfOrderRule.Applies,
        Deploy = null,
        Status = "grate --dryrun",
        Unknown = [
            "Scripts of the folders other than up.", "Whether tokens ({{name}}) were replaced before hashing.",
            "Whether a deploy runs now: it takes no lock."],
        Tested = "ledgers made from its sources",
    };

    public override IReadOnlyList<string> Beside => ["grate.ScriptsRunErrors", "grate.Version"];

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Find(project.Named("dotnet-tools.json"), new System.Text.RegularExpressions.Regex("\"grate\"")) is { } found
            ? project.Files.Where(file => ProjectTree.NameOf(ProjectTree.FolderOf(file)) == "up"
                && file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase)).Take(1)
                .Select(file => new ToolEvidence(this, ProjectTree.FolderOf(file), $"{found} names grate"))
            : [];

    protected override bool IsRecursive => true;

    protected override string? NameOf(string file) => file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase) ? file : null;

    protected override IEnumerable<string> Checksums(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Replace("'", "''").Replace("\r\n", "\n").Replace('\r', '\n');
#pragma warning disable CA5351 // The tool's own checksum; nothing is protected with it.
        yield return Convert.ToBase64String(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
    }

    public override bool Owns(LedgerTable table) =>
        table.Has("script_name") && table.Has("text_hash") && table.Has("one_time_script", "boolean");

    public override string Rows(LedgerTable table) =>
        $"""
        select script_name, text_hash, entry_date::timestamptz, 'applied', null::text
          from (select distinct on (script_name) * from {table.Sql} where one_time_script order by script_name, id desc) newest order by id
        """;

    public override IEnumerable<Problem> Judge(MigrationFolder folder, Ledger ledger, MigrationStatus status)
    {
        // A hash that could be of the text after tokens were replaced proves nothing.
        foreach (var entry in status.Entries.Where(entry => entry.State == MigrationState.Edited
            && File.ReadAllText(entry.File!.Path).Contains("{{", StringComparison.Ordinal)))
        {
            yield return ToolProblems.NotJudged(
                this, $"whether {entry.Name} was edited", "it contains tokens, whose values are part of the stored hash",
                "Compare the file with its version of the last release (git log)");
        }
    }

    public override string Record(LedgerTable table, Migration migration) =>
        $"insert into {table.Sql} (script_name, text_hash, one_time_script, entry_date) values "
            + $"({Postgres.Sql.Literal(migration.Name)}, {Postgres.Sql.Literal(migration.AcceptedChecksums[0])}, true, now())";

    public override string Forget(LedgerTable table, IReadOnlyList<string> names) => Delete(table, "script_name", names);
}
