using System.IO.Hashing;

namespace DbGate.Backups.Archive;

/// <summary>
/// The hash of one row: XXH3 with 128 bits and seed 0 over the row's line as <c>COPY … TO STDOUT</c> (text format) gives it,
/// in the database's own encoding, without the newline. It finds accidents; SHA-256 and the signature are there for malice.
/// </summary>
static class RowHash
{
    /// <summary>The hash of one line.</summary>
    public static UInt128 From(ReadOnlySpan<byte> line) => XxHash128.HashToUInt128(line);
}
