using DbGate.Backups.Archive;
using DbGate.Backups.Dump;
using DbGate.Backups.Manifests;
using DbGate.Postgres;

namespace DbGate.Backups;

/// <summary>
/// What a database holds, row by row, at one moment: computed exactly as a backup computes it, so that a restored database can be
/// compared with the manifest.
/// </summary>
sealed record DatabaseDigest
{
    /// <summary>Every table with its digest; the same tables that a backup would hold.</summary>
    public required IReadOnlyDictionary<QualifiedName, TableDigest> Tables { get; init; }

    /// <summary>The large objects' blocks.</summary>
    public required TableDigest LargeObjects { get; init; }

    /// <summary>How many large objects.</summary>
    public required long LargeObjectCount { get; init; }

    /// <summary>All sequences.</summary>
    public required IReadOnlyList<SequenceState> Sequences { get; init; }

    /// <summary>All materialized views.</summary>
    public required IReadOnlyList<MaterializedView> MaterializedViews { get; init; }

    /// <summary>All extensions.</summary>
    public required IReadOnlyList<ExtensionInfo> Extensions { get; init; }

    /// <summary>The database's encoding.</summary>
    public required string Encoding { get; init; }

    /// <summary>How the database sorts and compares text; null when it was not read.</summary>
    internal DatabaseFacts? Database { get; init; }

    /// <summary>What is not valid, and legal.</summary>
    internal SourceState State { get; init; } = new([], []);

    /// <summary>Reads all rows of a database, in parallel, on one snapshot.</summary>
    /// <param name="url">The database.</param>
    /// <param name="options">How many jobs, and the limits.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="Problems.GateException">As <see cref="Backup"/>.</exception>
    public static Task<DatabaseDigest> ReadAsync(
        PostgresUrl url, DumpOptions options, IProgress<BackupProgress>? progress, CancellationToken cancellationToken) =>
        ReadAsync(url, options, null, null, progress, cancellationToken);

