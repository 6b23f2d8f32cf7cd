namespace DbGate.CommandGuard;

/// <summary>Brings the places that could not be followed into order, and leaves out those that only repeat others. Pure.</summary>
static class NotFollowedOrder
{
    /// <summary>Each place once; what blocks first, then by nearness to production, then by place.</summary>
    public static IReadOnlyList<NotFollowed> From(IEnumerable<NotFollowed> places) =>
    [
        .. places.Where(place => place.Context != PathClass.Ignored)
            .GroupBy(place => (place.Location.File, place.Text, place.Reason))
                .Select(same => same.OrderBy(Rank).ThenBy(place => place.Location.Line).First())
            .OrderBy(Rank).ThenBy(place => place.Location.File.Count(c => c == '/'))
                .ThenBy(place => place.Location.File, StringComparer.Ordinal).ThenBy(place => place.Location.Line)
                .ThenBy(place => place.Reason, StringComparer.Ordinal),
    ];

    /// <summary>Lower is nearer to production.</summary>
    public static int Rank(NotFollowed place) => (place.Blocks ? 0 : 10) + place.Context switch { PathClass.Production => 0,
        PathClass.Unknown => 1, PathClass.Development => 2, _ => 3 };
}
