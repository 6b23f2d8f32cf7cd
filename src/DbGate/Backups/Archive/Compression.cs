using System.Globalization;
using System.IO.Compression;
using DbGate.Backups.Archive.Isal;

namespace DbGate.Backups.Archive;

/// <summary>
/// Chooses how the next member is compressed. By zlib's level that the user fixed; otherwise quickly, by ISA-L where the system has it or
/// zlib's level 2, and by level 6 while the store is the bottleneck and the workers wait for it anyway. zlib's level 1 is never chosen: it
/// is 40 % bigger for 10 % of the time.
/// </summary>
/// <param name="fixedLevel">What the user fixed.</param>
/// <param name="usual">The level of <c>auto</c>; null = the best that the system has.</param>
sealed class Compression(int? fixedLevel, int? usual = null)
{
    /// <summary>Stands for ISA-L among zlib's levels.</summary>
    public const int Isal = 0;

    /// <summary>What <c>auto</c> begins with where there is no ISA-L.</summary>
    public const int Usual = 2;

    /// <summary>What <c>auto</c> takes while the store is slower than the workers.</summary>
    public const int Thorough = 6;

    readonly Lock gate = new();
    readonly int first = fixedLevel ?? usual ?? (IsaL.IsUsable ? Isal : Usual);
    readonly SortedSet<int> used = [];
    bool isThorough;

    /// <summary>The level of the next member.</summary>
    public int Level => Volatile.Read(ref isThorough) ? Thorough : first;

    /// <summary>What was used, for people: "isa-l", "zlib 2", "isa-l, zlib 6".</summary>
    public string Used
    {
        get
        {
            lock (gate)
            {
                return string.Join(", ", used.Select(Name));
            }
        }
    }

    /// <summary>Begins a gzip member, which ends when the stream is disposed; leaves the target open.</summary>
    public Stream Begin(Stream target)
    {
        var level = Level;
        lock (gate)
        {
            used.Add(level);
        }

        return level == Isal
            ? new IsalStream(target)
            : new GZipStream(target, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);
    }

    /// <summary>Reports what share of the last second the workers spent waiting for the store, from 0 to 1.</summary>
    public void Observe(double waitingShare)
    {
        if (fixedLevel is null)
        {
            Volatile.Write(ref isThorough, waitingShare switch
            {
                > 0.5 => true,
                < 0.1 => false,
                _ => isThorough,
            });
        }
    }

    static string Name(int level) => level == Isal ? "isa-l" : string.Create(CultureInfo.InvariantCulture, $"zlib {level}");
}