    /// <inheritdoc cref="ReadAsync(PostgresUrl, DumpOptions, IProgress{BackupProgress}, CancellationToken)"/>
    /// <param name="url">The database.</param>
    /// <param name="options">How many jobs, and the limits.</param>
    /// <param name="manifest">Whose order of columns is read; null reads each table in its own order.</param>
    /// <param name="inventoryRead">Called when the catalogs and sequences were read, before the first row.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    internal static async Task<DatabaseDigest> ReadAsync(
        PostgresUrl url, DumpOptions options, BackupManifest? manifest, Action? inventoryRead, IProgress<BackupProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            await using var session = await Session.OpenAsync(url, Backup.Coordination, cancellationToken);
            return await ReadAsync(session, url, options, manifest, inventoryRead, new ProgressCounter(progress, TimeProvider.System),
                cancellationToken);
        }
        catch (PostgresFault fault)
        {
            throw DumpProblems.Refused(fault);
        }
    }

    /// <summary>
    /// What differs from the manifest: tables that are missing, superfluous, or hold other rows. Empty when all rows are equal.
    /// </summary>
    public IReadOnlyList<TableDifference> Compare(BackupManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);

        // Partitions that were loaded through their root may hold other rows each; together they hold the same.
        var through = manifest.Tables
            .Where(table => table.LoadedThrough is not null)
            .ToDictionary(table => new QualifiedName(table.Schema, table.Name), table => table.LoadedThrough!);
        QualifiedName Compared(QualifiedName name) => through.GetValueOrDefault(name, name);

        var expected = Sum(manifest.Tables.Select(table => (Compared(new(table.Schema, table.Name)), table.Digest)));
        var found = Sum(Tables.Select(table => (Compared(table.Key), table.Value)));
        return
        [
            .. expected.Keys.Union(found.Keys)
                .Select(name => new TableDifference(
                    name, expected.TryGetValue(name, out var wanted) ? wanted : null,
                    found.TryGetValue(name, out var there) ? there : null))
                .Where(difference => difference.Expected != difference.Found)
                .OrderBy(difference => difference.Table.ToString(), StringComparer.Ordinal),
        ];
    }

    static async Task<DatabaseDigest> ReadAsync(
        Session session, PostgresUrl url, DumpOptions options, BackupManifest? manifest, Action? inventoryRead, ProgressCounter counter,
        CancellationToken cancellationToken)
    {
        await SessionReset.RunAsync(session, cancellationToken);
        var facts = await ServerFacts.ReadAsync(session, cancellationToken);
        var psql = await ClientTools.FindAsync("psql", facts.ServerMajor, cancellationToken);
        var pgDump = await ClientTools.FindAsync("pg_dump", facts.ServerMajor, cancellationToken);
        await using var environment = await LibpqEnvironment.CreateAsync(url, cancellationToken);
        var unsnapped = new DumpContext(psql, pgDump, environment, "", "", RestrictKey.For(pgDump), options, TimeProvider.System);
        await using var coordinator = await DumpSnapshot.BeginAsync(
            session, facts.SystemIdentifier ?? "", unsnapped, [DumpPlanner.LargeObjects], counter, cancellationToken);
        var inventory = InOrderOf(coordinator.Inventory, manifest);
        inventoryRead?.Invoke();

        counter.Stage("reading");
        counter.Expected = inventory.Tables.Sum(table => table.Bytes);
        DumpPart[] parts =
        [
            .. DumpPlanner.Cut(inventory, coordinator.Sessions.Context.Options, coordinator.Sessions.Context.Encoding, null)
                .Where(part => part.Kind is PartKind.Data or PartKind.LargeObjects)
                .Select((part, order) => part with { Order = order }),
        ];
        var done = new IReadOnlyList<DumpSegment>[parts.Length];
        await WorkerPool.RunAsync(
            coordinator.Sessions, parts, coordinator.Sessions.Context.Options.JobsOrDefault, counter,
            (worker, part) => done[part.Order] = worker.Write(part, new DigestSink()),
            _ => Task.CompletedTask, _ => { }, cancellationToken);
        await session.ExecuteAsync("COMMIT", cancellationToken);

        var segments = done.SelectMany(part => part).ToArray();
        return new()
        {
            Tables = Sum(segments.Where(segment => segment.Table is not null)
                .Select(segment => (new QualifiedName(segment.Table!.Schema, segment.Table.Name), segment.Digest))),
            LargeObjects = segments.FirstOrDefault(segment => segment.Kind == PartKind.LargeObjects)?.Digest ?? TableDigest.Empty,
            LargeObjectCount = inventory.LargeObjects,
            Sequences = [.. inventory.Sequences.Select(sequence => sequence.State)],
            MaterializedViews = inventory.MaterializedViews,
            Extensions = inventory.Extensions,
            Encoding = inventory.Database.Encoding,
            State = inventory.State,
            Database = inventory.Database,
        };
    }

    // A restored child of an inherited table has its columns in another order than the source; the rows are compared in the archive's.
    static Inventory InOrderOf(Inventory inventory, BackupManifest? manifest)
    {
        var orders =
            (manifest?.Tables ?? [])
                .Where(table => table.Columns is not null)
                .ToDictionary(table => new QualifiedName(table.Schema, table.Name));
        return orders.Count == 0
            ? inventory
            : inventory with
            {
                Tables =
                [
                    .. inventory.Tables.Select(table => orders.TryGetValue(new(table.Schema, table.Name), out var order)
                        ? table.InOrder(order.Columns!, manifest!.TextEncoding)
                        : table),
                ],
            };
    }

    static Dictionary<QualifiedName, TableDigest> Sum(IEnumerable<(QualifiedName Name, TableDigest Digest)> parts) =>
        parts.GroupBy(part => part.Name).ToDictionary(
            group => group.Key, group => group.Aggregate(TableDigest.Empty, (sum, part) => sum + part.Digest));
}

/// <summary>A table that does not hold what the manifest states.</summary>
/// <param name="Table">Which one.</param>
/// <param name="Expected">What the manifest states; null when the table is not in it.</param>
/// <param name="Found">What the database holds; null when it has no such table.</param>
sealed record TableDifference(QualifiedName Table, TableDigest? Expected, TableDigest? Found)
{
    /// <inheritdoc/>
    public override string ToString() => (Expected, Found) switch
    {
        (null, _) => $"{Table} is not in the backup",
        (_, null) => $"{Table} is missing",
        ({ } expected, { } found)
            when expected.Rows
                != found.Rows => $"{Table} has {found.Rows} {(found.Rows == 1 ? "row" : "rows")}, the backup {expected.Rows}",
        _ => $"{Table} has other contents",
    };
}
