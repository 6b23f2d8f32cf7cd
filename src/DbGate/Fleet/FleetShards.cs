namespace DbGate.Fleet;

/// <summary>Who goes first, and who goes together. Pure.</summary>
/// <param name="Canary">The first wave, one database a shard.</param>
/// <param name="Rest">The others, which begin when the first wave has passed.</param>
sealed record FleetShards(IReadOnlyList<IReadOnlyList<string>> Canary, IReadOnlyList<IReadOnlyList<string>> Rest)
{
    /// <summary>GitHub runs at most 256 jobs of one matrix.</summary>
    public const int Most = 256;

    /// <summary>The first names of the list are the canaries; the others are dealt out, so that neighbours do not go together.</summary>
    public static FleetShards Split(IReadOnlyList<string> names, int canaries, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        var rest = names.Skip(canaries).ToArray();
        var count = Math.Min(Math.Min(shards, Most), rest.Length);
        return new(
            [.. names.Take(canaries).Select(name => new[] { name })],
            [.. Enumerable.Range(0, count).Select(shard => rest.Where((_, index) => index % count == shard).ToArray())]);
    }
}
