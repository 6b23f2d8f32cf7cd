using DbGate.Backups.Archive;
using DbGate.Backups.Dump;
using DbGate.Backups.Manifests;
using DbGate.Storage;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>
/// Takes backups. The archive streams into all stores while it is read; it is then read back from each and compared, and only
/// after that its manifest is written. Whatever goes wrong before leaves no manifest, and so no backup.
/// </summary>
public static class Backup
{
    const int MostMembers = 64 * 1024;
    const int NameAttempts = 5;

    // Catalogs of tens of thousands of tables take their time.
    internal static readonly SessionOptions Coordination = new()
    {
        ApplicationName = "dbgate backup",
        CommandTimeout = TimeSpan.FromMinutes(10),
    };

    internal static int UsualJobs => Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>Takes a backup.</summary>
    /// <param name="request">Of what, and where to.</param>
    /// <param name="cancellationToken">Stops it; no manifest is left.</param>
    /// <exception cref="GateException">
    /// DBG0301 to DBG0311: the preflight blocks. DBG0313 to DBG0318, DBG0329, DBG0335: reading failed. DBG0322, DBG0323: the store holds
    /// something else than was sent. DBG0038: another backup of this database is under way. Or the server's and the store's own problems.
    /// </exception>
    public static Task<BackupOutcome> TakeAsync(BackupRequest request, CancellationToken cancellationToken = default) =>
        TakeAsync(request, null, cancellationToken);

