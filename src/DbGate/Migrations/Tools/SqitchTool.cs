using System.Text.RegularExpressions;
using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>Sqitch: changes in the order of <c>sqitch.plan</c>, a script each in <c>deploy</c>.</summary>
sealed partial class SqitchTool : MigrationTool
{
    public override ToolFacts Facts { get; } = new("sqitch", "Sqitch", "sqitch.changes")
    {
        Support = ToolSupport.Ledger,
        OutOfOrder = OutOfOrderRule.Refuses,
        Lock = "advisory lock 75474063",
        Deploy = null,
        Status = "sqitch status",
        Unknown = ["Whether an applied script was edited: sqitch check compares the hashes.", "Reworked changes."],
        Tested = "real tool",
    };

    public override IReadOnlyList<string> Beside =>
        ["sqitch.releases", "sqitch.projects", "sqitch.tags", "sqitch.dependencies", "sqitch.events"];

    public override IEnumerable<ToolEvidence> Detect(ProjectTree project) =>
        project.Named("sqitch.plan").Select(file => new ToolEvidence(this, ProjectTree.FolderOf(file), $"{file} exists"));

    public override MigrationFolder Read(string root, string folder)
    {
        try
        {
            var plan = Path.Combine(folder, "sqitch.plan");
            if (!Folders.HasFile(plan))
            {
                return new MigrationFolder(folder, false, []) { Tool = this };
            }

            var (found, problems) = (new List<Migration>(), new List<Problem>());
            foreach (var line in File.ReadLines(plan))
            {
                if (line.StartsWith('%') || Change().Match(line) is not { Success: true } change)
                {
                    continue;
                }

                var name = change.Groups[1].Value;
                var path = Path.Combine(folder, "deploy", name + ".sql");
                var shown = Path.GetRelativePath(root, path).Replace('\\', '/');
                if (found.Exists(one => one.Name == name))
                {
                    problems.Add(
                        ToolProblems.NotJudged(
                            this, $"which version of {name} is applied", "the plan reworks it", "Ask Sqitch: sqitch status"));
                    continue;
                }

                found.Add(
                    (File.Exists(path)
                        ? Migration.ReadFile(name, path, shown, null)
                        : new Migration(name, path, null, [], true, 0) { ShownAs = shown, AcceptsNoChecksum = true }) with
                {
                    Order = $"{found.Count:000000}",
                });
            }

            return new MigrationFolder(folder, true, found) { Tool = this, Problems = problems };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(MigrationProblems.UnreadableFolder(folder, exception.Message), exception);
        }
    }

    public override bool WritesStates => false;

    public override FixCommand Repair(string name) => FixCommand.Run("sqitch", "deploy", "--log-only", "--to-change", name);

    public override bool Owns(LedgerTable table) =>
        table.Has("change_id")
            && table.Has("change")
            && table.Has("committed_at")
            && table.Has("planner_name")
            && !table.Has("event")
            && !table.Has("tag");

    public override string Rows(LedgerTable table) =>
        $"select change, null::text, committed_at, 'applied', null::text from {table.Sql} order by committed_at";

    public override IReadOnlyList<long> LockKeys(string database, LedgerTable table) => [75474063];

    [GeneratedRegex(@"^([^\s%#@\[:][^\s@\[]*)(?:\s|$)")]
    private static partial Regex Change();
}
