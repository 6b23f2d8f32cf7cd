using DbGate.Migrations.Execution;
using DbGate.Problems;
using DbGate.Statements;
using DbGate.Statements.Parsing;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>A pending migration, as it ran.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Script">Its SQL as executed, without what only the tool is concerned with.</param>
/// <param name="Measurement">What its statements did; they have the numbers of the script.</param>
/// <param name="Whole">What all of them did, those of the tool itself included.</param>
sealed record ObservedMigration(string Name, SqlScript Script, MigrationMeasurement Measurement, MigrationMeasurement Whole);

/// <summary>
/// Reports which of the observed statements belong to which migration: a tool names a migration to its ledger when it has run it, or
/// before. Pure.
/// </summary>
static class ObservedMigrations
{
    // What follows an error in its transaction.
    const string IsAborted = "25P02";

    // What a session sets for itself and no rule is about.
    static readonly string[] Kept = ["lock_timeout", "statement_timeout", "search_path", "role", "session_replication_role"];

    // What of the statements that are only sampled leaves no doubt that it changes nothing.
    static readonly string[] Reading =
    [
        "select", "show", "values", "table", "explain", "declare", "fetch", "move", "close", "prepare", "deallocate", "discard", "listen",
        "unlisten", "notify", "load", "checkpoint",
    ];

    /// <param name="statements">In order.</param>
    /// <param name="pending">The pending migrations in order.</param>
    /// <param name="namesBefore">True where the tool names a migration before it runs it.</param>
    /// <param name="isKept">Whether a transaction was committed.</param>
    /// <param name="failed">The command failed: the last statement that did is the reason.</param>
    public static IReadOnlyList<ObservedMigration> From(
        IReadOnlyList<ObservedStatement> statements, IReadOnlyList<ExpectedMigration> pending, bool namesBefore,
        Func<int, bool> isKept, bool failed)
    {
        var failure =
            failed ? statements.LastOrDefault(statement => statement.Error is { SqlState: not IsAborted }) : null;
        var parts = Split(statements, [.. pending.Select(one => one.Name)], namesBefore);
        var migrations = new List<ObservedMigration>();
        foreach (var migration in pending)
        {
            var part = parts.GetValueOrDefault(migration.Name, []);
            migrations.Add(Make(migration, part, isKept, failure));
            if (failure is not null && part.Contains(failure))
            {
                break;
            }
        }

        return migrations;
    }

    static Dictionary<string, List<ObservedStatement>> Split(
        IReadOnlyList<ObservedStatement> statements, IReadOnlyList<string> pending, bool namesBefore)
    {
        var parts = new Dictionary<string, List<ObservedStatement>>(StringComparer.Ordinal);
        var open = new List<ObservedStatement>();
        string? current = null;
        foreach (var statement in statements)
        {
            open.Add(statement);
            if (statement.Names is [var name])
            {
                Close(namesBefore ? current ?? name : name);
                current = name;
            }
        }

        // After the last name: of the migration that was begun, or of the first that was not recorded.
        var unnamed = pending.FirstOrDefault(name => !parts.ContainsKey(name)) ?? (pending is [.., var newest] ? newest : null);
        var rest = namesBefore ? current : unnamed;
        if (rest is not null)
        {
            Close(rest);
        }

        return parts;

        void Close(string name)
        {
            if (!parts.TryGetValue(name, out var part))
            {
                parts[name] = part = [];
            }

            part.AddRange(open);
            open.Clear();
        }
    }

