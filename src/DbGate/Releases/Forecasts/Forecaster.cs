using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Releases.Forecasts;

/// <summary>Foretells a deploy. Pure: what must be known was read before.</summary>
static class Forecaster
{
    /// <param name="folder">The migrations on disk.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="commands">For the ledger of where the deploy goes.</param>
    /// <param name="rules">How the engine works.</param>
    /// <param name="pending">The pending files in order, taken apart.</param>
    public static Forecast Foretell(
        MigrationFolder folder, Ledger ledger, LedgerCommands commands, EngineRules rules,
        IReadOnlyList<(string Name, SqlScript Script)> pending)
    {
        var status = MigrationStatus.Decide(folder, ledger);
        FileForecast[] files = [.. pending.Select(file => From(file.Name, file.Script, commands, rules))];
        return Failure(folder, ledger, commands, status, rules, pending) is var (id, sentence, fix)
            ? new Forecast(ForecastOutcome.Fails, folder.Tool.CodeOf(id), sentence, fix, files) { Problem = id }
            : files.Length == 0
                ? new Forecast(ForecastOutcome.NothingToDo, null, "No pending migrations to apply.", null, files)
                : new Forecast(
                    ForecastOutcome.Deploys, null,
                    $"{files.Length} {(files.Length == 1 ? "migration" : "migrations")} will be applied: "
                        + $"{string.Join(", ", files.Select(file => file.Name))}", null, files);
    }

    /// <summary>What to do about a deploy that would fail, with its commands as data; null when it would not.</summary>
    public static Fix? FixOf(Forecast forecast, MigrationFolder folder, Ledger ledger, LedgerCommands commands) => forecast.Problem switch
    {
        Locked when ledger.LockHolder is { } holder =>
            new Fix(
                "Wait until it ends; if its client is gone, end the session", FixCommand.Sql($"select pg_terminate_backend({holder.Pid})")),
        NoLedger => MigrationProblems.Baseline(folder, commands),
        Failed
            when MigrationStatus.Decide(
                folder,
                ledger).Entries.FirstOrDefault(entry => entry.State is MigrationState.Failed or MigrationState.Running) is { } failed =>
            new Fix(
                "Mark it as rolled back; or as applied, if you completed it by hand", commands.RolledBack(failed.Name),
                commands.Applied(failed.Name) with { Note = "or" }),
        _ => forecast.Fix,
    };

    // The problems that report the same.
    const string Failed = "DBG0202";
    const string Locked = "DBG0203";
    const string NoLedger = "DBG0209";
    const string NoFile = "DBG0213";
    const string Stops = "DBG0560";

    /// <summary>In the order in which engines look: the files, the lock, the ledger.</summary>
    static (string Problem, string Sentence, string Fix)? Failure(
        MigrationFolder folder, Ledger ledger, LedgerCommands commands, MigrationStatus status, EngineRules rules,
        IReadOnlyList<(string Name, SqlScript Script)> pending)
    {
        if ((folder.Refusal ?? ledger.Refusal ?? folder.Problems.FirstOrDefault(problem => problem.IsBlocking)) is { } refusal)
        {
            return (refusal.Code.Id, refusal.Message, $"{refusal.Fix}");
        }

        if (status.Entries.FirstOrDefault(entry => entry.State == MigrationState.NoFile) is { } empty)
        {
            return (NoFile, $"{empty.Name} has no migration.sql", "commit its migration.sql, or remove the empty directory");
        }

        if (ledger.LockHolder is { } holder)
        {
            return (
                Locked, $"backend {holder.Pid} ({holder.Application}) holds {folder.Tool.Words.LockedOut}",
                $"wait for it; if its client is gone: select pg_terminate_backend({holder.Pid})");
        }

        if (!ledger.Exists && ledger.OtherTables > 0)
        {
            return (NoLedger, $"schema {commands.Url.Schema} has {ledger.OtherTables} tables and no ledger",
                MigrationProblems.Baseline(folder, commands).ToString());
        }

        if (status.Entries.FirstOrDefault(entry => entry.State is MigrationState.Failed or MigrationState.Running) is { } failed)
        {
            return (Failed, $"{failed.Name} failed before and is not resolved",
                $"{Line(commands.RolledBack(failed.Name))}; or, if you completed it by hand: {Line(commands.Applied(failed.Name))}");
        }

        return pending.FirstOrDefault(file => RefusesItsTransaction(file.Script, rules.For(file.Script))) is { Name: { } name }
            ? (Stops,
                $"{name} holds a statement that refuses a transaction beside others, and "
                    + $"{rules.Reason(pending.First(file => file.Name == name).Script)} (SQLSTATE 25001)",
                    "put that statement into a migration of its own")
            : null;
    }

    static bool RefusesItsTransaction(SqlScript script, TransactionRule rule) =>
        rule == TransactionRule.WholeFile && script.Statements.Count > 1 && script.Statements.Any(NonTransactional.Is);

    static FileForecast From(string name, SqlScript script, LedgerCommands commands, EngineRules rules)
    {
        var points = StopPoints.From(script, rules.For(script));
        return new FileForecast(
            name, script.Statements.Count, StopPoints.Ranges(points), rules.Reason(script), Recovery(name, points.Count > 0, commands));
    }

    /// <summary>What to do after a failure of a migration.</summary>
    /// <param name="name">Which.</param>
    /// <param name="isHalfway">True when a part of it may be applied.</param>
    /// <param name="commands">For the target's ledger.</param>
    public static IReadOnlyList<string> Recovery(string name, bool isHalfway, LedgerCommands commands) =>
        isHalfway ? Halfway(name, commands) : Whole(name, commands);

    // For a shell: what a person has to do is a comment there.
    static string[] Whole(string name, LedgerCommands commands) =>
    [
        Line(commands.RolledBack(name)),
        $"# fix {(commands.Tool.Words.FileOf(name))}, and release again",
    ];

    static string[] Halfway(string name, LedgerCommands commands) =>
    [
        Line(commands.Logs(name)),
        "# either run by hand the statements that are left, and then:",
        Line(commands.Applied(name)),
        "# or undo by hand what was applied, fix the file, then release again after:",
        Line(commands.RolledBack(name)),
    ];

    /// <summary>A plan stores text.</summary>
    static string Line(FixCommand command) => CommandStyle.BuildScript.Line(command);
}
