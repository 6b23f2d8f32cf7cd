using System.Security.Cryptography;
using System.Text;

namespace DbGate.Migrations;

/// <summary>One directory of the migrations folder.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="Path">Absolute path of its <c>migration.sql</c>.</param>
/// <param name="Checksum">Lower-case hex SHA-256 of the file's text, as ledgers that have one store it; null when the file is
/// missing.</param>
/// <param name="AcceptedChecksums">Checksums that count as unedited: of the text as it is, and with LF and CRLF line ends.</param>
/// <param name="IsUtf8">False when the file holds invalid UTF-8, which a tool may replace silently.</param>
/// <param name="Bytes">The file's length.</param>
sealed record Migration(
    string Name, string Path, string? Checksum, IReadOnlyList<string> AcceptedChecksums, bool IsUtf8, long Bytes)
{
    /// <summary>How places in it are named: the file's name below the migrations folder.</summary>
    internal string ShownAs { get; init; } = $"{Name}/migration.sql";

    /// <summary>Takes the part that is applied out of the file's text, without moving lines; null: all of it.</summary>
    internal Func<string, string>? UpPart { get; init; }

    /// <summary>False for a migration that is code: its SQL is made when it runs.</summary>
    internal bool HasSql { get => field || MigrationScripts.IsProvided(this); init; } = true;

    /// <summary>What the ledger calls it, where that is not its name.</summary>
    internal string? RowName { get; init; }

    /// <summary>The place of the commit that added the file; null when it is not known.</summary>
    internal int? Added { get; init; }

    /// <summary>The migrations that it follows, where they are a graph.</summary>
    internal IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>The migrations that it means, where they were squashed into it.</summary>
    internal IReadOnlyList<string> Replaces { get; init; } = [];

    /// <summary>Its place among the others, compared by ordinal; null: by its name.</summary>
    internal string? Order { get; init; }

    /// <summary>True when a row without a checksum counts as one of this file.</summary>
    internal bool AcceptsNoChecksum { get; init; }

    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The SQL, read now: UTF-8, the BOM kept.</summary>
    /// <exception cref="Problems.GateException">DBG0217: the file is no longer the one that was checked.</exception>
    public Task<string> ReadSqlAsync(CancellationToken cancellationToken) => Task.Run(ReadSql, cancellationToken);

    /// <inheritdoc cref="ReadSqlAsync"/>
    internal string ReadSql()
    {
        var text = Encoding.UTF8.GetString(File.ReadAllBytes(Path));
        return Hash(Strict.GetBytes(text)) == Checksum ? text : throw new Problems.GateException(MigrationProblems.ChangedMeanwhile(this));
    }

    /// <summary>Reads one directory.</summary>
    internal static Migration Read(string directory)
    {
        var name = System.IO.Path.GetFileName(directory);
        var path = System.IO.Path.Combine(directory, "migration.sql");
        if (!File.Exists(path))
        {
            return new Migration(name, path, null, [], true, 0);
        }

        var bytes = File.ReadAllBytes(path);
        var isUtf8 = System.Text.Unicode.Utf8.IsValid(bytes);
        var text = isUtf8 ? bytes : Strict.GetBytes(Encoding.UTF8.GetString(bytes));
        var checksum = Hash(text);
        return new Migration(name, path, checksum, Accepted(text, checksum), isUtf8, bytes.Length);
    }

    /// <summary>Reads a file that is one migration.</summary>
    /// <param name="name">The migration's name.</param>
    /// <param name="path">Absolute path of the file.</param>
    /// <param name="shownAs">The file's name in reports.</param>
    /// <param name="checksums">The checksums that its tool stores for these bytes; null when it stores none.</param>
    internal static Migration ReadFile(string name, string path, string shownAs, Func<byte[], IEnumerable<string>>? checksums)
    {
        var bytes = File.ReadAllBytes(path);
        var isUtf8 = System.Text.Unicode.Utf8.IsValid(bytes);
        var text = isUtf8 ? bytes : Strict.GetBytes(Encoding.UTF8.GetString(bytes));
        return new Migration(
            name, path, Hash(text), checksums is null ? Accepted(text, Hash(text)) : [.. checksums(bytes)], isUtf8,
            bytes.Length) { ShownAs = shownAs, AcceptsNoChecksum = true };
    }

    /// <summary>Some old engines wrote each byte without padding ({:x}), so such a row is shorter than 64 digits.</summary>
    internal bool Matches(string stored) =>
        (AcceptsNoChecksum && stored.Length == 0)
        || AcceptedChecksums.Contains(stored, StringComparer.Ordinal)
        || (stored.Length < 64 && AcceptedChecksums.Any(checksum => Unpadded(checksum) == stored));

    static string[] Accepted(ReadOnlySpan<byte> text, string checksum)
    {
        var hasCarriageReturn = text.Contains((byte)'\r');
        if (!hasCarriageReturn && !text.Contains((byte)'\n'))
        {
            return [checksum];
        }

        var lf = hasCarriageReturn ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("\r\n", "\n")) : text;
        return [checksum, Hash(lf), Hash(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(lf).Replace("\n", "\r\n")))];
    }

    static string Hash(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(SHA256.HashData(text));

    static string Unpadded(string checksum) =>
        string.Concat(checksum.Chunk(2).Select(pair => pair[0] == '0' ? pair[1].ToString() : new string(pair)));
}
