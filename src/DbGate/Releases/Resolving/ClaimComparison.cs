using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Drift;
using DbGate.Migrations.Execution;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Releases.Rehearsals;
using DbGate.Scratch;

namespace DbGate.Releases.Resolving;

/// <summary>What a comparison found.</summary>
/// <param name="Verdict">What the catalog shows.</param>
/// <param name="Unknown">What it cannot show, in words.</param>
/// <param name="Place">The scratch server; null when there was none.</param>
sealed record ClaimFinding(ClaimVerdict Verdict, IReadOnlyList<string> Unknown, string? Place);

/// <summary>
/// Makes on a scratch server what the ledger's migrations give, without and with those of a claim, and compares the database with it.
/// </summary>
/// <param name="context">The run.</param>
/// <param name="live">The target; only read.</param>
sealed class ClaimComparison(GateContext context, Session live)
{
    const string WithoutName = "dbgate_without";
    const string WithName = "dbgate_with";
    const string Superuser = "dbgate_scratch_superuser";

    static readonly ClaimVerdict Nothing = new([], []);

    readonly CatalogScope scope = DriftPolicy.Read(context);
    readonly string schema = context.Target.DirectUrl.Schema;

    /// <param name="claim">The claim.</param>
    /// <param name="claimed">Its migrations.</param>
    /// <param name="status">The ledger and the folder.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<ClaimFinding> RunAsync(
        Claim claim, IReadOnlyList<MigrationEntry> claimed, MigrationStatus status, CancellationToken cancellationToken)
    {
        if (!Scripts.AllHaveSql(status))
        {
            return new(Nothing, ["nothing was compared, because the SQL of applied migrations is not read"], null);
        }

        ThrowawaySource source;
        try
        {
            source = await ThrowawaySource.FindAsync(live.ServerMajor, cancellationToken);
        }
        catch (GateException exception) when (EvidenceProblems.IsLackOfServer(exception.Problem))
        {
            return new(Nothing, [$"nothing was compared, because there is no scratch server: {exception.Problem.Message}"], null);
        }

        var cluster = await TargetCluster.ReadAsync(live, cancellationToken);
        var options = new ThrowawayOptions { Superuser = Superuser, Settings = cluster.ServerSettings.ToDictionary() };
        var (url, server) = await source.StartAsync(options, cancellationToken);
        await using var running = server;
        await using (var maintenance = await Maintenance.OpenAsync(url, cancellationToken))
        {
            await new ClusterCopy(cluster, maintenance.Session).MakeRolesAsync(cancellationToken);
            await maintenance.CreateAsync(WithoutName, null, insistOnLocale: false, cancellationToken);
            await maintenance.CreateAsync(WithName, null, insistOnLocale: false, cancellationToken);
        }

        var names = claimed.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var (without, left) = await MakeAsync(
            url.WithDatabase(WithoutName), [.. Files(status, entry => IsMade(entry) && !names.Contains(entry.Name))], cancellationToken);
        var (with, stopped) = await MakeAsync(
            url.WithDatabase(WithName), [.. Files(status, entry => IsMade(entry) || names.Contains(entry.Name))], cancellationToken);
        var actual = await CatalogSnapshot.ReadAsync(live, scope, cancellationToken);

        // Without the base nothing is known; a claimed file that stops is known as far as it came, which is enough for "not applied".
        if (left is not null || (claim.IsApplied && stopped is not null))
        {
            return new(Nothing, [left ?? stopped!], source.Words);
        }

        var verdict = ClaimVerdict.Decide(without, with, actual, claim.IsApplied, claimed.All(entry => entry.File?.HasSql == true));
        return new(verdict, [], source.Words);
    }

    static bool IsMade(MigrationEntry entry) => entry.Row?.IsApplied == true;

    static IEnumerable<Migration> Files(MigrationStatus status, Func<MigrationEntry, bool> wanted) =>
        status.Entries.Where(wanted).Select(entry => entry.File).OfType<Migration>()
            .Where(file => file is { Checksum: not null, HasSql: true });

    /// <summary>Runs the files on an empty database, as far as they go.</summary>
    async Task<(CatalogSnapshot Catalog, string? Stopped)> MakeAsync(
        PostgresUrl url, IReadOnlyList<Migration> files, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(
            url,
            SessionOptions.Default with
            {
                ApplicationName = "dbgate resolve",
                CommandTimeout = context.Settings.Get(MigrationSettings.DeployTimeout),
            },
            cancellationToken);
        await session.ExecuteAsync($"create schema if not exists {Sql.Identifier(schema)}", cancellationToken);
        string? stopped = null;
        foreach (var file in files)
        {
            try
            {
                await session.ExecuteScriptAsync(FileFrame.Transaction(FileFrame.ResetSession(schema)), cancellationToken);
                await ScriptExecution.RunAsync(session, await file.SplitAsync(cancellationToken), cancellationToken);
            }
            catch (PostgresFault fault)
            {
                stopped = $"{file.Name} does not run on an empty database ({fault.MessageText}), so that nothing was compared";
                break;
            }
        }

        return (await CatalogSnapshot.ReadAsync(session, scope, cancellationToken), stopped);
    }
}
