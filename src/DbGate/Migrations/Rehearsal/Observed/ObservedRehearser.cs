using System.Globalization;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>A migration that the command is to apply.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RowName">What the ledger calls it.</param>
/// <param name="File">The file by which places in it are named.</param>
/// <param name="Script">Its text; null for code.</param>
sealed record ExpectedMigration(string Name, string RowName, string File, SqlScript? Script);

/// <summary>How a command is rehearsed.</summary>
/// <param name="Pending">The pending migrations in order.</param>
/// <param name="Ledgers">The tool's own tables, as schema.table.</param>
/// <param name="NamesBefore">True where the tool names a migration to its ledger before it runs it.</param>
/// <param name="Demand">Told why the command has the network of this machine, before it runs; may refuse that.</param>
/// <param name="RunAsync">Runs the command on a database; returns why it failed, or null.</param>
sealed record ObservedCommand(
    IReadOnlyList<ExpectedMigration> Pending, IReadOnlyList<string> Ledgers, bool NamesBefore, Action<string> Demand,
    Func<PostgresUrl, CancellationToken, Task<string?>> RunAsync)
{
    /// <summary>The values of parameters are part of the report.</summary>
    public bool ShowsValues { get; init; }
}

/// <summary>What a command did.</summary>
/// <param name="Report">The same report as of the other rehearsal.</param>
/// <param name="Migrations">Its migrations with their SQL as executed.</param>
/// <param name="Failure">Why the command failed, in its own words; null when it did not.</param>
/// <param name="Sessions">How many sessions it had.</param>
/// <param name="Network">Why it had the network of this machine; null when it had none.</param>
sealed record ObservedReport(
    RehearsalReport Report, IReadOnlyList<ObservedMigration> Migrations, string? Failure, int Sessions, string? Network)
{
    /// <summary>What the observation could not see.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];
}

