namespace DbGate.Storage.S3;

/// <summary>
/// How an object of unknown length is cut into parts: small ones first, so that little memory is enough, and larger ones when the
/// object turns out to be large, because S3 takes only so many parts. With parts of 8 MiB: 4000 of them (31 GiB), then 6000 of
/// 32 MiB, 219 GiB in all. Amazon S3 wants no equal parts; stores that do take up to 31 GiB, or a larger first size.
/// </summary>
sealed record PartPlan(int FirstSize)
{
    public const int Smallest = 5 << 20;
    public const int Largest = 512 << 20;
    public const int MostParts = 10_000;

    const int FirstParts = 4_000;
    const int LaterSize = 32 << 20;

    /// <summary>The size of a part by its number, which starts at 1; null when there can be no such part.</summary>
    public int? SizeOf(int number) =>
        number > MostParts ? null
        : number > FirstParts ? Math.Max(FirstSize, LaterSize)
        : FirstSize;

    /// <summary>Buffers of one size: three under way and one being filled, or one and one where the parts have grown.</summary>
    public int BuffersFor(int size) => size == FirstSize ? 4 : 2;
}
