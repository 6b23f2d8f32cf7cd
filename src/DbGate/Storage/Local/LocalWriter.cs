namespace DbGate.Storage.Local;

/// <summary>Writes one file of a <see cref="LocalStore"/>. Holds no buffer of its own.</summary>
sealed class LocalWriter : IObjectWriter
{
    // So much may wait for the disk: it is taken there next to the work, and the flush at the end, which everyone waits for, finds little
    // left.
    const long MostUnflushed = 16 << 20;

    readonly string location;
    readonly string key;
    readonly string path;
    readonly string temporary;
    readonly FileStream file;
    long written;
    long flushedTo;
    Task flushing = Task.CompletedTask;
    bool finished;

    public LocalWriter(string location, string key, string path)
    {
        (this.location, this.key, this.path) = (location, key, path);
        temporary = LocalPaths.TemporaryFor(path);
        file = Open(temporary);
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(finished, this);
        return new(LocalFaults.GuardAsync(location, async () =>
        {
            await file.WriteAsync(bytes, cancellationToken);
            written += bytes.Length;
            await FlushBesideAsync();
            return written;
        }));
    }

    public Task<StoredObject> CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(finished, this);
        cancellationToken.ThrowIfCancellationRequested();
        return LocalFaults.GuardAsync(location, async () =>
        {
            await flushing;
            await Task.Run(() => file.Flush(flushToDisk: true), CancellationToken.None);
            var length = file.Length;
            await file.DisposeAsync();
            if (length != written)
            {
                throw StoresProblems.ContentDiffers(location, key, $"{written} bytes", $"{length} bytes");
            }

            Publish();
            finished = true;
            LocalStore.SyncFolderOf(path);
            return new StoredObject(key, written, new(File.GetLastWriteTimeUtc(path)), VersionId: null, Sha256: null);
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (!finished)
        {
            finished = true;
            await flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await file.DisposeAsync();
            File.Delete(temporary);
        }
    }

    // The system reports of a failed write once: whatever a flush throws is thrown on.
    async ValueTask FlushBesideAsync()
    {
        if (written - flushedTo >= MostUnflushed && flushing.IsCompleted)
        {
            await flushing;
            flushedTo = written;
            flushing = Task.Run(() => RandomAccess.FlushToDisk(file.SafeFileHandle), CancellationToken.None);
        }
    }

    void Publish()
    {
        if (OperatingSystem.IsWindows())
        {
            MoveUnlessTaken();
            return;
        }

        switch (Posix.Link(temporary, path))
        {
            case Posix.LinkOutcome.Taken:
                throw StoresProblems.ObjectExists(location, key);
            case Posix.LinkOutcome.Unsupported:
                ReserveAndRename();
                break;
            case Posix.LinkOutcome.Linked:
            default:
                File.Delete(temporary);
                break;
        }
    }

    void MoveUnlessTaken()
    {
        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (LocalStore.IsTaken(path))
        {
            throw StoresProblems.ObjectExists(location, key);
        }
    }

    /// <summary>For file systems without hard links: an exclusive create decides who wins, and only the winner renames.</summary>
    void ReserveAndRename()
    {
        try
        {
            Open(path).Dispose();
        }
        catch (IOException) when (LocalStore.IsTaken(path))
        {
            throw StoresProblems.ObjectExists(location, key);
        }

        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw;
        }
    }

    static FileStream Open(string path)
    {
        var options = new FileStreamOptions
        {
            Access = FileAccess.Write,
            BufferSize = 0,
            Mode = FileMode.CreateNew,
            Options = FileOptions.Asynchronous,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(path, options);
    }
}
