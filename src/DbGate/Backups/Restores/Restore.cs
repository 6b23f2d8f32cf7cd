using System.Globalization;
using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Signing;

namespace DbGate.Backups.Restores;

/// <summary>
/// Restores a backup into a new database, compares it, and only then, if that was asked for and confirmed, lets it take the place of the
/// environment's own, which is kept under another name. Until that moment the environment's database is only looked at.
/// </summary>
static class Restore
{
    const int LongestName = 63;

    const int StampAttempts = 5;

    static readonly string[] Endings = ["_restore_", "_before_restore_"];

    /// <summary>Restores.</summary>
    /// <param name="request">What, and what it is to become.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Stops it; the new database is dropped again.</param>
    /// <exception cref="GateException">
    /// DBG0704: not confirmed. DBG0320 to DBG0326, DBG0706, DBG0707, DBG0715: the backup is refused. DBG0705, DBG0711 to DBG0713, DBG0719:
    /// the server is not fit. DBG0708: loading failed. DBG0714: the exchange failed; the restored database stays. DBG0038: another restore
    /// is under way.
    /// </exception>
    public static async Task<RestoreOutcome> RunAsync(RestoreRequest request, IProgress<RestoreProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.NeedsConfirmation
            && request.Confirmation != RestoreRequest.ConfirmationWord
            && (request.Confirmation, request.Ask) is not (null, not null))
        {
            throw RestoreProblems.NotConfirmed(request.Confirmation);
        }

        if (request is { IsPrepared: true, Into: null })
        {
            throw RestoreProblems.Prepared("The database", "it was not named", "Name it: --into=NAME --prepared");
        }

        if (Pooler.ByUrl(request.Url) is { } pooler)
        {
            throw new GateException(PostgresProblems.Pooled(request.Url, pooler));
        }

        var counter = new LoadProgress(progress, request.Clock);
        await using var material = await OpenAsync(request, cancellationToken);
        if (request.Replaces && material.Source is { } source && source.DatabaseName != request.Url.Database)
        {
            throw RestoreProblems.OtherDatabase(material.Name, source.DatabaseName, request.Url.Database);
        }

        var compares = material.Manifest is not null && request.Tables.Count == 0 && (request.Compares || request.Replaces);
        await using (var first = await MaintenanceAsync(request, cancellationToken))
        {
            await Loading.DemandClientsAsync(first.Session, compares, cancellationToken);
            await material.DemandAsync(first.Session, cancellationToken);
            await ConfirmAsync(request, material, first.Session, cancellationToken);
        }

        var begun = request.Clock.GetTimestamp();
        counter.Stage("verifying");
        await material.VerifyAsync(cancellationToken);

