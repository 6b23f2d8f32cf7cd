using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Statements.Parsing;

namespace DbGate.Backups.Restores;

/// <summary>What a restore loads: a backup of a store, or a file that another person made.</summary>
abstract class RestoreInput : IAsyncDisposable
{
    /// <summary>For people.</summary>
    public abstract string Name { get; }

    /// <summary>What it is to hold; null when no one knows.</summary>
    public virtual BackupManifest? Manifest => null;

    /// <summary>What its database must be like; null when no one knows.</summary>
    public SourceFacts? Source => Manifest?.Source;

    /// <summary>Its manifest is signed by the key that is set.</summary>
    public virtual bool IsSigned => false;

    /// <summary>What cannot be compared afterwards.</summary>
    public virtual IReadOnlyList<string> NotChecked => [];

    /// <summary>Reads all of it and demands that it is whole, before anything of it goes to a database.</summary>
    public abstract Task VerifyAsync(CancellationToken cancellationToken);

    /// <summary>Demands of the server what it needs.</summary>
    public virtual Task DemandAsync(Session session, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Loads it into an empty database.</summary>
    public abstract Task<IReadOnlyList<Problem>> LoadAsync(
        PostgresUrl url, RestoreRequest request, LoadProgress progress, CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A backup with its manifest, all of it or single tables.</summary>
sealed class ArchiveMaterial : RestoreInput
{
    readonly BackupSource source;
    readonly IReadOnlyList<ManifestTable> tables;
    readonly IReadOnlyList<QualifiedName> partitioned;
    readonly RestoreChanges changes;
    readonly bool isPrepared;
    readonly string? into;
    TableStatements? statements;

    public ArchiveMaterial(BackupSource source, RestoreRequest request)
    {
        (this.source, changes, isPrepared, into) = (source, request.Changes, request.IsPrepared, request.Into);
        var names = request.Tables;
        var found = new TableChoice(source).Find(names);
        (tables, partitioned) = (found.Tables, found.Partitioned);
    }

    public override string Name => $"{source.Store.Location}/{source.Key}";

    public override BackupManifest Manifest => source.Manifest;

    public override bool IsSigned => source.Signature == SignatureState.Valid;

    public override IReadOnlyList<string> NotChecked => tables.Count == 0
        ? []
        : ["foreign keys, triggers and policies: with single tables they are left out"];

    // Single members are compared as they are read: the rest of the archive need not be fetched for one table.
    public override Task VerifyAsync(CancellationToken cancellationToken)
    {
        if (tables.Count == 0)
        {
            return source.Archive.VerifyAsync(cancellationToken);
        }

        statements = new(source.Archive, tables, partitioned);
        return Task.CompletedTask;
    }

    public override async Task DemandAsync(Session session, CancellationToken cancellationToken)
    {
        await Prerequisites.DemandAsync(session, source.Archive, changes, cancellationToken);
        if (tables.Count == 0)
        {
            await PreloadedLibraries.DemandAsync(session, Manifest, changes, into, cancellationToken);
            await RightsCheck.DemandAsync(session, Manifest, changes, isPrepared, cancellationToken);
        }
    }

    public override async Task<IReadOnlyList<Problem>> LoadAsync(
        PostgresUrl url, RestoreRequest request, LoadProgress progress, CancellationToken cancellationToken)
    {
        if (tables.Count == 0)
        {
            await RightsCheck.TryAsync(url, Manifest, changes, isPrepared, cancellationToken);
            var filter = new StatementFilter(changes, await DatabaseContents.ExtensionsAsync(url, cancellationToken));
            IReadOnlyList<Problem> loaded = await Loading.RunAsync(url, source.Archive, request.Options, filter, progress, Loading.All,
                cancellationToken);
            return changes.IsNone ? loaded : [.. loaded, RestoreProblems.Changed(changes)];
        }

        var picked = statements ?? new(source.Archive, tables, partitioned);
        var findings =
            await Loading.RunAsync(url, source.Archive, request.Options, progress, (load, token) => load.Tables(tables, picked, token),
                cancellationToken);
        await TableComparison.DemandAsync(url, tables, cancellationToken);
        return findings;
    }
}
