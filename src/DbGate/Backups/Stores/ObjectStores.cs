using System.Runtime.CompilerServices;
using DbGate.Backups.Stores.Local;

namespace DbGate.Backups.Stores;

/// <summary>Opens stores. Nothing is contacted before the first use, and no SDK is loaded for a folder.</summary>
public static class ObjectStores
{
    /// <summary>Opens the store that the options name.</summary>
    /// <exception cref="DbGate.Problems.GateException">The options cannot be right: an empty bucket name, a part below 5 MiB.</exception>
    public static IObjectStore Open(StoreOptions options) => options switch
    {
        StoreOptions.Folder folder => OpenFolder(folder),
        _ => throw new ArgumentOutOfRangeException(nameof(options)),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    static LocalStore OpenFolder(StoreOptions.Folder options) =>
        string.IsNullOrWhiteSpace(options.Path)
            ? throw StoresProblems.NotConfigured("The backup folder's name is empty.", "name a folder")
            : new(options.Path);
}
