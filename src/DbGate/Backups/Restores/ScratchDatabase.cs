using DbGate.Backups.Archive;
using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;
using DbGate.Targets;

namespace DbGate.Backups.Restores;

/// <summary>
/// The database that a restore test fills: on a throwaway server, or the one that people set aside for it. Never one of the configured
/// environments', and never one that holds something, unless that was asked for.
/// </summary>
sealed class ScratchDatabase : IAsyncDisposable
{
    const string Name = "restore_test";
    const string Locks = "max_locks_per_transaction";
    const int DefaultLocks = 64;
    const int LocksPerTable = 16;
    const int Connections = 100;

    // Roles may have any name; this one is not expected anywhere.
    const string Superuser = "dbgate_scratch_superuser";

    static readonly string[] Templates = ["template0", "template1"];

    // Nothing of a throwaway server need survive a crash, and no one replicates it: the rows can go without a write-ahead log.
    internal static ThrowawayOptions Options(BackupManifest manifest) => new()
    {
        Settings = new Dictionary<string, string>
        {
            ["wal_level"] = "minimal",
            ["max_wal_senders"] = "0",
            ["checkpoint_timeout"] = "1h",
            ["max_wal_size"] = "16GB",
            [Locks] = LocksPerTransaction(manifest.Tables.Count).ToString(System.Globalization.CultureInfo.InvariantCulture),
        },
    };

    // The comparison locks every table in each of its connections, and amcheck every index with its table. The server multiplies the
    // setting by its 100 connections.
    static int LocksPerTransaction(int tables) => Math.Max(DefaultLocks, tables * LocksPerTable / Connections);

    readonly string source;
    readonly IAsyncDisposable? server;

    ScratchDatabase(
        PostgresUrl url, PostgresUrl loadUrl, int serverVersion, string source, IAsyncDisposable? server,
        IReadOnlyList<Problem> findings) =>
        (Url, LoadUrl, ServerVersion, this.source, this.server, Findings) = (url, loadUrl, serverVersion, source, server, findings);

    /// <summary>Empty, with the source's encoding.</summary>
    public PostgresUrl Url { get; }

    /// <summary>The same, for loading and comparing: without the limits and login triggers that role and database may carry.</summary>
    public PostgresUrl LoadUrl { get; }

    public int ServerVersion { get; }

    /// <summary>Where it is, for people: <c>a throwaway server from the image postgres:17, PostgreSQL 17.6</c>.</summary>
    public string Place => $"{source}, PostgreSQL {ServerVersion / 10000}.{ServerVersion % 10000}";

    /// <summary>What could not be made as in the source.</summary>
    public IReadOnlyList<Problem> Findings { get; }

    public static Task<ScratchDatabase> PrepareAsync(RestoreTestRequest request, ArchiveReader archive,
        CancellationToken cancellationToken) =>
        request.Target is { } target ? PrepareAsync(target, request, archive, cancellationToken)
            : StartTestAsync(request, archive, cancellationToken);

