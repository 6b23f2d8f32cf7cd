using System.Security.Cryptography;
using System.Text;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Restores;

/// <summary>
/// A plain dump without a manifest. It is read to its end first: whole gzip, and the closing comment that <c>pg_dump</c> writes last. The same
/// bytes, hashed both times, then go through one <c>psql</c> that is confined by a <c>\restrict</c> of DbGate's own: a dump that chooses another
/// database or runs a program ends there.
/// </summary>
sealed class FileMaterial : Material
{
    const int TailSize = 1024;
    const int HeadSize = 4096;
    const string Footer = "-- PostgreSQL database dump complete";

    static readonly byte[] Gzip = [0x1f, 0x8b];

    readonly string path;
    readonly FileStream file;
    readonly bool compressed;
    byte[] sha256 = [];
    int? serverMajor;

    FileMaterial(string path, FileStream file, bool compressed) => (this.path, this.file, this.compressed) = (path, file, compressed);

    public override string Name => path;

    public override IReadOnlyList<string> NotChecked =>
        ["contents: the file has no manifest, so nobody knows what it should hold; only its closing comment was checked"];

    public static async Task<Material> OpenAsync(string path, RestoreRequest request, CancellationToken ct)
    {
        if (request.Tables.Count > 0)
        {
            throw RestoreProblems.WrongDatabase($"{path} has no manifest that tells where its tables are.", "restore all of it: --into=NAME, without --table");
        }

        try
        {
            // Nobody may write to it between the two readings.
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 256 * 1024);
            var first = new byte[Gzip.Length];
            var read = await file.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, ct);
            return new FileMaterial(path, file, read == first.Length && first.AsSpan().SequenceEqual(Gzip));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw RestoreProblems.NoFile(path, File.Exists(path) ? $"cannot be read: {fault.Message.TrimEnd('.')}" : "does not exist");
        }
    }

    public override Task VerifyAsync(CancellationToken ct) => Task.Run(() => Verify(ct), ct);

    public override Task DemandAsync(Session session, CancellationToken ct)
    {
        // The first time, before the file was read, nothing is known yet.
        if (serverMajor is { } major)
        {
            Prerequisites.DemandVersion(session, major);
        }

        return Task.CompletedTask;
    }

    public override async Task<IReadOnlyList<Problem>> LoadAsync(PostgresUrl url, RestoreRequest request, LoadProgress progress, CancellationToken ct)
    {
        var psql = await Loading.FindPsqlAsync(url, ct);
        await using var environment = await LibpqEnvironment.CreateAsync(url, ct);
        progress.Stage("loading", file.Length);
        await OwnThread.RunAsync(() => Load(new FeedContext(psql, environment, null, request.Options.Deadline), progress, ct));
        var warning = psql.Warning;
        return [RestoreProblems.Finding($"{path} has no manifest: its rows could not be compared with anything"), .. warning is null ? [] : new[] { warning }];
    }

    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await base.DisposeAsync();
    }

    void Verify(CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (head, tail) = (new MemoryStream(), Array.Empty<byte>());
        var lines = new LineLimit(LineLimit.Default);
        try
        {
            Read(hash, bytes =>
            {
                ct.ThrowIfCancellationRequested();
                if (!lines.Read(bytes))
                {
                    throw RestoreProblems.NoDump(path, $"has a line of more than {LineLimit.Default >> 20} MiB outside of the rows of a COPY, which psql would hold in memory");
                }

                head.Write(bytes[..(int)Math.Min(bytes.Length, HeadSize - Math.Min(HeadSize, head.Length))]);
                tail = bytes.Length >= TailSize ? bytes[^TailSize..].ToArray() : [.. tail.AsSpan(Math.Max(0, tail.Length + bytes.Length - TailSize)), .. bytes];
            });
        }
        catch (InvalidDataException fault)
        {
            throw RestoreProblems.NoDump(path, $"is damaged: {fault.Message}");
        }

        sha256 = hash.GetHashAndReset();
        var begin = head.GetBuffer().AsSpan(0, (int)head.Length);
        serverMajor = FileKind.ServerMajor(begin);
        if (FileKind.Of(begin) is { } kind)
        {
            throw RestoreProblems.NoDump(path, kind);
        }

        if (!Encoding.UTF8.GetString(tail).Contains(Footer, StringComparison.Ordinal))
        {
            throw RestoreProblems.NoDump(path, $"does not end with \"{Footer}\"");
        }
    }

    void Load(FeedContext context, LoadProgress progress, CancellationToken ct)
    {
        const string What = "the file";
        var key = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 63);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var psql = new PsqlFeed(context, null, ct);
        psql.Write(Encoding.ASCII.GetBytes($"\\restrict {key}\nSET synchronous_commit = off;\nBEGIN;\n"), What);
        var frame = new DumpFrame(bytes => psql.Write(bytes, What));
        Read(hash, bytes =>
        {
            frame.Write(bytes);
            progress.Add((int)(file.Position - progress.Done));
        });
        frame.Complete();
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(sha256))
        {
            throw RestoreProblems.NoDump(path, "changed while it was read");
        }

        psql.Write("COMMIT;\n"u8, What);
        psql.Complete(What);
    }

    delegate void Take(ReadOnlySpan<byte> bytes);

    void Read(IncrementalHash hash, Take take)
    {
        file.Position = 0;
        using var hashed = new HashingStream(file, hash);
        using var plain = compressed ? new WholeGzipStream(hashed) : (Stream)hashed;
        var buffer = new byte[256 * 1024];
        int read;
        while ((read = plain.Read(buffer, 0, buffer.Length)) > 0)
        {
            take(buffer.AsSpan(0, read));
        }
    }
}
