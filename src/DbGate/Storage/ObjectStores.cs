using System.Runtime.CompilerServices;
using DbGate.Resilience;
using DbGate.Storage.Gcs;
using DbGate.Storage.Local;
using DbGate.Storage.S3;

namespace DbGate.Storage;

/// <summary>Opens stores. Nothing is contacted before the first use, and no SDK is loaded for a folder.</summary>
public static class ObjectStores
{
    /// <summary>Opens the store that the options name.</summary>
    /// <param name="options">Which store, and how.</param>
    /// <exception cref="DbGate.Problems.GateException">The options are invalid: an empty bucket name, a part below 5 MiB.</exception>
    public static IObjectStore Open(StoreOptions options) => Open(options, null);

    /// <param name="options">Which store, and how.</param>
    /// <param name="retry">How often a request is repeated; null for the default.</param>
    /// <param name="time">Measures the pauses and deadlines; null for the system's clock.</param>
    internal static IObjectStore Open(StoreOptions options, RetryOptions? retry, TimeProvider? time = null) => options switch
    {
        StoreOptions.Folder folder => OpenFolder(folder),
        StoreOptions.S3 bucket => OpenS3(bucket, retry ?? new(), time ?? TimeProvider.System),
        StoreOptions.Gcs bucket => OpenGcs(bucket, retry ?? new(), time ?? TimeProvider.System),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    static LocalStore OpenFolder(StoreOptions.Folder options) =>
        string.IsNullOrWhiteSpace(options.Path)
            ? throw StoresProblems.NotConfigured("The backup folder's name is empty.", "name a folder")
            : new(options.Path);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static S3Store OpenS3(StoreOptions.S3 options, RetryOptions retry, TimeProvider time) => new(options, retry, time);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static GcsStore OpenGcs(StoreOptions.Gcs options, RetryOptions retry, TimeProvider time) => new(options, retry, time);
}
