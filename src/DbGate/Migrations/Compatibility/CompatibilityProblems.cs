using System.Globalization;
using DbGate.Problems;

namespace DbGate.Migrations.Compatibility;

/// <summary>What the test of the running release finds.</summary>
static class CompatibilityProblems
{
    public static readonly ProblemCode BreaksCode = new("DBG0590", "Queries of the running release fail", ExitCode.Blocked);
    public static readonly ProblemCode UnfinishedCode = new("DBG0591", "The running release was not tested to the end", ExitCode.Blocked);
    public static readonly ProblemCode MayBreakCode = new("DBG0592", "Queries of the running release may fail", ExitCode.Blocked);
    public static readonly ProblemCode UnreadableCode = new("DBG0593", "The list of queries cannot be read", ExitCode.Usage);

    public static readonly ProblemCode SlowerCode = new("DBG0550", "Queries of the running release get slower", ExitCode.Blocked);
    public static readonly ProblemCode RenamedCode = new("DBG0594", "A drop and an add look like a rename", ExitCode.Blocked);

    const int Shown = 5;

    /// <summary>Queries of which each call fails. One problem for each place where they begin to.</summary>
    /// <param name="report">The test.</param>
    /// <param name="place">Where; null where it is not known.</param>
    /// <param name="breaks">Those that begin there.</param>
    /// <param name="severity">Whether it blocks.</param>
    public static Problem Breaks(CompatibilityReport report, BreakPlace? place, IReadOnlyList<ShapeBreak> breaks, Severity severity) =>
        new(BreaksCode, $"{Shapes(breaks.Count)} of the running release fail{(breaks.Count == 1 ? "s" : "")}{Share(report, breaks)}: "
            + breaks[0].Words)
        {
            Severity = severity,
            Cause = Listed(breaks),
            State = DatabaseState.Untouched,
            Location = place?.Location,
            Fix = new(
                "Split the release in two: first add what the new release needs, and remove the old only once no old process runs. "
                    + "Or release it in a maintenance window: with the option below the approvers accept it by name",
                FixCommand.Gate("release", ("compatibility-maintenance", "true"))),
        };

    public static Problem MayBreak(CompatibilityReport report, BreakPlace? place, IReadOnlyList<ShapeBreak> breaks) =>
        new(MayBreakCode, $"{Shapes(breaks.Count)} of the running release can fail, by their values or driver"
            + $"{Share(report, breaks)}: {breaks[0].Words}")
        {
            Severity = Severity.Warning,
            Cause = Listed(breaks),
            State = DatabaseState.Untouched,
            Location = place?.Location,
            Fix = "Make sure that the running release does not send such values, or split the release in two",
        };

    /// <summary>Queries that lose what made them fast. One problem for each place.</summary>
    public static Problem Slower(CompatibilityReport report, BreakPlace? place, IReadOnlyList<ShapeBreak> breaks)
    {
        var remedies = breaks.Select(one => one.Remedy).OfType<string>().Distinct().Take(Shown).ToArray();
        return new(
            SlowerCode,
            $"{Shapes(breaks.Count)} of the running release get{(breaks.Count == 1 ? "s" : "")} slower{Share(report, breaks)}: "
                + breaks[0].Words)
        {
            Severity = Severity.Warning,
            Cause = Listed(breaks),
            State = DatabaseState.Untouched,
            Location = place?.Location,
            Fix = remedies.Length == 0
                ? "Add an index that serves the query, in a migration before this one"
                : new Fix(
                    "Keep the index, or make one that serves the query before this release",
                    [.. remedies.Select(FixCommand (remedy) => FixCommand.Sql(remedy))]),
        };
    }

    /// <param name="rename">What looks like a rename.</param>
    public static Problem Renamed(SupposedRename rename) =>
        new(RenamedCode, $"{rename.Old} is dropped and {rename.New} is added, which looks like a rename")
        {
            Severity = Severity.Warning,
            Cause = $"{(rename.Lost is null ? "" : $"{rename.Lost}; ")}a rename keeps the values, and the running release needs the old "
                + "name until its last process ends",
            State = DatabaseState.Untouched,
            Fix = $"If it is the same, rename it in place of the drop and the add: {rename.Statement};",
        };

    public static Problem Unfinished(ReplayStop stop, Severity severity) =>
        new(UnfinishedCode, $"the running release was tested only up to {stop.Place.Migration}: {stop.Why}")
        {
            Severity = severity,
            Cause = "The test applies each statement for itself to the schema of the backup, without rows, and leaves out what only writes "
                + "rows. From this place on it does not give what the release gives, so what comes after it is not known.",
            State = DatabaseState.Untouched,
            Location = stop.Place.Location,
            Fix = new(
                "Move what needs rows into a migration of its own. Or release it with the option below: the approvers accept by name that "
                    + "it is not known",
                FixCommand.Gate("release", ("compatibility-maintenance", "true"))),
        };

    public static Problem QueriesUnreadable(string name, string why) =>
        new(UnreadableCode, $"the queries in {name} cannot be read: {why}")
        {
            State = DatabaseState.NotContacted,
            Location = new SourceLocation(name),
            Fix = "Set compatibility.queries to a file of SQL statements, or to a folder of .sql files",
        };

    static string Shapes(int count) => count == 1 ? "1 query shape" : $"{count} query shapes";

    static string Share(CompatibilityReport report, IReadOnlyList<ShapeBreak> breaks) =>
        report.Share(breaks) is { } percent ? string.Create(CultureInfo.InvariantCulture, $" ({percent:0.#} % of its calls)") : "";

    static string Listed(IReadOnlyList<ShapeBreak> breaks) =>
        string.Join("; ", breaks.Take(Shown).Select(one => $"{one.Hash} {Short(one.Shape)} [{one.Role}]: {one.Words}"))
            + (breaks.Count > Shown ? $"; and {breaks.Count - Shown} more" : "");

    static string Short(string shape) => shape.Length <= 120 ? shape : $"{shape[..119]}…";
}
