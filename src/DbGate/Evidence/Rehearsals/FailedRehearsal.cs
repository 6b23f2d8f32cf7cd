using DbGate.Evidence.Plans;
using DbGate.Migrations.Rehearsal;

namespace DbGate.Evidence.Rehearsals;

/// <summary>The migration that failed on the restored backup, with its text: there is no plan that could show it.</summary>
/// <param name="Migration">Its name.</param>
/// <param name="Sql">Its file.</param>
/// <param name="Statement">Which of its statements failed, from 1; the last where its commit did.</param>
/// <param name="Line">Where, as exact as the server says.</param>
/// <param name="Words">The server's.</param>
/// <param name="StatementsKept">How many of its statements stay applied when a deploy fails there.</param>
/// <param name="Passed">How many migrations went through before it.</param>
/// <param name="Measured">What its statements before that one did.</param>
sealed record FailedRehearsal(
    string Migration, string Sql, int Statement, int Line, string Words, int StatementsKept, int Passed, RehearsedMigration Measured)
{
    /// <summary>What a rehearsal says about its end; null when everything went through.</summary>
    public static FailedRehearsal? Of(RehearsalReport report, IReadOnlyList<MigrationScript> pending)
    {
        if (report is not { Failure: { } failure, Migrations: [.., var failed] })
        {
            return null;
        }

        var script = pending.First(one => one.File.Name == failed.Name).Script;
        return new FailedRehearsal(
            failed.Name,
            script.Text,
            Math.Min(failed.Statements.Count + 1, script.Statements.Count),
            failure.Location.Line ?? 1,
            $"{failure.Message} (SQLSTATE {failure.SqlState}){(failure.Detail is null ? "" : $"; {failure.Detail}")}",
            failure.StatementsKept,
            report.Migrations.Count - 1,
            Rehearsed.Of(failed));
    }
}