/// <summary>Runs the project's own command on a scratch database, and observes each statement of each of its sessions.</summary>
/// <param name="session">Of the role that deploys.</param>
/// <param name="observer">Of an administrator.</param>
/// <param name="open">Opens another one of an administrator, with the search path of the deploy.</param>
/// <param name="options">What is measured.</param>
/// <param name="clock">Measures.</param>
sealed class ObservedRehearser(
    Session session, Session observer, Func<CancellationToken, Task<Session>> open, RehearsalOptions options, TimeProvider clock)
{
    const string Sessions = "SELECT sessions FROM pg_catalog.pg_stat_database WHERE datname = pg_catalog.current_database()";

    const string Open = """
        SELECT pg_catalog.array_agg(pid) FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database()
        """;

    const string Others = """
        SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database()
          AND backend_type = 'client backend' AND pid <> ALL ($1::pg_catalog.int4[])
        """;

    static readonly TimeSpan Leaving = TimeSpan.FromSeconds(10);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes the network of the command.</summary>
    public Func<Task<(NetworkNamespace? Network, string? Refusal)>> Network { get; init; } = NetworkNamespace.CreateAsync;

    readonly List<string> notChecked = [];
    IReadOnlyList<ObservedMigration> migrations = [];
    string? failure;

    /// <summary>Rehearses.</summary>
    /// <param name="command">What runs.</param>
    /// <param name="scratch">The scratch database, as the role that deploys.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<ObservedReport> RunAsync(
        ObservedCommand command, PostgresUrl scratch, CancellationToken cancellationToken)
    {
        var log = new ObservationLog();
        var (network, refusal) = await Network();
        using (network)
        {
            if (refusal is not null)
            {
                command.Demand(refusal);
            }

            var report = await new Rehearser(session, observer, options, clock).ObserveAsync(
                [.. command.Pending.Where(one => one.Script is not null)
                    .Select(one => new PendingMigration(one.Name, one.Script!, TransactionRule.WholeFile))],
                (losses, names) => ApplyAsync(command, scratch, log, network, losses, names, cancellationToken), cancellationToken);
            return new(report, migrations, failure, log.Sessions, refusal) { NotChecked = notChecked };
        }
    }

    /// <summary>Runs a command on a database that it reaches through the observer only.</summary>
    /// <param name="network">Its network; null for that of this machine.</param>
    /// <param name="scratch">The database.</param>
    /// <param name="target">Takes what is observed.</param>
    /// <param name="run">Starts the command before its first wait, and so in the network.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>Why it failed; null when it did not.</returns>
    /// <exception cref="GateException">DBG0545: a statement would have reached the server's machine.</exception>
    public static async Task<string?> RunAsync(
        NetworkNamespace? network, PostgresUrl scratch, ObservationTarget target, Func<PostgresUrl, CancellationToken, Task<string?>> run,
        CancellationToken cancellationToken)
    {
        string? failure;
        await using (var proxy = network is null
            ? ObservingProxy.Start(scratch, target)
            : await network.RunAsync(() => ObservingProxy.Start(scratch, target)))
        {
            failure = await (network is null
                ? run(proxy.Url, cancellationToken)
                : await network.RunAsync(() => run(proxy.Url, cancellationToken)));
        }

        return target.Log.Refusal is { } refusal ? throw new GateException(refusal) : failure;
    }

    async Task<ObservedChanges> ApplyAsync(
        ObservedCommand command, PostgresUrl scratch, ObservationLog log, NetworkNamespace? network, LossesBefore losses,
        IReadOnlyDictionary<uint, string> names, CancellationToken cancellationToken)
    {
        var target = new ObservationTarget(
            log,
            open,
            names,
            command.Pending.ToDictionary(one => one.Name, one => one.RowName, StringComparer.Ordinal),
            [.. command.Ledgers.Select(name => name[(name.LastIndexOf('.') + 1)..])],
            losses.Add,
            clock)
        {
            ShowsValues = command.ShowsValues,
        };
        var own = await observer.ScalarAsync<int[]>(Open, cancellationToken) ?? [];
        await RelationReader.ReportAsync(session, cancellationToken);
        await RelationReader.ReportAsync(observer, cancellationToken);
        var before = await observer.ScalarAsync<long>(Sessions, cancellationToken);
        failure = await RunAsync(network, scratch, target, command.RunAsync, cancellationToken);
        var unobserved = await UnobservedAsync(before, own, log, cancellationToken);
        var statements = log.Statements;
        migrations = ObservedMigrations.From(statements, command.Pending, command.NamesBefore, log.IsKept, failure is not null);
        if (unobserved is not null)
        {
            notChecked.Add(unobserved);
        }

        if (log.Fault is { } fault)
        {
            notChecked.Add($"a session of the command was not observed to its end: {fault}");
        }

        var isUnsure = unobserved is not null || log.Fault is not null || statements.Any(statement =>
            statement.Measurement.IsSampled && !MeasuringRules.KeepsRelations(Statements.Parsing.StatementParser.Parse(
                statement.Measurement.Sql)));
        return new([.. migrations.Select(one => one.Measurement)], [.. migrations.Select(one => one.Whole)], isUnsure);
    }

    /// <summary>
    /// Sessions that reached the database otherwise: their statements are unknown, their effect is compared as any other.
    /// </summary>
    async Task<string?> UnobservedAsync(long before, int[] own, ObservationLog log, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (await observer.ScalarAsync<long>(Others, cancellationToken, own) is > 0 and var open)
        {
            if (clock.GetElapsedTime(start) > Leaving)
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{open} {(open == 1 ? "session" : "sessions")} of the scratch database that did not come through the observer");
            }

            await Task.Delay(Pause, clock, cancellationToken);
        }

        var others = await observer.ScalarAsync<long>(Sessions, cancellationToken) - before - (2 * log.Sessions);
        return others > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{others} {(others == 1 ? "session" : "sessions")} that reached the scratch database past the observer")
            : null;
    }
}

/// <summary>What was measured while something else applied the migrations.</summary>
/// <param name="Migrations">The migrations, as the report shows them.</param>
/// <param name="All">The same with everything that the tool did for itself.</param>
/// <param name="IsUnsure">What was measured does not prove a table untouched.</param>
sealed record ObservedChanges(
    IReadOnlyList<MigrationMeasurement> Migrations, IReadOnlyList<MigrationMeasurement> All, bool IsUnsure);
