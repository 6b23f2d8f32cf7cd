namespace DbGate.Storage;

/// <summary>
/// What a killed process leaves in a store: temporary files, multipart uploads that were never completed. They are no objects,
/// no listing shows them, and they cost space until they are swept.
/// </summary>
interface IUnfinishedUploads
{
    /// <summary>All unfinished uploads under the store's folder or prefix, also those that another process is still writing.</summary>
    IAsyncEnumerable<UnfinishedUpload> ListUnfinishedAsync(CancellationToken cancellationToken);

    /// <summary>Drops one. False when it turned out to be alive; one that is gone already is no error.</summary>
    Task<bool> AbortAsync(UnfinishedUpload upload, CancellationToken cancellationToken);
}

/// <summary>An upload that was begun and not completed.</summary>
/// <param name="Key">The key that its object would have had.</param>
/// <param name="Id">What the store calls it.</param>
/// <param name="StartedAt">When it was begun (for a file: last written to), by the store's clock.</param>
sealed record UnfinishedUpload(string Key, string Id, DateTimeOffset StartedAt);