    static ObservedMigration Make(
        ExpectedMigration migration, IReadOnlyList<ObservedStatement> part, Func<int, bool> isKept, ObservedStatement? failure)
    {
        var placed = migration.Script is { } known ? Align(known, part) : null;
        var script = migration.Script!;
        if (placed is null)
        {
            var kept = Matter(part, failure).ToArray();
            script = Script(kept, $"{migration.File} (as executed)");
            placed = [.. kept.Index().Select(one => (one.Item, one.Index))];
        }

        StatementMeasurement[] measured =
        [
            .. placed.Where(one => one.Statement.Error is null).Select(one => one.Statement.Measurement with
            {
                Index = one.Place,
                Location = script.Locate(script.Statements[one.Place]),
            }),
        ];
        var time = part.Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Measurement.Time);
        var stopped = failure is not null && part.Contains(failure) ? Failure(placed, script, isKept, failure) : null;
        return new(
            migration.Name, script, new(migration.Name, time, measured, stopped),
            new(migration.Name, time, [.. part.Select(one => WhatStays(one.Measurement, isKept))], null));
    }

    /// <summary>What was rolled back has written nothing.</summary>
    static StatementMeasurement WhatStays(StatementMeasurement measurement, Func<int, bool> isKept) =>
        isKept(measurement.Transaction) ? measurement : measurement with { Activity = [] };

    /// <summary>
    /// The observed statements that are the migration's own text, with their numbers there; null when it ran otherwise than it reads.
    /// </summary>
    static List<(ObservedStatement Statement, int Place)>? Align(SqlScript known, IReadOnlyList<ObservedStatement> part)
    {
        var placed = new List<(ObservedStatement, int)>();
        var next = 0;
        foreach (var statement in part)
        {
            var sql = Plain(statement.Measurement.Sql);
            var place = next;
            while (place < known.Statements.Count && Plain(known.Statements[place].Text) != sql)
            {
                place++;
            }

            if (place < known.Statements.Count)
            {
                placed.Add((statement, place));
                next = place + 1;
            }
            else if (Matters(statement) && !IsControl(statement))
            {
                return null;
            }
        }

        return placed;
    }

    static string Plain(string sql) => sql.Trim().TrimEnd(';').TrimEnd();

    static RehearsalFailure Failure(
        IReadOnlyList<(ObservedStatement Statement, int Place)> placed, SqlScript script, Func<int, bool> isKept,
        ObservedStatement failure)
    {
        var error = failure.Error!;
        var at = placed.LastOrDefault(one => one.Statement == failure);
        var last = at.Statement is null && placed is [.., var end] ? end : at; // what is deferred fails at the end of its transaction
        var remain = placed.Count(one =>
            one.Statement.Error is null && !IsControl(one.Statement) && isKept(one.Statement.Measurement.Transaction)
            && one.Statement.Measurement.Transaction != failure.Measurement.Transaction);
        return new(
            error.SqlState, error.Message, error.Detail,
            last.Statement is null
                ? new(script.File)
                : script.Locate(
                    script.Statements[last.Place],
                    at.Statement is not null && error.Position is { } position ? position - 1 : 0),
            remain);
    }

    /// <summary>Without what the tool reads, sets for its session, and writes into its ledger.</summary>
    static IEnumerable<ObservedStatement> Matter(IReadOnlyList<ObservedStatement> part, ObservedStatement? failure)
    {
        var begins = new List<ObservedStatement>();
        var isOpen = false;
        foreach (var statement in part)
        {
            if (statement == failure)
            {
                foreach (var begin in begins)
                {
                    yield return begin;
                }

                yield return statement;
                yield break;
            }

            switch (TransactionCommands.Read(AsStatement(statement)))
            {
                case TransactionCommand.Begin:
                    begins = [statement];
                    break;
                case TransactionCommand.Commit or TransactionCommand.CommitAndChain or TransactionCommand.Rollback
                    or TransactionCommand.RollbackAndChain:
                    begins.Clear();
                    if (isOpen)
                    {
                        yield return statement;
                    }

                    isOpen = false;
                    break;
                default:
                    if (!Matters(statement))
                    {
                        break;
                    }

                    foreach (var begin in begins)
                    {
                        yield return begin;
                        isOpen = true;
                    }

                    begins.Clear();
                    yield return statement;
                    break;
            }
        }
    }

    static bool Matters(ObservedStatement statement) =>
        statement is { Error: null, IsOfLedger: false } && StatementParser.Parse(statement.Measurement.Sql) switch
        {
            SetParameter set => Kept.Contains(set.Name),
            TransactionControl => false,
            OtherStatement other => statement.Changes || (statement.Measurement.IsSampled && !Reading.Contains(other.Verb)),
            _ => true,
        };

    static bool IsControl(ObservedStatement statement) =>
        StatementObserver.IsControl(TransactionCommands.Read(AsStatement(statement)));

    static SqlStatement AsStatement(ObservedStatement statement) => new(statement.Measurement.Sql, 0, 1, 1);

    /// <summary>One text of them all, so that places have lines; what no file may hold becomes a comment.</summary>
    static SqlScript Script(IEnumerable<ObservedStatement> statements, string file)
    {
        var (text, found) = (new System.Text.StringBuilder(), new List<SqlStatement>());
        var line = 1;
        foreach (var statement in statements)
        {
            var sql = Alone(Plain(statement.Measurement.Sql), file) + Values(statement);
            found.Add(new(sql, text.Length, line, 1));
            text.Append(sql).Append(";\n");
            line += sql.Count(character => character == '\n') + 1;
        }

        return new(file, text.ToString(), found, []);
    }

    static string Values(ObservedStatement statement) =>
        statement.Values is [] ? ""
            : $" /* {string.Join(", ", statement.Values).Replace("*/", "* /", StringComparison.Ordinal).ReplaceLineEndings(" ")} */";

    static string Alone(string sql, string file)
    {
        try
        {
            return StatementSplitter.Split(sql, file).Statements is [var only] ? only.Text : AsComment(sql);
        }
        catch (GateException)
        {
            return AsComment(sql);
        }
    }

    static string AsComment(string sql) => $"SELECT 'not shown: {sql.Split('\n')[0].Replace("'", "''", StringComparison.Ordinal)}'";
}