    /// <param name="request">Of what, and where to.</param>
    /// <param name="progress">Receives how far it is, a few times per second.</param>
    /// <param name="cancellationToken">Stops it; no manifest is left.</param>
    internal static async Task<BackupOutcome> TakeAsync(
        BackupRequest request, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await RunAsync(request, progress, cancellationToken);
        }
        catch (PostgresFault fault)
        {
            throw DumpProblems.Refused(fault);
        }
    }

    static async Task<BackupOutcome> RunAsync(
        BackupRequest request, IProgress<BackupProgress>? progress, CancellationToken cancellationToken)
    {
        var started = request.Clock.GetUtcNow();
        var counter = new ProgressCounter(progress, request.Clock);
        if (Pooler.ByUrl(request.Url) is { } pooler)
        {
            throw new GateException(PreflightProblems.Pooled(pooler));
        }

        counter.Stage("connecting");
        var session = await Session.OpenAsync(request.Url, Coordination, cancellationToken);
        await using (session)
        {
            if (await Pooler.ByAskingAsync(session, cancellationToken) is { } met)
            {
                throw new GateException(PreflightProblems.Pooled(met));
            }

            // Only now: a pooler would hand these settings on to others.
            await SessionReset.RunAsync(session, cancellationToken);
            await using var turn = await AdvisoryLock.AcquireAsync(session, "backup", cancellationToken);
            counter.Stage("checking");
            var facts = await ServerFacts.ReadAsync(session, cancellationToken);
            var identity = facts.RequireIdentity(request.Url);
            var findings = new List<Problem>(Passed(await Preflight.InspectAsync(session, facts, request, cancellationToken)));
            var psql = await ClientTools.FindAsync("psql", facts.ServerMajor, cancellationToken);
            var pgDump = await ClientTools.FindAsync("pg_dump", facts.ServerMajor, cancellationToken);
            findings.AddRange(new[] { psql.Warning, pgDump.Warning }.OfType<Problem>());

            var (name, began) = await NameAsync(request, facts.DatabaseName, cancellationToken);
            await using var environment = await LibpqEnvironment.CreateAsync(request.Url, cancellationToken);
            var unsnapped = new DumpContext(psql, pgDump, environment, "", "", RestrictKey.For(pgDump), request.Options, request.Clock);
            await using var coordinator = await DumpSnapshot.BeginAsync(
                session, identity.SystemIdentifier, unsnapped, [DumpPlanner.Definitions, DumpPlanner.Indexes, DumpPlanner.LargeObjects],
                counter, cancellationToken);
            var context = coordinator.Sessions.Context;
            findings.AddRange(Passed(Preflight.Inspect(coordinator.Inventory, request)));
            findings.AddRange(coordinator.WithoutLocks is { } warning ? [warning] : []);

            counter.Stage("reading");
            counter.Expected = coordinator.Inventory.Tables.Sum(table => table.Bytes);
            var archive = await WriteAsync(request, coordinator, name.Key, counter, cancellationToken);
            await coordinator.Sessions.DisposeAsync();
            var roles = await RoleDefinitions.ReadAsync(session, name.Key, cancellationToken);
            var rolesFile = RolesFile.From(name.Key, roles);
            var read = request.Clock.GetUtcNow();

            // The session held the locks; had it gone, a table could have been altered under the readers.
            await session.ExecuteAsync("COMMIT", cancellationToken);

            counter.Stage("verifying");
            var times = new BackupTimes(began, coordinator.Inventory.Database.SnapshotAt, read, read);
            var draft =
                ManifestBuilder.Build(request, context, coordinator.Inventory, name, archive, rolesFile, findings, counter.Warnings, times);
            await Task.WhenAll(request.Stores.Select(store =>
                Task.Run(() => new ArchiveReader(store, draft).VerifyAsync(cancellationToken), cancellationToken)));

            counter.Stage("committing");
            var manifest = draft with { Times = draft.Times with { Verified = request.Clock.GetUtcNow() } };
            var file = ManifestFile.Write(manifest, request.Key);
            foreach (var store in request.Stores)
            {
                await store.WriteBytesAsync(rolesFile.Key, roles, cancellationToken);
                await store.WriteBytesAsync(BackupManifest.KeyOf(name.Key), file.Bytes, cancellationToken);
            }

            counter.Stage("done");
            return new(
                name.Key, file, [.. request.Stores.Select(store => $"{store.Location}/{name.Key}")], request.Clock.GetUtcNow() - started)
            {
                Problems =
                [
                    .. findings.Concat(ManifestComparison.Against(request.Last, manifest.Tables))
                        .Select(finding => finding with { State = "the backup was taken and verified" }),
                ],
            };
        }
    }

    // Names have whole seconds: a backup that begins in another one's second waits for the next. The lock is held, so no one else takes it.
    static async Task<(BackupName Name, DateTimeOffset Began)> NameAsync(
        BackupRequest request, string database, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var now = request.Clock.GetUtcNow();
            var name = BackupName.For(database, request.Environment, now);
            if (attempt == NameAttempts || !await IsTakenAsync(request.Stores, name.Key, cancellationToken))
            {
                return (name, now);
            }

            await Task.Delay(name.Time.AddSeconds(1) - now + TimeSpan.FromMilliseconds(1), request.Clock, cancellationToken);
        }
    }

    static async Task<bool> IsTakenAsync(IEnumerable<IObjectStore> stores, string key, CancellationToken cancellationToken)
    {
        foreach (var store in stores)
        {
            if (await store.HeadAsync(key, cancellationToken) is not null
                || await store.HeadAsync(BackupManifest.KeyOf(key), cancellationToken) is not null)
            {
                return true;
            }
        }

        return false;
    }

    static async Task<WrittenArchive> WriteAsync(
        BackupRequest request, DumpSnapshot coordinator, string key, ProgressCounter counter, CancellationToken cancellationToken)
    {
        var context = coordinator.Sessions.Context;
        var options = context.Options;
        var parts = DumpPlanner.Cut(coordinator.Inventory, options, context.Encoding, context.RestrictKey);
        var memberBytes = (int)Math.Clamp(counter.Expected / MostMembers, options.MemberBytes, 64 << 20);
        var writers = new List<IObjectWriter>();
        try
        {
            foreach (var store in request.Stores)
            {
                writers.Add(await store.CreateAsync(key, cancellationToken));
            }

            var archive = await new ArchiveRun(coordinator.Sessions, parts, options.JobsOrDefault, memberBytes, counter).RunAsync(
                async (block, token) =>
                {
                    foreach (var writer in writers)
                    {
                        await writer.WriteAsync(block, token);
                    }
                },
                cancellationToken);
            foreach (var writer in writers)
            {
                await writer.CompleteAsync(cancellationToken);
            }

            return archive;
        }
        finally
        {
            foreach (var writer in writers)
            {
                await writer.DisposeAsync();
            }
        }
    }

    static Problem[] Passed(IEnumerable<Problem> found)
    {
        var problems = found.ToArray();
        var blocking = problems.Where(problem => problem.IsBlocking).ToArray();
        return blocking switch
        {
            [] => problems,
            [var one] => throw new GateException(one),
            [var first, .. var others] => throw new GateException(first with
            {
                Cause = $"{first.Cause}; also: {string.Join(' ', others.Select(other => $"{other.Code} {other.Message}"))}",
            }),
        };
    }
}
