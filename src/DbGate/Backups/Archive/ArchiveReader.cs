using System.IO.Compression;
using System.Security.Cryptography;
using DbGate.Backups.Manifests;
using DbGate.Storage;
using DbGate.Configuration;

namespace DbGate.Backups.Archive;

/// <summary>
/// Reads an archive by its manifest: verifies it whole, or hands out the SQL of single parts and tables by ranged reads. Whatever it hands
/// out was compared with the manifest first, member by member: a cut or altered member gives its reader not one byte.
/// </summary>
/// <param name="store">Where the archive is.</param>
/// <param name="manifest">What it is to hold.</param>
sealed class ArchiveReader(IObjectStore store, BackupManifest manifest)
{
    const int ReadSize = 1 << 20;

    readonly IReadOnlyList<ArchiveMember> members = manifest.Members.Expand();

    /// <summary>The manifest.</summary>
    public BackupManifest Manifest => manifest;

    /// <summary>All members, in the order of the file.</summary>
    public IReadOnlyList<ArchiveMember> Members => members;

    string Location => $"{store.Location}/{manifest.Archive.Key}";

    /// <summary>Reads the whole archive and compares its length, its SHA-256 and every member's SHA-256.</summary>
    /// <exception cref="Problems.GateException">DBG0322 or DBG0323: it differs; or the store's own problem.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var head = await store.HeadAsync(manifest.Archive.Key, cancellationToken)
            ?? throw ManifestProblems.ArchiveDiffers(Location, "the archive", "there", "missing");
        if (head.Length != manifest.Archive.Length)
        {
            throw ManifestProblems.ArchiveDiffers(Location, "its length", $"{manifest.Archive.Length} bytes", $"{head.Length} bytes");
        }

        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var one = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var stream = await store.OpenReadAsync(manifest.Archive.Key, 0, null, cancellationToken);
        var buffer = new byte[ReadSize];
        var (member, left) = (0, members.Count > 0 ? members[0].Length : 0);
        int read;
        while ((read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)) > 0)
        {
            // The file's hash and the members' hashes, side by side.
            var ofWhole = Task.Run(() => whole.AppendData(buffer, 0, read), CancellationToken.None);
            try
            {
                (member, left) = AppendMembers(one, buffer.AsSpan(0, read), member, left);
            }
            finally
            {
                await ofWhole;
            }
        }

        if (member < members.Count)
        {
            throw ManifestProblems.MemberDiffers(Location, member, members[member].Offset, "ends too early");
        }

        if (Convert.ToHexStringLower(whole.GetHashAndReset()) is var sha256 && sha256 != manifest.Archive.Sha256)
        {
            throw ManifestProblems.ArchiveDiffers(Location, "its SHA-256", manifest.Archive.Sha256, sha256);
        }
    }

    /// <summary>The table of this name.</summary>
    /// <exception cref="Problems.GateException">DBG0326: there is none.</exception>
    public ManifestTable Table(string schema, string name) =>
        manifest.Tables.FirstOrDefault(table => table.Schema == schema && table.Name == name)
        ?? throw ManifestProblems.NoSuchTable(
            $"{schema}.{name}", manifest.Archive.Key,
            NearestName.From($"{schema}.{name}", manifest.Tables.Select(table => table.ToString())));

    /// <summary>The SQL of one table's rows: one COPY statement for each member. Empty for a table without rows.</summary>
    public Stream OpenTable(ManifestTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new MemberStream(this, table.Members);
    }

    /// <summary>The SQL of all parts of one kind, in the order of the file.</summary>
    public Stream OpenParts(PartKind kind)
    {
        var parts = manifest.Parts.Where(part => part.Kind == kind).ToArray();
        return parts.Length == 0 ? Stream.Null : OpenMembers(parts[0].FirstMember, parts.Sum(part => part.MemberCount));
    }

    /// <summary>
    /// The SQL of consecutive members, read by ranges. Each member is read and compared with its SHA-256 before its first byte is handed
    /// out; a difference is a <see cref="Problems.GateException"/> (DBG0323) from the read. Holds one compressed member in memory.
    /// </summary>
    public Stream OpenMembers(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, members.Count);
        return new MemberStream(this, [new(first, count)]);
    }

    (int Member, long Left) AppendMembers(IncrementalHash sha256, ReadOnlySpan<byte> bytes, int member, long left)
    {
        while (!bytes.IsEmpty)
        {
            if (member == members.Count)
            {
                throw ManifestProblems.ArchiveDiffers(Location, "its length", $"{manifest.Archive.Length} bytes", "longer");
            }

            var taken = (int)Math.Min(bytes.Length, left);
            sha256.AppendData(bytes[..taken]);
            bytes = bytes[taken..];
            left -= taken;
            if (left == 0)
            {
                Compare(member++, sha256.GetHashAndReset());
                left = member < members.Count ? members[member].Length : 0;
            }
        }

        return (member, left);
    }

    void Compare(int member, byte[] sha256)
    {
        if (!sha256.AsSpan().SequenceEqual(members[member].Sha256.Span))
        {
            throw ManifestProblems.MemberDiffers(Location, member, members[member].Offset, "has another SHA-256");
        }
    }

    // Neighbouring members come by one ranged read.
    internal async Task<Stream> OpenCompressedAsync(int first, int count, CancellationToken cancellationToken)
    {
        var last = members[first + count - 1];
        return await store.OpenReadAsync(
            manifest.Archive.Key, members[first].Offset, last.Offset + last.Length - members[first].Offset, cancellationToken);
    }

    // Compressed members are about a megabyte at most, but a single huge row makes a huge member: such a one is spooled to a file.
    internal async Task<Stream> ReadMemberAsync(Stream compressed, int member, CancellationToken cancellationToken)
    {
        var length = members[member].Length;
        Stream spool = length <= MemberStream.LargestInMemory ? new MemoryStream((int)length) : Spool();
        try
        {
            using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[(int)Math.Min(ReadSize, length)];
            for (var left = length; left > 0;)
            {
                var read = await compressed.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
                if (read == 0)
                {
                    throw ManifestProblems.MemberDiffers(Location, member, members[member].Offset, "ends too early");
                }

                sha256.AppendData(buffer, 0, read);
                await spool.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                left -= read;
            }

            Compare(member, sha256.GetHashAndReset());
            spool.Position = 0;
            return new GZipStream(spool, CompressionMode.Decompress);
        }
        catch
        {
            await spool.DisposeAsync();
            throw;
        }
    }

    static FileStream Spool() => new(Path.GetTempFileName(), new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.ReadWrite,
        Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
    });
}
