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
        MigrationFolder folder, Ledger ledger, ILedgerCommands commands, EngineRules rules,
        IReadOnlyList<(string Name, SqlScript Script)> pending)
    {
        var status = MigrationStatus.Decide(folder, ledger);
        FileForecast[] files = [.. pending.Select(file => From(file.Name, file.Script, commands, rules))];
        return Failure(folder, ledger, commands, status, rules, pending) is var (code, sentence, fix)
            ? new Forecast(ForecastOutcome.Fails, folder.Tool is PrismaTool ? code : null, sentence, fix, files)
            : files.Length == 0
                ? new Forecast(ForecastOutcome.NothingToDo, null, "No pending migrations to apply.", null, files)
                : new Forecast(
                    ForecastOutcome.Deploys, null,
                    $"{files.Length} {(files.Length == 1 ? "migration" : "migrations")} will be applied: "
                        + $"{string.Join(", ", files.Select(file => file.Name))}", null, files);
    }

    /// <summary>What to do about a deploy that would fail, with its commands as data; null when it would not.</summary>
    public static Fix? FixOf(Forecast forecast, MigrationFolder folder, Ledger ledger, ILedgerCommands commands) => forecast.Code switch
    {
        "P1002" when ledger.LockHolder is { } holder =>
            new Fix(
                "Wait until it ends; if its client is gone, end the session", FixCommand.Sql($"select pg_terminate_backend({holder.Pid})")),
        "P3005" => MigrationProblems.Baseline(folder, commands),
        "P3009"
            when MigrationStatus.Decide(
                folder,
                ledger).Entries.FirstOrDefault(entry => entry.State is MigrationState.Failed or MigrationState.Running) is { } failed =>
            new Fix(
                "Mark it as rolled back; or as applied, if you completed it by hand", commands.RolledBack(failed.Name),
                commands.Applied(failed.Name) with { Note = "or" }),
        _ => forecast.Fix,
    };

    /// <summary>In the order in which Prisma's schema engine looks.</summary>
    static (string? Code, string Sentence, string Fix)? Failure(
        MigrationFolder folder, Ledger ledger, ILedgerCommands commands, MigrationStatus status, EngineRules rules,
        IReadOnlyList<(string Name, SqlScript Script)> pending)
    {
        if (ledger.IsPrisma8 || folder.IsPrisma8)
        {
            return (null, "the ledger or the migrations are Prisma 8's; prisma migrate deploy of 6 and 7 does not know them",
                "release with the Prisma that wrote them");
        }

        if (ledger.Refusal is { } refusal)
        {
            return (null, refusal.Message, $"{refusal.Fix}");
        }

        if (folder.Provider is { } provider && provider is not ("postgresql" or "postgres"))
        {
            return ("P3019", $"migration_lock.toml names the provider {provider}", "use the migrations that were written for PostgreSQL");
        }

        if (status.Entries.FirstOrDefault(entry => entry.State == MigrationState.NoFile) is { } empty)
        {
            return ("P3015", $"{empty.Name} has no migration.sql", "commit its migration.sql, or remove the empty directory");
        }

        if (ledger.LockHolder is { } holder)
        {
            var held = folder.Tool is PrismaTool
                ? "Prisma's migration lock; after 10 s the deploy gives up"
                : $"the lock of {folder.Tool.Facts.Name}";
            return (
                "P1002", $"backend {holder.Pid} ({holder.Application}) holds {held}",
                $"wait for it; if its client is gone: select pg_terminate_backend({holder.Pid})");
        }

        if (!ledger.Exists && ledger.OtherTables > 0)
        {
            return ("P3005", $"schema {commands.Url.Schema} has {ledger.OtherTables} tables and no ledger",
                MigrationProblems.Baseline(folder, commands).ToString());
        }

        if (status.Entries.FirstOrDefault(entry => entry.State is MigrationState.Failed or MigrationState.Running) is { } failed)
        {
            return ("P3009", $"{failed.Name} failed before and is not resolved",
                $"{Line(commands.RolledBack(failed.Name))}; or, if you completed it by hand: {Line(commands.Applied(failed.Name))}");
        }

        return pending.FirstOrDefault(file => RefusesItsTransaction(file.Script, rules.For(file.Script))) is { Name: { } name }
            ? ("P3018",
                $"{name} holds a statement that refuses a transaction beside others, and "
                    + $"{rules.Reason(pending.First(file => file.Name == name).Script)} (SQLSTATE 25001)",
                    "put that statement into a migration of its own")
            : null;
    }

    static bool RefusesItsTransaction(SqlScript script, TransactionRule rule) =>
        rule == TransactionRule.WholeFile && script.Statements.Count > 1 && script.Statements.Any(NonTransactional.Is);

    static FileForecast From(string name, SqlScript script, ILedgerCommands commands, EngineRules rules)
    {
        var points = StopPoints.From(script, rules.For(script));
        return new FileForecast(
            name, script.Statements.Count, StopPoints.Ranges(points), rules.Reason(script), Recovery(name, points.Count > 0, commands));
    }

    /// <summary>What to do after a failure of a migration.</summary>
    /// <param name="name">Which.</param>
    /// <param name="isHalfway">True when a part of it may be applied.</param>
    /// <param name="commands">For the target's ledger.</param>
    public static IReadOnlyList<string> Recovery(string name, bool isHalfway, ILedgerCommands commands) =>
        isHalfway ? Halfway(name, commands) : Whole(name, commands);

    // For a shell: what a person has to do is a comment there.
    static string[] Whole(string name, ILedgerCommands commands) =>
    [
        Line(commands.RolledBack(name)),
        $"# fix {(commands is TableCommands ? name : $"{name}/migration.sql")}, and release again",
    ];

    static string[] Halfway(string name, ILedgerCommands commands) =>
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
