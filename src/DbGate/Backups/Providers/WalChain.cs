namespace DbGate.Backups.Providers;

/// <summary>The segments that a recovery needs, and which of them an archive lacks. Pure.</summary>
static class WalChain
{
    const int Shown = 5;

    /// <summary>The names of missing segments, at most five, in their order.</summary>
    /// <param name="first">The first one that the base backup needs.</param>
    /// <param name="last">The one that contains the restore point.</param>
    /// <param name="present">What the archive holds.</param>
    /// <param name="size">The segments' size in bytes.</param>
    public static IReadOnlyList<string> Missing(WalSegment first, WalSegment last, IEnumerable<WalSegment> present, long size)
    {
        // After a failover the numbers go on in a newer timeline, within which the switch is not known here.
        var usable = present.Where(one => one.Timeline >= first.Timeline && one.Timeline <= last.Timeline).ToHashSet();
        var numbers = usable.Select(one => one.Number).ToHashSet();
        var missing = new List<string>();
        for (var number = first.Number; number <= last.Number && missing.Count < Shown; number++)
        {
            var isThere = number == last.Number ? usable.Contains(last)
                : number == first.Number ? usable.Contains(first)
                : numbers.Contains(number);
            if (!isThere)
            {
                missing.Add(new WalSegment(number == first.Number ? first.Timeline : last.Timeline, number).Name(size));
            }
        }

        return last.Number < first.Number || last.Timeline < first.Timeline ? [last.Name(size)] : missing;
    }

    /// <summary>How many segments the recovery reads.</summary>
    public static long Count(WalSegment first, WalSegment last) => last.Number < first.Number ? 0 : (long)(last.Number - first.Number) + 1;
}
