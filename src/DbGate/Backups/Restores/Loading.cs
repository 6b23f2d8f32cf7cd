using DbGate.Backups.Archive;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Restores;

/// <summary>Connects a <c>psql</c> that fits to a database and loads an archive.</summary>
static class Loading
{
    public static void All(ArchiveLoad load, CancellationToken cancellationToken) => load.All(cancellationToken);

    public static void Schema(ArchiveLoad load, CancellationToken cancellationToken) => load.Schema(cancellationToken);

    /// <summary>Loads.</summary>
    /// <param name="url">An empty database.</param>
    /// <param name="archive">Verified.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="load">What to load.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>What is to be known about the client.</returns>
    public static async Task<IReadOnlyList<Problem>> RunAsync(
        PostgresUrl url, ArchiveReader archive, RestoreOptions options, LoadProgress progress, Action<ArchiveLoad, CancellationToken> load,
        CancellationToken cancellationToken) =>
        await RunAsync(url, archive, options, StatementFilter.None, progress, load, cancellationToken);

    /// <inheritdoc cref="RunAsync(PostgresUrl, ArchiveReader, RestoreOptions, LoadProgress, Action{ArchiveLoad, CancellationToken},
    /// CancellationToken)"/>
    /// <param name="url">An empty database.</param>
    /// <param name="archive">Verified.</param>
    /// <param name="options">How.</param>
    /// <param name="filter">What is left out, or given to other roles.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="load">What to load.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<IReadOnlyList<Problem>> RunAsync(
        PostgresUrl url,
        ArchiveReader archive,
        RestoreOptions options,
        StatementFilter filter,
        LoadProgress progress,
        Action<ArchiveLoad, CancellationToken> load,
        CancellationToken cancellationToken)
    {
        var psql = await FindPsqlAsync(url, cancellationToken);
        await using var environment = await LibpqEnvironment.CreateAsync(url, cancellationToken);
        var context = new FeedContext(psql, environment, archive.Manifest.Source.Encoding, options.Deadline);
        progress.Stage("definitions", archive.Manifest.Archive.PlainLength);

        await DedicatedThread.RunAsync(() => load(new ArchiveLoad(archive, context, options, progress, filter), cancellationToken));
        return psql.Warning is { } warning ? [warning] : [];
    }

    /// <summary>The client for a server; one that can confine a dump.</summary>
    /// <exception cref="GateException">DBG0040, DBG0041: there is none; DBG0713: it is too old.</exception>
    public static async Task<ClientTool> FindPsqlAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(url, null, cancellationToken);
        return await FindPsqlAsync(session, cancellationToken);
    }

    /// <summary>Refuses a server for which this machine lacks a client, before anything is read, made or dropped.</summary>
    /// <param name="session">On the server.</param>
    /// <param name="compares">The restored rows will be compared: that takes <c>pg_dump</c> too.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0040, DBG0041, DBG0713.</exception>
    public static async Task DemandClientsAsync(Session session, bool compares, CancellationToken cancellationToken)
    {
        await FindPsqlAsync(session, cancellationToken);
        if (compares)
        {
            await ClientTools.FindAsync("pg_dump", session.ServerMajor, cancellationToken);
        }
    }

    static async Task<ClientTool> FindPsqlAsync(Session session, CancellationToken cancellationToken)
    {
        var psql = await ClientTools.FindAsync("psql", session.ServerMajor, cancellationToken);
        return PsqlRestrict.IsKnownTo(psql) ? psql : throw RestoreProblems.Client(psql);
    }
}
