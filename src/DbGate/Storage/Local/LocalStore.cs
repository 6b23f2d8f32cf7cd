using System.Runtime.CompilerServices;
using DbGate.Configuration;
using DbGate.Processes;

namespace DbGate.Storage.Local;

/// <summary>
/// A folder. An object is written under a hidden temporary name with mode 0600, made durable, and given its own name by a hard
/// link, which fails when the name is taken: two writers cannot both win, and no reader sees half an object. Links inside the folder
/// are never followed. The clock is the file system's.
/// </summary>
sealed class LocalStore(string folder) : IObjectStore, IUnfinishedUploads
{
    readonly LocalPaths paths = new(folder);

    public string Location => paths.Root;

    public Task<IObjectWriter> CreateAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = paths.Of(key);
        return Task.FromResult(LocalFaults.Guard<IObjectWriter>(Location, () =>
        {
            paths.MakeFoldersTo(path);
            return IsTaken(path) ? throw StoresProblems.ObjectExists(Location, key) : new LocalWriter(Location, key, path);
        }));
    }

    public Task<Stream> OpenReadAsync(string key, long offset, long? length, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        var path = paths.Of(key);
        return Task.FromResult(LocalFaults.Guard<Stream>(Location, () =>
        {
            if (Describe(key, path) is null)
            {
                throw StoresProblems.ObjectMissing(Location, key);
            }

            var file = new FileStream(path, new FileStreamOptions
            {
                BufferSize = 0,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                Share = FileShare.Read | FileShare.Delete,
            });
            file.Position = offset;
            return length is { } limit ? new LimitedStream(file, limit) : file;
        }));
    }

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = paths.Of(key);
        return Task.FromResult(LocalFaults.Guard(Location, () => Describe(key, path)));
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectKey.RequirePrefix(prefix);
        foreach (var (key, path) in FilesBelow(prefix).Order())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!LocalPaths.IsTemporary(path) && ObjectKey.IsValid(key) && Describe(key, path) is { } found)
            {
                yield return found;
            }
        }
    }

    public Task DeleteAsync(StoredObject target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = paths.Of(target.Key);
        return Task.FromResult(LocalFaults.Guard(Location, () =>
        {
            if (Describe(target.Key, path) is not null)
            {
                File.Delete(path);
                SyncFolderOf(path);
            }

            return true;
        }));
    }

    public async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) =>
        await LocalFaults.GuardAsync(Location, async () =>
        {
            var probe = LocalPaths.TemporaryFor(Path.Join(Location, "clock"));
            paths.MakeFoldersTo(probe);
            try
            {
                await File.WriteAllBytesAsync(probe, [0], cancellationToken);
                return new DateTimeOffset(File.GetLastWriteTimeUtc(probe));
            }
            finally
            {
                File.Delete(probe);
            }
        });

    public async IAsyncEnumerable<UnfinishedUpload> ListUnfinishedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (key, path) in FilesBelow(string.Empty).Order())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (LocalPaths.IsTemporary(path) && File.Exists(path))
            {
                yield return new(paths.KeyOf(LocalPaths.MeantBy(path)), key, new(File.GetLastWriteTimeUtc(path)));
            }
        }
    }

    public Task<bool> AbortAsync(UnfinishedUpload upload, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = Path.GetFullPath(Path.Join(Location, upload.Id));
        return LocalPaths.IsTemporary(path) && FilesBelow(string.Empty).Contains((upload.Id, path))
            ? Task.FromResult(LocalFaults.Guard(Location, () => DeleteUnlessHeld(path)))
            : Task.FromResult(true);
    }

    /// <summary>A living writer holds its file's lock; a killed one does not.</summary>
    static bool DeleteUnlessHeld(string path)
    {
        try
        {
            using var held = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            File.Delete(path);
            return true;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    internal static bool IsTaken(string path) =>
        new FileInfo(path) is var file && (file.Exists || file.LinkTarget is not null || Directory.Exists(path));

    internal static void SyncFolderOf(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Posix.SyncFolder(Path.GetDirectoryName(path)!);
        }
    }

    StoredObject? Describe(string key, string path) =>
        Folders.HasFile(path) && new FileInfo(path) is { Exists: true } file && paths.IsReachedWithoutLinks(path)
            ? new(key, file.Length, new(file.LastWriteTimeUtc), VersionId: null, Sha256: null)
            : null;

    IReadOnlyList<(string Key, string Path)> FilesBelow(string prefix) => LocalFaults.Guard<IReadOnlyList<(string, string)>>(Location, () =>
    {
        var start = Path.Join(Location, prefix[..(prefix.LastIndexOf('/') + 1)]);
        return !Folders.Exists(start) ? [] :
        [
            .. Directory.EnumerateFiles(start, "*", new EnumerationOptions
            {
                AttributesToSkip = FileAttributes.ReparsePoint,
                IgnoreInaccessible = false,
                RecurseSubdirectories = true,
            })
            .Select(path => (Key: paths.KeyOf(path), Path: path))
            .Where(file => file.Key.StartsWith(prefix, StringComparison.Ordinal) && file.Key != IgnoredFolder.FileName),
        ];
    });
}
