using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DbGate.Storage.Gcs;

/// <summary>CRC-32C (Castagnoli) of bytes that come in pieces; a processor instruction on today's machines.</summary>
struct Crc32C
{
    uint state = uint.MaxValue;

    public Crc32C()
    {
    }

    /// <summary>As Google writes it: base64 of the big-endian value.</summary>
    public readonly string Text
    {
        get
        {
            Span<byte> bytes = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, ~state);
            return Convert.ToBase64String(bytes);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var crc = state;
        var whole = bytes.Length & ~(sizeof(ulong) - 1);
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes[..whole]))
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var one in bytes[whole..])
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        state = crc;
    }
}
