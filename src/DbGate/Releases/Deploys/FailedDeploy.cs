using DbGate.Configuration;
using DbGate.Releases.Forecasts;
using DbGate.Releases.Plans;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Failures;
using DbGate.Migrations.Tools;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Releases.Deploys;

/// <summary>
/// A deploy that failed within a migration: where, what stays, what was taken back, and the ways out with their commands.
/// </summary>
/// <param name="Failure">What failed, and where.</param>
/// <param name="Applied">The migrations of this deploy that stay applied, in order.</param>
/// <param name="Kept">What stays of the failed one, in words.</param>
/// <param name="StatementsKept">How many of its statements stay; null when that is not known.</param>
/// <param name="NotBegun">The migrations that it did not come to.</param>
/// <param name="Fix">The shortest way on.</param>
/// <param name="Ways">The ways out.</param>
sealed record FailedDeploy(
    MigrationFailure Failure, IReadOnlyList<string> Applied, string Kept, int? StatementsKept, IReadOnlyList<string> NotBegun, Fix Fix,
    IReadOnlyList<WayBack> Ways)
{
    const int Shown = 5;
    const string SessionLeftPage = "docs/problems/DBG0288.md";

    /// <summary>The state of the database, part by part.</summary>
    public IEnumerable<string> State =>
    [
        Applied.Count == 0 ? "nothing else was applied in this deploy" : $"applied in this deploy, and stays: {string.Join(", ", Applied)}",
        Kept,
        .. NotBegun.Count == 0 ? Array.Empty<string>() : [$"not begun: {string.Join(", ", NotBegun)}"],
    ];

    /// <param name="stop">What the deploy left.</param>
    /// <param name="script">The file; null when it cannot be taken apart.</param>
    /// <param name="sql">Its text.</param>
    /// <param name="traces">What was found of it in the database, where the engine does not tell how far it came.</param>
    /// <param name="rules">How the engine puts statements into transactions.</param>
    /// <param name="commands">For the target's ledger.</param>
    /// <param name="release">The command that goes on.</param>
    /// <param name="back">The ways back past this deploy.</param>
    public static FailedDeploy From(
        DeployStop stop, SqlScript? script, string sql, IReadOnlyList<StatementTrace> traces, EngineRules rules, LedgerCommands commands,
        GateCommand release, IReadOnlyList<WayBack> back)
    {
        var (name, row) = (stop.Failed.Name, stop.Failed.Row);
        var words = row?.Words ?? stop.Outcome.Failure ?? "no words were left";
        var place = script is null ? null : stop.PlaceIn(script);
        var isInterrupted = row?.IsInterrupted == true;
        if (IsWhole(stop, rules) && script is not null)
        {
            return new FailedDeploy(
                new MigrationFailure(name, sql, place, words),
                stop.Applied,
                $"all of {name} is applied: {rules.Tool.Facts.Name} did not find its ledger after the file",
                script.Statements.Count,
                stop.NotBegun,
                new Fix($"Mark it as applied, then run the release again ({SessionLeftPage})", commands.Applied(name)),
                [new WayBack(
                    "mark it as applied and go on",
                    [CommandStyle.BuildScript.Line(commands.Applied(name)), CommandStyle.BuildScript.Line(release)], null,
                    "the file was applied whole"), .. back]);
        }

        var (kept, count) = isInterrupted
            ? ($"of {name} nothing was applied: it was stopped before its transaction ended", 0)
            : WithIndexes(stop.Invalid, Keeps(name, script, place, traces, rules), name, rules);
        return new FailedDeploy(
            new MigrationFailure(name, sql, place, words),
            stop.Applied,
            kept,
            count,
            stop.NotBegun,
            DeployProblems.GoOn(isInterrupted ? null : commands.RolledBack(name), count != 0, stop.Invalid),
            [GoOn(name, count, commands, release, isInterrupted, stop.Invalid), .. back]);
    }

    /// <summary>The file went through, and the tool's own statement after it failed.</summary>
    static bool IsWhole(DeployStop stop, EngineRules rules) =>
        !rules.IsDirect && rules.Tool.EndedAfterFile(stop.Failed, stop.Outcome.Failure);

    /// <summary>The same problem with what is known here.</summary>
    public Problem Explain(Problem problem) => problem with
    {
        Message = Failure.At is { } at ? $"{problem.Message} {at}" : problem.Message,
        State = $"{problem.State}; {string.Join("; ", State.Skip(Applied.Count == 0 ? 1 : 0))}", // it begins with the number of those
        Fix = Fix,
        Location = Failure.Place is { } place && problem.Location is { } file
            ? file with { Line = place.Line, Column = place.Column }
            : problem.Location,
        Excerpt = Failure.Excerpt,
        Remedies = [.. Ways.Select(way => Remedy.FromLines($"{way.Name} ({way.Basis})", way.Commands))],
    };

    // An index that is built concurrently is not part of any transaction: nothing rolls it back.
    static (string Words, int? Count) WithIndexes(
        IReadOnlyList<InvalidIndex> invalid, (string Words, int? Count) kept, string name, EngineRules rules) =>
        invalid.Count == 0 ? kept
        : kept.Count == 0
            ? ($"of {name} only the invalid {(invalid.Count == 1 ? "index" : "indexes")} {Names(invalid)} stays: "
                + $"{(rules.IsDirect ? "the direct engine" : rules.Tool.Facts.Name)} runs the "
                + "statement outside of a transaction", 0)
            : ($"{kept.Words}; the invalid {(invalid.Count == 1 ? "index" : "indexes")} {Names(invalid)} stays, too", kept.Count);

    static string Names(IReadOnlyList<InvalidIndex> invalid) => string.Join(", ", invalid.Select(index => index.Name));

    static (string Words, int? Count) Keeps(
        string name, SqlScript? script, FailurePlace? place, IReadOnlyList<StatementTrace> traces, EngineRules rules)
    {
        if (script is null)
        {
            return ($"what stays of {name} is not known: its file cannot be taken apart", null);
        }

        var (points, why) = (StopPoints.From(script, rules.For(script)), rules.Reason(script));
        if (points.Count == 0)
        {
            return ($"of {name} nothing stays, all of it was rolled back: {why}", 0);
        }

        if (place is { IsCertain: true })
        {
            return Stays(name, points.LastOrDefault(point => point < place.Statement), why);
        }

        // They commit in order: what one has made bounds it from below, what is not there or was before from above.
        var least = traces.Where(trace => trace.IsMade).Select(trace => trace.Statement).DefaultIfEmpty(0).Max();
        var most = traces.Where(trace => !trace.IsMade).Select(trace => trace.Statement - 1).DefaultIfEmpty(points[^1]).Min();
        var found = traces.Count == 0 ? "" : $"; looked for in the database: {string.Join(", ", traces.Take(Shown).Select(InWords))}";
        return least == most
            ? Stays(name, points.LastOrDefault(point => point <= most), $"{why}{found}")
            : StopPoints.Ranges([.. points.Where(point => point >= least && point <= Math.Max(least, most))]) is { } ranges
            ? ($"of {name} a part may stay: it may have stopped after statement {ranges}; {why}{found}", null)
            : ($"of {name} a part may stay: how far it came is not known; {why}{found}", null);
    }

    static (string Words, int? Count) Stays(string name, int count, string why) => count switch
    {
        0 => ($"of {name} nothing stays: it failed before anything of it was committed; {why}", 0),
        1 => ($"of {name} the first statement stays applied, the rest is not; {why}", 1),
        _ => ($"of {name} the first {count} statements stay applied, the rest is not; {why}", count),
    };

    static string InWords(StatementTrace trace) =>
        $"{trace.What} of statement {trace.Statement} "
            + $"{(trace.State switch { TraceState.Made => "is there", TraceState.Older => "was there before", _ => "is not there" })}";

    static WayBack GoOn(
        string name, int? kept, LedgerCommands commands, GateCommand release, bool isInterrupted,
        IReadOnlyList<InvalidIndex> invalid) => new(
        "put it right and go on",
        [
            .. invalid.Select(index =>
                CommandStyle.BuildScript.Line(PsqlLine.From(commands.Url, $"drop index concurrently if exists {index.Name}"))),
            .. isInterrupted
                ? []
                : Forecaster.Recovery(name, kept != 0, commands).Where(line => !line.EndsWith("release again", StringComparison.Ordinal)),
            .. isInterrupted || kept != 0 ? Array.Empty<string>() : [$"# fix {commands.Tool.Words.FileOf(name)}, then:"],
            CommandStyle.BuildScript.Line(release),
        ],
        null,
        kept switch { 0 => invalid.Count == 0 ? "nothing of it is in the database" : "only an invalid index of it is in the database",
            null => "look first what it left", _ => "a part of it is in the database" });
}
