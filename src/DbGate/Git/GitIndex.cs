using System.Buffers.Binary;
using System.Text;

namespace DbGate.Git;

/// <summary>
/// The names that git's index holds: the files that are tracked. Read without starting git, which could run commands that its configuration
/// names. Versions 2 to 4 with SHA-1 names; anything else is reported as unknown.
/// </summary>
static class GitIndex
{
    const int HeaderLength = 12;
    const int NameOffset = 62; // ten 32-bit fields, a SHA-1, the flags
    const int FlagsOffset = 60;
    const int ChecksumLength = 20;
    const long LongestIndex = 1L << 30;

    /// <summary>The tracked files, relative to the checkout, with forward slashes; null when they cannot be known.</summary>
    /// <param name="git">The folder that holds the index.</param>
    public static IReadOnlySet<string>? Read(string git)
    {
        try
        {
            var file = new FileInfo(Path.Combine(git, "index"));
            return file is { Exists: true, Length: <= LongestIndex } ? Parse(File.ReadAllBytes(file.FullName)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Read"/>
    public static IReadOnlySet<string>? Parse(ReadOnlySpan<byte> index)
    {
        if (index.Length < HeaderLength + ChecksumLength || !index.StartsWith("DIRC"u8))
        {
            return null;
        }

        var version = BinaryPrimitives.ReadUInt32BigEndian(index[4..]);
        var count = BinaryPrimitives.ReadUInt32BigEndian(index[8..]);
        if (version is < 2 or > 4)
        {
            return null;
        }

        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var previous = Array.Empty<byte>();
        var at = HeaderLength;
        for (var entry = 0u; entry < count; entry++)
        {
            if (Entry(index, version, ref at, ref previous) is not { } name)
            {
                return null;
            }

            names.Add(name);
        }

        return HasOnlyKnownExtensions(index[at..]) ? names : null;
    }

    static string? Entry(ReadOnlySpan<byte> index, uint version, ref int at, ref byte[] previous)
    {
        var start = at;
        if (index.Length < start + NameOffset + ChecksumLength)
        {
            return null;
        }

        var isExtended = (index[start + FlagsOffset] & 0x40) != 0;
        var from = start + NameOffset + (isExtended ? 2 : 0);
        var kept = 0;
        if (version == 4 && !Prefix(index, previous.Length, ref from, out kept))
        {
            return null;
        }

        var length = from < index.Length ? index[from..].IndexOf((byte)0) : -1;
        if (length < 0)
        {
            return null;
        }

        previous = [.. previous.AsSpan(0, kept), .. index.Slice(from, length)];

        // Up to version 3 an entry is padded with 1 to 8 zeros to a multiple of 8 bytes.
        at = version == 4 ? from + length + 1 : start + (((from - start + length) / 8) + 1) * 8;
        return at <= index.Length - ChecksumLength ? Encoding.UTF8.GetString(previous) : null;
    }

    /// <summary>Version 4 leaves out what a name shares with the one before it, and writes how much of that one to drop.</summary>
    static bool Prefix(ReadOnlySpan<byte> index, int previous, ref int at, out int kept)
    {
        kept = 0;
        var drop = 0L;
        for (var digits = 0; digits < 5 && at < index.Length; digits++)
        {
            var part = index[at++];
            drop = (drop << 7) | (uint)(part & 0x7f);
            if ((part & 0x80) == 0)
            {
                kept = previous - (int)drop;
                return kept >= 0;
            }

            drop++;
        }

        return false;
    }

    /// <summary>An extension in lower case changes what the entries mean: "link" for a split index, "sdir" for a sparse one.</summary>
    static bool HasOnlyKnownExtensions(ReadOnlySpan<byte> rest)
    {
        while (rest.Length > ChecksumLength)
        {
            if (rest.Length < 8 || !char.IsAsciiLetterUpper((char)rest[0]))
            {
                return false;
            }

            var length = BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
            if (length > rest.Length - 8)
            {
                return false;
            }

            rest = rest[(8 + (int)length)..];
        }

        return rest.Length == ChecksumLength;
    }
}
