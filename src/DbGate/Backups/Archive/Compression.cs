using System.IO.Compression;

namespace DbGate.Backups.Archive;

/// <summary>
/// Chooses zlib's level for the next member. Fixed when the user fixed it; otherwise 2, and 6 while the store is the
/// bottleneck and the workers wait for it anyway. Level 1 is never chosen: it is 40 % bigger for 10 % of the time.
/// </summary>
sealed class Compression(int? fixedLevel)
{
    /// <summary>What <c>auto</c> begins with.</summary>
    public const int Usual = 2;

    /// <summary>What <c>auto</c> takes while the store is slower than the workers.</summary>
    public const int Thorough = 6;

    volatile int level = fixedLevel ?? Usual;
    int lowest = fixedLevel ?? Usual;
    int highest = fixedLevel ?? Usual;

    /// <summary>The level of the next member.</summary>
    public ZLibCompressionOptions Options => new() { CompressionLevel = level };

    /// <summary>The lowest and the highest level that was used.</summary>
    public (int Lowest, int Highest) Used => (lowest, highest);

    /// <summary>Tells what share of the last second the workers spent waiting for the store, from 0 to 1.</summary>
    public void Observe(double waitingShare)
    {
        if (fixedLevel is null)
        {
            level = waitingShare switch
            {
                > 0.5 => Thorough,
                < 0.1 => Usual,
                _ => level,
            };
            (lowest, highest) = (Math.Min(lowest, level), Math.Max(highest, level));
        }
    }
}
