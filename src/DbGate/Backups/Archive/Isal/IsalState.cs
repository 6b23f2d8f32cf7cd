using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace DbGate.Backups.Archive.Isal;

/// <summary>
/// The memory of one compressing stream: ISA-L's <c>struct isal_zstream</c> and its buffers, at addresses that do not move.
/// </summary>
sealed class IsalState
{
    /// <summary>Plain bytes that are handed to ISA-L at a time.</summary>
    public const int InputSize = 128 * 1024;

    // The structure has 82,384 bytes; what is behind them is left to later versions.
    const int StructSize = 256 * 1024;
    const int OutputSize = 64 * 1024;

    // ISAL_DEF_LVL1_DEFAULT of igzip_lib.h.
    const int LevelSize = 282_624;
    const int Level = 1;
    const short Gzip = 1;

    static readonly ConcurrentBag<IsalState> Spare = [];

    readonly byte[] stream = GC.AllocateArray<byte>(StructSize, pinned: true);
    readonly byte[] level = GC.AllocateArray<byte>(LevelSize, pinned: true);
    readonly byte[] input = GC.AllocateArray<byte>(InputSize, pinned: true);
    readonly byte[] output = GC.AllocateArray<byte>(OutputSize, pinned: true);
    readonly nint address;

    IsalState() => address = Marshal.UnsafeAddrOfPinnedArrayElement(stream, 0);

    /// <summary>Where plain bytes are put.</summary>
    public Span<byte> Input => input;

    /// <summary>Takes one that no one uses, at the begin of a gzip member.</summary>
    public static IsalState Rent()
    {
        var state = Spare.TryTake(out var spare) ? spare : new IsalState();
        IsaL.Initialize(state.address);
        Marshal.WriteInt32(state.address, Offset.Level, Level);
        Marshal.WriteInt32(state.address, Offset.LevelBufferSize, LevelSize);
        Marshal.WriteIntPtr(state.address, Offset.LevelBuffer, Marshal.UnsafeAddrOfPinnedArrayElement(state.level, 0));
        Marshal.WriteInt16(state.address, Offset.GzipFlag, Gzip);
        return state;
    }

    /// <summary>Gives it back.</summary>
    public void Return() => Spare.Add(this);

    /// <summary>Compresses the first bytes of <see cref="Input"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="isLast">The member ends with them.</param>
    /// <param name="target">Takes what comes out.</param>
    public void Deflate(int count, bool isLast, Stream target)
    {
        Marshal.WriteIntPtr(address, Offset.NextIn, Marshal.UnsafeAddrOfPinnedArrayElement(input, 0));
        Marshal.WriteInt32(address, Offset.AvailableIn, count);
        Marshal.WriteInt16(address, Offset.EndOfStream, isLast ? (short)1 : (short)0);
        int room;
        do
        {
            Marshal.WriteIntPtr(address, Offset.NextOut, Marshal.UnsafeAddrOfPinnedArrayElement(output, 0));
            Marshal.WriteInt32(address, Offset.AvailableOut, OutputSize);
            IsaL.Deflate(address);
            room = Marshal.ReadInt32(address, Offset.AvailableOut);
            target.Write(output.AsSpan(0, OutputSize - room));
        }
        while (room == 0);
    }

    // In struct isal_zstream, where pointers have 64 bits.
    static class Offset
    {
        public const int NextIn = 0;
        public const int AvailableIn = 8;
        public const int NextOut = 16;
        public const int AvailableOut = 24;
        public const int Level = 40;
        public const int LevelBufferSize = 44;
        public const int LevelBuffer = 48;
        public const int EndOfStream = 56;
        public const int GzipFlag = 60;
    }
}
