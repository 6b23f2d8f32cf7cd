using System.Text;
using System.Text.RegularExpressions;

namespace DbGate.Backups.Restores;

/// <summary>What a file is that <c>psql</c> cannot load as one database, and what makes it loadable. Pure.</summary>
/// <param name="Is">What it is, to follow the file's name: "is a dump in pg_dump's custom format".</param>
/// <param name="Fix">What to do.</param>
sealed partial record FileKind(string Is, string Fix)
{
    const int TarMagicOffset = 257;
    const string Plain = "Dump the database as plain text: pg_dump --file=FILE.sql DATABASE";

    // First bytes, longest first where one begins with another.
    static readonly (byte[] Magic, FileKind Kind)[] Magics =
    [
        // Within gzip; a file that begins so is read by pg_restore.
        ("PGDMP"u8.ToArray(),
            new("is a compressed dump in pg_dump's custom format", "Decompress it, then restore the result: gunzip FILE.gz")),
        ([0x28, 0xB5, 0x2F, 0xFD], new("is compressed by zstd", "Decompress it, then restore the result: zstd -d FILE")),
        ([0xFD, .. "7zXZ"u8], new("is compressed by xz", "Decompress it, then restore the result: xz -d FILE")),
        ([.. "BZh"u8], new("is compressed by bzip2", "Decompress it, then restore the result: bzip2 -d FILE")),
        ([0x04, 0x22, 0x4D, 0x18], new("is compressed by lz4", "Decompress it, then restore the result: lz4 -d FILE")),
        ([.. "PK"u8, 3, 4], new("is a zip archive", "Unpack it, then restore the dump in it.")),
        ([0xFF, 0xFE], Utf16),
        ([0xFE, 0xFF], Utf16),
        ([.. "SQLite format 3"u8], new("is an SQLite database", Plain)),
    ];

    static FileKind Utf16 => new(
        "is UTF-16 text, as Windows PowerShell's > writes it", "Let pg_dump write the file itself: pg_dump --file=FILE.sql DATABASE");

    /// <summary>Decides from the first bytes.</summary>
    /// <param name="head">The beginning of the file, decompressed where it is gzip; a few KiB.</param>
    /// <returns>Null when it may be a plain dump of one database.</returns>
    public static FileKind? From(ReadOnlySpan<byte> head)
    {
        foreach (var (magic, kind) in Magics)
        {
            if (head.StartsWith(magic))
            {
                return kind;
            }
        }

        if (head.Length > TarMagicOffset + 5 && head[TarMagicOffset..].StartsWith("ustar"u8))
        {
            return new("is a tar archive", "If pg_dump wrote it, convert it, then restore the result: pg_restore --file=FILE.sql FILE");
        }

        var text = Encoding.UTF8.GetString(head);
        return text.Contains("-- MySQL dump", StringComparison.Ordinal) ? new("is a dump of MySQL", Plain)
            : text.Contains("-- MariaDB dump", StringComparison.Ordinal) ? new("is a dump of MariaDB", Plain)
            : text.Contains("-- PostgreSQL database cluster dump", StringComparison.Ordinal)
                ? new("is a dump of a whole server (pg_dumpall)", "Dump the one database: pg_dump --file=FILE.sql DATABASE")
            : CreatesDatabase().IsMatch(text)
                ? new(
                    "creates and connects to a database of its own (pg_dump --create)",
                    @"Dump it without --create, or remove the lines CREATE DATABASE, ALTER DATABASE, DROP DATABASE and \connect.")
            : null;
    }

    /// <summary>The major version of the server that a plain dump was taken from; null when the file does not name it.</summary>
    public static int? ServerMajor(ReadOnlySpan<byte> head) =>
        DumpedFrom().Match(Encoding.UTF8.GetString(head)) is { Success: true } match
            ? int.Parse(match.Groups["major"].Value, System.Globalization.CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(
        @"^(CREATE DATABASE|DROP DATABASE|\\connect)\s",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex CreatesDatabase();

    [GeneratedRegex(@"^-- Dumped from database version (?<major>\d+)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex DumpedFrom();
}
