using DbGate.Migrations;
using DbGate.Migrations.Execution;
using DbGate.Migrations.Tools;
using DbGate.Releases.Forecasts;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Releases.Resolving;

/// <summary>What a migration does that no catalog shows: rows, privileges, and code whose SQL is not read.</summary>
static class Invisible
{
    /// <summary>One sentence for each migration of which the catalog cannot show all. Pure but for reading the files.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="claimed">Its migrations.</param>
    /// <param name="tool">Whose they are.</param>
    /// <param name="rules">How the engine puts statements into transactions.</param>
    public static IEnumerable<string> From(Claim claim, IReadOnlyList<MigrationEntry> claimed, MigrationTool tool, EngineRules rules)
    {
        foreach (var entry in claimed)
        {
            if (entry.File is { HasSql: false })
            {
                yield return $"{entry.Name} is code of {tool.Facts.Name}, and its SQL is not read";
            }
            else if (entry.File is { Checksum: not null } file && file.Split() is var script && !IsUndone(claim, entry, script, rules)
                && script.Statements.Index().FirstOrDefault(one => IsInvisible(one.Item.Text)) is { Item: { } statement } found)
            {
                yield return $"{script.Locate(statement)}: no catalog shows what statement {found.Index + 1} of {entry.Name} does";
            }
        }
    }

    /// <summary>The file failed and was one transaction: nothing of it can have stayed.</summary>
    static bool IsUndone(Claim claim, MigrationEntry entry, SqlScript script, EngineRules rules) =>
        !claim.IsApplied && entry.Row?.IsUnfinished == true && StopPoints.From(script, rules.For(script)).Count == 0;

    /// <summary>What the catalog that is compared has; owners are not compared, and decide nothing here.</summary>
    static readonly string[] Visible =
    [
        "table", "view", "materialized view", "schema", "sequence", "type", "domain", "extension", "policy", "rule", "trigger", "index",
        "function", "procedure", "routine", "aggregate", "statistics", "event trigger", "foreign table", "column", "constraint",
    ];

    static bool IsInvisible(string text) => StatementParser.Parse(text) switch
    {
        OtherStatement { Verb: "select" or "values" } read => read.Calls.Any(call => call.Name != "set_config"),
        OtherStatement { Verb: "alter" } =>
            !Visible.Any(kind => TransactionCommands.FirstWords(text, 3).Skip(1).Contains(kind.Split(' ')[0])),
        OtherStatement { Verb: "comment" or "reset" or "show" or "" } => false,
        AlterTable or Rename or SetSchema or CreateTable or CreateIndex or CreateEnum or CreateRoutine or CreateDomain => false,
        AddEnumValue or CreateTrigger or LockTables or SetParameter or TransactionControl => false,
        CreateObject made => !Visible.Contains(made.Kind),
        Drop drop => !Visible.Contains(drop.Kind),
        AlterSequence { Restarts: false } => false,
        _ => true,
    };
}