        await using var maintenance = await MaintenanceAsync(request, cancellationToken);
        await using var turn = await AdvisoryLock.AcquireAsync(maintenance.Session, $"restore {request.Url.Database}", cancellationToken);
        counter.Stage("preparing");
        await material.DemandAsync(maintenance.Session, cancellationToken);
        var stamp = await StampAsync(request, maintenance, cancellationToken);
        var name = request.Into ?? Name(request.Url.Database, $"_restore_{stamp}");
        var earlier = await EarlierAsync(maintenance.Session, request.Url.Database, cancellationToken);
        IReadOnlyList<Problem> prepared = request.IsPrepared
            ? await PreparedDatabase.DemandAsync(maintenance.Session, material.Source, cancellationToken)
            : [.. new[] { await maintenance.CreateAsync(name, material.Source, insistOnLocale: true, cancellationToken) }
                .OfType<Problem>()];
        try
        {
            var url = (await SessionReset.ApplyAsync(request.Url, maintenance.Session, cancellationToken)).WithDatabase(name);
            IReadOnlyList<Problem> findings = [.. await material.LoadAsync(url, request, counter, cancellationToken), .. prepared,
                .. earlier];
            var elapsed = request.Clock.GetElapsedTime(begun);
            var comparison = compares
                ? await Comparison.CompareAsync(
                    url, ChangedManifest.From(material.Manifest!, request.Changes), request.Options, counter, cancellationToken)
                : null;
            comparison = comparison is null ? null : comparison with { Problems = request.Waive(comparison.Problems) };
            var outcome =
                new RestoreOutcome(
                    name, null, material.Name, comparison, elapsed, findings,
                    [.. material.NotChecked, .. comparison?.NotChecked ?? [], .. request.Changes.Shown]);
            return request.Replaces && outcome.Holds
                ? await ReplaceAsync(request, outcome, url, maintenance, stamp, counter, cancellationToken) : outcome;
        }
        catch (GateException fault) when (request.IsPrepared)
        {
            throw new GateException(fault.Problem with { State = PreparedDatabase.StateAfterFailure(name) }, fault);
        }
        catch (Exception fault) when (!request.IsPrepared && (fault as GateException)?.Problem.Code != RestoreProblems.SwapCode)
        {
            // Also when cancelled: what is left would be half a database.
            await DropAsync(request.Url, name);
            throw;
        }
    }

    // A host that forbids CREATE DATABASE may allow no other database than the prepared one either.
    static Task<Maintenance> MaintenanceAsync(RestoreRequest request, CancellationToken cancellationToken) =>
        request.IsPrepared
            ? PreparedDatabase.OpenAsync(request.Url.WithDatabase(request.Into!), cancellationToken)
            : Maintenance.OpenAsync(request.Url, cancellationToken);

    // Last of what comes before the long work: the person who confirms knows what will happen, and nothing that can be known stops it
    // afterwards.
    static async Task ConfirmAsync(RestoreRequest request, RestoreInput material, Session session, CancellationToken cancellationToken)
    {
        if (!request.NeedsConfirmation || request.Confirmation is not null || material.Manifest is not { } manifest)
        {
            return;
        }

        var bytes =
            await session.ScalarAsync<long?>("SELECT pg_database_size(oid) FROM pg_database WHERE datname = $1", cancellationToken,
                request.Url.Database)
                ?? 0;
        var taken = manifest.Times.Snapshot;
        var word = await request.Ask!(
            new(
                request.Url.Database, request.Url.Host, bytes, manifest.Archive.Key, taken, request.Clock.GetUtcNow() - taken,
                manifest.Tables.Sum(table => table.Rows), material.IsSigned, Name(request.Url.Database, "_before_restore_…")),
            cancellationToken);
        if (word != RestoreRequest.ConfirmationWord)
        {
            throw RestoreProblems.NotConfirmed(word);
        }
    }

    /// <summary>A database's name with an ending, within PostgreSQL's 63 bytes.</summary>
    internal static string Name(string database, string ending)
    {
        var name = database;
        while (System.Text.Encoding.UTF8.GetByteCount(name) + ending.Length > LongestName)
        {
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        }

        return name + ending;
    }

    // Left by killed restores, or kept on purpose: no one but a person can tell, and they take as much space as the database itself.
    // Names have whole seconds: a restore that begins in another one's second waits for the next. The lock is held, so no other one takes
    // it.
    static async Task<string> StampAsync(RestoreRequest request, Maintenance maintenance, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var now = request.Clock.GetUtcNow().UtcDateTime;
            var stamp = now.ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture);
            var isTaken = false;
            foreach (var ending in Endings)
            {
                isTaken |= await maintenance.ExistsAsync(Name(request.Url.Database, ending + stamp), cancellationToken);
            }

            if (!isTaken || attempt == StampAttempts)
            {
                return stamp;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1001 - now.Millisecond), request.Clock, cancellationToken);
        }
    }

    static async Task<IReadOnlyList<Problem>> EarlierAsync(Session session, string database, CancellationToken cancellationToken)
    {
        var names = await session.QueryAsync(
            """
            SELECT datname FROM pg_catalog.pg_database
            WHERE datname ~ '_(before_)?restore_[0-9]{8}_[0-9]{6}$' AND regexp_replace(datname, '_(before_)?restore_[0-9_]{15}$',
              '') = ANY($1) ORDER BY 1
            """,
            row => row.GetString(0), cancellationToken,
            (object)Endings.Select(ending => Name(database, ending + new string('0', 15))[..^(ending.Length + 15)]).ToArray());
        return names.Count == 0
            ? []
            : [RestoreProblems.Finding(
                $"databases of earlier restores are still on the server: {string.Join(", ", names)}; drop those that are not needed")];
    }

    static async Task<RestoreOutcome> ReplaceAsync(
        RestoreRequest request, RestoreOutcome outcome, PostgresUrl restored, Maintenance maintenance, string stamp, LoadProgress counter,
        CancellationToken cancellationToken)
    {
        counter.Stage("collecting statistics", 0);
        await AnalyzeAsync(restored, cancellationToken);
        counter.Stage("exchanging");
        var former = Name(request.Url.Database, $"_before_restore_{stamp}");
        var swap = new DatabaseSwap(maintenance, request.Url, outcome.Database, former, request.Options.SwapTimeout, request.Clock);
        return await swap.RunAsync(cancellationToken)
            ? outcome with { Database = request.Url.Database, Former = former }
            : outcome with { Database = request.Url.Database };
    }

    // No dump holds the planner's statistics; without them the first queries of the day would be slow.
    static async Task AnalyzeAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        await using var session =
            await Session.OpenAsync(url, new() { ApplicationName = "dbgate restore", CommandTimeout = TimeSpan.FromHours(6) },
                cancellationToken);
        await session.ExecuteAsync("ANALYZE", cancellationToken);
    }

    static async Task DropAsync(PostgresUrl url, string name)
    {
        try
        {
            await using var maintenance = await Maintenance.OpenAsync(url, CancellationToken.None);
            await maintenance.DropAsync(name, CancellationToken.None);
        }
        catch (Exception fault) when (fault is GateException or PostgresFault)
        {
            // The failure that led here is what counts; the leftover's name reports what it is.
        }
    }

    static async Task<RestoreInput> OpenAsync(RestoreRequest request, CancellationToken cancellationToken) =>
        (request.File, request.Backup) switch
    {
        ({ } file, _)
            when System.IO.File.Exists(BackupManifest.KeyOf(file)) =>
                new ArchiveMaterial(await BackupSource.OpenAsync(file, cancellationToken), request),
        ({ } file, _) => await FileMaterial.OpenAsync(file, request, cancellationToken),
        (_, { } backup) => new ArchiveMaterial(await TrustedAsync(backup, cancellationToken), request),
        _ => throw new ArgumentException("Neither a backup nor a file.", nameof(request)),
    };

    // A dump's SQL runs with the restoring role's rights. Unsigned, it is restored only when a person asked for this very one.
    static async Task<BackupSource> TrustedAsync(BackupChoice choice, CancellationToken cancellationToken)
    {
        var source = await BackupSource.FindAsync(choice, cancellationToken);
        return (source.Signature, choice.Key) switch
        {
            (SignatureState.Valid, _) or (_, not null) => source,
            (SignatureState.NotSigned, _) => throw RestoreProblems.NotTrusted(source.Key, signed: false),
            _ => throw RestoreProblems.NotTrusted(source.Key, signed: true),
        };
    }
}
