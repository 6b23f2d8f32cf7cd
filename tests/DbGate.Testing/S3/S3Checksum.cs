using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DbGate.Testing.S3;

/// <summary>The <c>x-amz-checksum-*</c> values.</summary>
public static class S3Checksum
{
    static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(index => Entry((uint)index))];

    public static string? From(string name, byte[] bytes) => name switch
    {
        "x-amz-checksum-sha256" => Convert.ToBase64String(SHA256.HashData(bytes)),
        "x-amz-checksum-sha1" => Convert.ToBase64String(SHA1.HashData(bytes)),
        "x-amz-checksum-crc32" => BigEndian(Crc32(bytes)),
        _ => null,
    };

    public static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return ~crc;
    }

    static uint Entry(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        }

        return value;
    }

    static string BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }
}
