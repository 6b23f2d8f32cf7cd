using DbGate.Problems;

namespace DbGate.Migrations.Split;

/// <summary>What <c>split</c> refuses.</summary>
static class SplitProblems
{
    public static readonly ProblemCode UnsplittableCode = new("DBG0551", "The migration cannot be split", ExitCode.Blocked);
    public static readonly ProblemCode UnprovenCode = new("DBG0552", "The parts of a split are not its migration", ExitCode.Blocked);
    public static readonly ProblemCode NoMigrationCode = new("DBG0553", "There is no migration to split", ExitCode.Usage);

    public static Problem Unsplittable(SplitRefusal refusal) =>
        new(UnsplittableCode, $"{refusal.Location} cannot be spread over two releases")
        {
            Cause = refusal.Why,
            State = DatabaseState.NotContacted,
            Location = refusal.Location,
            Fix = new("Take the statement out of this migration, and split the rest", FixCommand.Gate("split")),
        };

    public static Problem OtherTool(string tool, string why) =>
        new(UnsplittableCode, $"migrations of {tool} cannot be split")
        {
            Cause = why,
            State = DatabaseState.NotContacted,
            Fix = "Write the two migrations with the tool itself: docs/guides/split.md has the statements of each case",
        };

    public static Problem Unproven(string name, IReadOnlyList<string> reasons) =>
        new(UnprovenCode, $"the parts of {name} do not give what it gives")
        {
            Cause = string.Join("; ", reasons),
            State = DatabaseState.NotContacted,
            Fix = "Nothing was written. Write the two migrations by hand: docs/guides/split.md has the statements of each case",
        };

    public static Problem NoMigration(string why, IReadOnlyList<string> names) =>
        new(NoMigrationCode, why)
        {
            Cause = names.Count == 0 ? "the migrations folder is empty" : $"the newest ones are {string.Join(", ", names)}",
            State = DatabaseState.NotContacted,
            Fix = new("Name a migration that is not applied yet",
                FixCommand.Gate("split", ("migration", CommandArgument.Placeholder("name")))),
        };
}
