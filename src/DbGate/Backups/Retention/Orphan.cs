namespace DbGate.Backups.Retention;

/// <summary>Something in the store that is no backup and takes space.</summary>
/// <param name="Key">The object, or the object that was to be.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Since">By the store's clock.</param>
/// <param name="Sweep">Whether a run would delete it.</param>
/// <param name="Reason">Why it would, or would not.</param>
sealed record Orphan(string Key, OrphanKind Kind, DateTimeOffset Since, bool Sweep, string Reason);

/// <summary>Kinds of leftovers.</summary>
enum OrphanKind
{
    /// <summary>An archive without a manifest.</summary>
    Archive,

    /// <summary>A manifest without its archive.</summary>
    Manifest,

    /// <summary>A multipart upload or temporary file that was never completed.</summary>
    Upload,
}
