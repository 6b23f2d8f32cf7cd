using DbGate.Releases.Plans;
using DbGate.Migrations.Failures;
using DbGate.Migrations.Rehearsal;

namespace DbGate.Releases.Rehearsals;

/// <summary>The migration that failed on the restored backup: there is no plan that could show it.</summary>
/// <param name="Failure">What failed, and where.</param>
/// <param name="StatementsKept">How many of its statements stay applied when a deploy fails there.</param>
/// <param name="Passed">How many migrations went through before it.</param>
/// <param name="Measured">What its statements before that one did.</param>
sealed record FailedRehearsal(MigrationFailure Failure, int StatementsKept, int Passed, RehearsedMigration Measured)
{
    /// <summary>The index that the failed statement leaves behind, invalid; null when it builds none concurrently.</summary>
    public string? InvalidIndex { get; init; }

    /// <summary>What of it would have stayed in production.</summary>
    public string Kept => (StatementsKept, InvalidIndex) switch
    {
        (0, null) => "in production nothing of it would have stayed",
        (0, { } index) => $"in production the invalid index {index} would have stayed",
        (var count, var index) =>
            $"in production its first {(count == 1 ? "statement" : $"{count} statements")} would have stayed "
                + $"applied{(index is null ? "" : $", and the invalid index {index}")}",
    };

    /// <summary>What a rehearsal states about its end; null when everything went through.</summary>
    public static FailedRehearsal? From(RehearsalReport report, IReadOnlyList<MigrationScript> pending)
    {
        if (report is not { Failure: { } failure, Migrations: [.., var failed] })
        {
            return null;
        }

        var script = pending.First(one => one.File.Name == failed.Name).Script;
        var statement = Math.Min(failed.Statements.Count + 1, script.Statements.Count);
        return new FailedRehearsal(
            new MigrationFailure(
                failed.Name,
                script.Text,
                new FailurePlace(statement, failure.Location.Line ?? 1, failure.Location.Column, IsCertain: true),
                $"{failure.Message} (SQLSTATE {failure.SqlState}){(failure.Detail is null ? "" : $"; {failure.Detail}")}"),
            failure.StatementsKept,
            report.Migrations.Count - 1,
            Rehearsed.From(failed))
        {
            InvalidIndex = script.Statements.Count == 0 ? null : ConcurrentIndex.From(script.Statements[statement - 1]),
        };
    }
}
