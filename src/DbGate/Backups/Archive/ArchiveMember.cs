namespace DbGate.Backups.Archive;

/// <summary>One gzip member of the archive: for table data, whole rows of one table as a COPY statement of their own.</summary>
/// <param name="Offset">Where it begins in the file, in bytes.</param>
/// <param name="Length">Its compressed length in bytes.</param>
/// <param name="PlainLength">The length of the SQL text in it, in bytes.</param>
/// <param name="Digest">Its rows; <see cref="TableDigest.Empty"/> when it holds none.</param>
/// <param name="Sha256">SHA-256 of the compressed bytes.</param>
sealed record ArchiveMember(long Offset, long Length, long PlainLength, TableDigest Digest, ReadOnlyMemory<byte> Sha256);
