using System.Security.Cryptography;
using System.Text;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Restores;

/// <summary>
/// A plain dump without a manifest. It is read to its end first: whole gzip, and the closing comment that <c>pg_dump</c> writes last. The
/// same bytes, hashed both times, then go through one <c>psql</c> that is confined by a <c>\restrict</c> of DbGate's own: a dump that
/// chooses another database or runs a program ends there.
/// </summary>
class FileMaterial : RestoreInput
{
    const int TailSize = 1024;
    const int HeadSize = 4096;
    const string Footer = "-- PostgreSQL database dump complete";

    static readonly byte[] Gzip = [0x1f, 0x8b];
    static readonly byte[] Custom = "PGDMP"u8.ToArray();

    readonly string path;
    readonly FileStream file;
    readonly bool compressed;
    byte[] sha256 = [];
    int? serverMajor;

    protected FileMaterial(string path, FileStream file, bool compressed) => (this.path, this.file, this.compressed) =
        (path, file, compressed);

    public override string Name => path;

    public override IReadOnlyList<string> NotChecked =>
        ["contents: the file has no manifest, so its expected contents are unknown; only its closing comment was checked"];

    public static async Task<RestoreInput> OpenAsync(string path, RestoreRequest request, CancellationToken cancellationToken)
    {
        if (request.Tables.Count > 0)
        {
            throw RestoreProblems.WrongDatabase(
                $"{path} has no manifest that tells where its tables are.", "restore all of it: --into=NAME, without --table");
        }

        try
        {
            var isFolder = Directory.Exists(path);
            var read = isFolder ? Path.Combine(path, "toc.dat") : path;
            if (isFolder && !File.Exists(read))
            {
                throw RestoreProblems.NoDump(path, "is a folder without toc.dat, which pg_dump writes into each of its own");
            }

            // No one may write to it between the two readings.
            var file = new FileStream(read, FileMode.Open, FileAccess.Read, FileShare.Read, 256 * 1024);
            var first = new byte[Custom.Length];
            var length = await file.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
            if (first.AsSpan(0, length).SequenceEqual(Custom) && CanPgRestore(request.Changes))
            {
                return new PgRestoreMaterial(path, isFolder ? "directory" : "custom", file, request);
            }

            if (!request.Changes.IsNone)
            {
                await file.DisposeAsync();
                throw RestoreProblems.WrongDatabase(
                    $"Nothing can be left out of {path}: it has no manifest.",
                    "Restore all of it. In a dump in pg_dump's custom or directory format, owners and privileges can be left out.");
            }

            return new FileMaterial(path, file, first.AsSpan().StartsWith(Gzip));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw RestoreProblems.NoFile(path, File.Exists(path) ? $"cannot be read: {fault.Message.TrimEnd('.')}" : "does not exist");
        }
    }

    public override Task VerifyAsync(CancellationToken cancellationToken) => Task.Run(() => Verify(cancellationToken), cancellationToken);

    public override Task DemandAsync(Session session, CancellationToken cancellationToken)
    {
        // The first time, before the file was read, nothing is known yet.
        if (serverMajor is { } major)
        {
            Prerequisites.DemandVersion(session, major);
        }

        return Task.CompletedTask;
    }

    public override async Task<IReadOnlyList<Problem>> LoadAsync(
        PostgresUrl url, RestoreRequest request, LoadProgress progress, CancellationToken cancellationToken)
    {
        var psql = await Loading.FindPsqlAsync(url, cancellationToken);
        await using var environment = await LibpqEnvironment.CreateAsync(url, cancellationToken);
        progress.Stage("loading", Length);
        await DedicatedThread.RunAsync(() => Load(new FeedContext(psql, environment, null, request.Options.Deadline), progress,
            cancellationToken));
        var warning = psql.Warning;
        return [
            RestoreProblems.Finding($"{path} has no manifest: its rows could not be compared with anything"),
            .. warning is null ? [] : new[] { warning }];
    }

    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await base.DisposeAsync();
    }

    void Verify(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (head, tail) = (new MemoryStream(), Array.Empty<byte>());
        var lines = new LineLimit(LineLimit.Default);
        try
        {
            ReadText(
                hash,
                bytes =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!lines.Read(bytes))
                    {
                        throw RestoreProblems.LineTooLong(path, lines.Length, LineLimit.Default);
                    }

                    head.Write(bytes[..(int)Math.Min(bytes.Length, HeadSize - Math.Min(HeadSize, head.Length))]);
                    tail =
                        bytes.Length >= TailSize
                            ? bytes[^TailSize..].ToArray()
                            : [.. tail.AsSpan(Math.Max(0, tail.Length + bytes.Length - TailSize)), .. bytes];
                },
                cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            throw RestoreProblems.NoDump(path, $"is damaged: {fault.Message}");
        }

        sha256 = hash.GetHashAndReset();
        var begin = head.GetBuffer().AsSpan(0, (int)head.Length);
        serverMajor = FileKind.ServerMajor(begin);
        if (FileKind.From(begin) is { } kind)
        {
            throw RestoreProblems.NoDump(path, kind);
        }

        if (!Encoding.UTF8.GetString(tail).Contains(Footer, StringComparison.Ordinal))
        {
            throw RestoreProblems.NoDump(path, $"does not end with \"{Footer}\"");
        }
    }

    void Load(FeedContext context, LoadProgress progress, CancellationToken cancellationToken)
    {
        const string What = "the file";
        var key = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 63);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var psql = new PsqlFeed(context, null, cancellationToken);
        psql.Write(Encoding.ASCII.GetBytes($"\\restrict {key}\nSET synchronous_commit = off;\nBEGIN;\n"), What);
        var frame = new DumpFrame(bytes => psql.Write(bytes, What));
        ReadText(
            hash,
            bytes =>
            {
                frame.Write(bytes);
                Report(progress, bytes.Length);
            },
            cancellationToken);
        frame.Complete();
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(sha256))
        {
            throw RestoreProblems.NoDump(path, "changed while it was read");
        }

        psql.Write("COMMIT;\n"u8, What);
        psql.Complete(What);
    }

    /// <summary>Takes a stretch of the dump's text.</summary>
    protected delegate void Take(ReadOnlySpan<byte> bytes);

    /// <summary>The measure of the progress; 0 where it is not known.</summary>
    protected virtual long Length => file.Length;

    /// <summary>Reports how far the loading is.</summary>
    protected virtual void Report(LoadProgress progress, int bytes) => progress.Add((int)(file.Position - progress.Done));

    static bool CanPgRestore(RestoreChanges changes) =>
        !changes.OmitsEventTriggers && changes.Extensions.Count == 0 && changes.Roles.Count == 0;

    /// <summary>Reads the dump's text to its end, and hashes what does not change between two readings.</summary>
    protected virtual void ReadText(IncrementalHash hash, Take take, CancellationToken cancellationToken)
    {
        file.Position = 0;
        using var hashed = new HashingStream(file, hash);
        using var plain = compressed ? new ValidatingGzipStream(hashed) : (Stream)hashed;
        var buffer = new byte[256 * 1024];
        int read;
        while ((read = plain.Read(buffer, 0, buffer.Length)) > 0)
        {
            take(buffer.AsSpan(0, read));
        }
    }
}