    /// <summary>
    /// The same for a rehearsal. A throwaway server gets production's settings, and its database the name of production's.
    /// </summary>
    /// <param name="request">As for a restore test.</param>
    /// <param name="archive">The backup.</param>
    /// <param name="settings">Of the server.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static Task<ScratchDatabase> PrepareAsync(
        RestoreTestRequest request, ArchiveReader archive, IReadOnlyDictionary<string, string> settings,
            CancellationToken cancellationToken)
    {
        var own = Options(archive.Manifest);
        var options = own with
        {
            Superuser = Superuser,

            // Room for the locks comes first: production's own setting may be made for shorter transactions.
            Settings = own.Settings.Where(one => one.Key == Locks)
                .Concat(settings)
                .Concat(own.Settings)
                .DistinctBy(one => one.Key)
                .ToDictionary(),
        };
        var source = archive.Manifest.Source.DatabaseName;
        return request.Target is { } target
            ? PrepareAsync(target, request, archive, cancellationToken)
            : StartAsync(archive, Templates.Contains(source) ? Name : source, options, cancellationToken);
    }

    /// <summary>The role that loads, with the rights that it has in the source; null when <see cref="LoadUrl"/>'s does.</summary>
    public PostgresUrl? RoleUrl { get; private init; }

    // A restore test as superuser proves nothing about a role that is none. Where the rights suffice, so that it can be tested, that role
    // loads.
    static async Task<ScratchDatabase> StartTestAsync(RestoreTestRequest request, ArchiveReader archive,
        CancellationToken cancellationToken)
    {
        var manifest = archive.Manifest;
        var options = Options(manifest);
        if (manifest.Needs is not { Role: { IsSuperuser: false } role } needs
            || RestoreRights.Judge(needs, role, request.Changes, isPrepared: false, new HashSet<string>()).Count > 0)
        {
            return await StartAsync(archive, Name, options, cancellationToken);
        }

        var scratch = await StartAsync(archive, Name, options with { Superuser = Superuser }, cancellationToken);
        try
        {
            return new(scratch.Url, scratch.LoadUrl, scratch.ServerVersion, scratch.source, scratch.server, scratch.Findings)
            {
                RoleUrl = await ScratchRole.CreateAsync(scratch.LoadUrl, scratch.Url, role, cancellationToken),
            };
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    /// <summary>A database of a restored cluster, which is not this object's to end.</summary>
    internal static ScratchDatabase From(Providers.RestoredCluster cluster, PostgresUrl url) =>
        new(url, cluster.LoadUrl.WithDatabase(url.Database), cluster.ServerVersion, cluster.Words, null, []);

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    static async Task<ScratchDatabase> StartAsync(ArchiveReader archive, string name, ThrowawayOptions options,
        CancellationToken cancellationToken)
    {
        var manifest = archive.Manifest;
        var source = await ThrowawaySource.FindAsync(manifest.Source.ServerVersion / 10000, cancellationToken);
        var (url, server) = await source.StartAsync(PreloadedLibraries.Add(options, manifest, name, source.HasLibrary), cancellationToken);
        try
        {
            await using var maintenance = await Maintenance.OpenAsync(url.WithDatabase(name), cancellationToken);
            await maintenance.DropAsync(name, cancellationToken); // a new server has a database of the name postgres
            await Prerequisites.MakeAsync(maintenance.Session, manifest, await SuperuserRoles.ReadAsync(archive, cancellationToken),
                source.Lacking, cancellationToken);
            Problem?[] findings =
            [
                source.Shortcoming is { } why
                    ? RestoreProblems.Finding(
                        $"the scratch server is PostgreSQL {source.Version}, the source "
                            + $"{manifest.Source.ServerVersion / 10000}.{manifest.Source.ServerVersion % 10000}: {why}")
                    : null,
                await maintenance.CreateAsync(name, manifest.Source, insistOnLocale: false, cancellationToken),
            ];
            var ready = await SessionReset.ApplyAsync(url, maintenance.Session, cancellationToken);
            return new(
                url.WithDatabase(name), ready.WithDatabase(name), maintenance.Session.ServerVersion, source.Words, server,
                [.. findings.OfType<Problem>()]);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    static async Task<ScratchDatabase> PrepareAsync(
        PostgresUrl url, RestoreTestRequest request, ArchiveReader archive, CancellationToken cancellationToken)
    {
        var manifest = archive.Manifest;
        if (Pooler.ByUrl(url) is { } pooler)
        {
            throw new GateException(PostgresProblems.Pooled(url, pooler));
        }

        var occupied = await InspectAsync(url, request.Configured, cancellationToken);
        if (occupied is { } there && (there.Objects > 0 || there.Encoding != manifest.Source.Encoding) && !request.Recreate)
        {
            throw there.Objects > 0
                ? RestoreProblems.NotEmpty(url, there.Objects)
                : RestoreProblems.WrongDatabase(
                    $"{url.Database} has the encoding {there.Encoding}, the backup {manifest.Source.Encoding}.",
                    "let DbGate create it again: --recreate");
        }

        await using var maintenance = await Maintenance.OpenAsync(url, cancellationToken);
        await Loading.DemandClientsAsync(maintenance.Session, request.Level >= VerificationLevel.Restored, cancellationToken);
        await Prerequisites.DemandAsync(maintenance.Session, archive, request.Changes, cancellationToken);
        await PreloadedLibraries.DemandAsync(maintenance.Session, manifest, request.Changes, url.Database, cancellationToken);
        await RightsCheck.DemandAsync(
            maintenance.Session, manifest, request.Changes, isPrepared: occupied is not null && !request.Recreate, cancellationToken);
        Problem? finding = null;
        if (occupied is null || request.Recreate)
        {
            await maintenance.DropAsync(url.Database, cancellationToken);
            finding = await maintenance.CreateAsync(url.Database, manifest.Source, insistOnLocale: false, cancellationToken);
        }

        var ready = await SessionReset.ApplyAsync(url, maintenance.Session, cancellationToken);
        return new(url, ready, maintenance.Session.ServerVersion, "TEST_DATABASE_URL", null, finding is null ? [] : [finding]);
    }

    /// <summary>What the target holds; null when there is no such database.</summary>
    /// <exception cref="GateException">DBG0701, DBG0702: it is, or could be, a configured environment's.</exception>
    static async Task<(long Objects, string Encoding)?> InspectAsync(
        PostgresUrl url, IReadOnlyList<(string Name, PostgresUrl Url)> configured, CancellationToken cancellationToken)
    {
        Session session;
        try
        {
            session = await Session.OpenAsync(url, null, cancellationToken);
        }
        catch (GateException absent) when (absent.Problem.Code == PostgresProblems.NoDatabase)
        {
            return null;
        }

        await using (session)
        {
            var facts = await ServerFacts.ReadAsync(session, cancellationToken);
            await DemandNoneOfAsync(url, facts.RequireIdentity(url), configured, cancellationToken);
            var objects = await DatabaseContents.CountAsync(session, cancellationToken);
            return (objects, facts.Encoding);
        }
    }

    // What cannot be asked counts as being the same database.
    static async Task DemandNoneOfAsync(
        PostgresUrl url, TargetIdentity identity, IReadOnlyList<(string Name, PostgresUrl Url)> configured,
            CancellationToken cancellationToken)
    {
        foreach (var (name, other) in configured)
        {
            try
            {
                await using var session = await Session.OpenAsync(other, null, cancellationToken);
                var theirs = (await ServerFacts.ReadAsync(session, cancellationToken)).RequireIdentity(other);
                if (theirs.IsSameDatabaseAs(identity))
                {
                    throw RestoreProblems.ConfiguredTarget(url, name);
                }
            }
            catch (GateException absent) when (absent.Problem.Code == PostgresProblems.NoDatabase)
            {
                // What does not exist cannot be overwritten.
            }
            catch (GateException fault) when (fault.Problem.Code != RestoreProblems.ConfiguredTargetCode)
            {
                throw RestoreProblems.UnprovenTarget(url, name, fault.Problem.Message);
            }
            catch (PostgresFault fault)
            {
                throw RestoreProblems.UnprovenTarget(url, name, fault.MessageText);
            }
        }
    }
}
