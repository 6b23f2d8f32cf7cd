using System.Globalization;

namespace DbGate.GitHub.Drafts;

/// <summary>
/// The time of a verdict at the end of the address that a status shows: <c>…/actions/runs/7#dbgate-20261130T091652.1234567Z</c>. GitHub's
/// own time of a status is that of its publication, which for a kept verdict is later than that of a newer one.
/// </summary>
static class Stamp
{
    const string Start = "#dbgate-";
    const string TimeFormat = "yyyyMMdd'T'HHmmss.fffffff'Z'";

    public static string Put(string page, DateTimeOffset at) =>
        $"{page}{Start}{at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}";

    /// <summary>Null when the address is not one of a verdict.</summary>
    public static DateTimeOffset? Find(string? page) =>
        page?.LastIndexOf(Start, StringComparison.Ordinal) is { } start and >= 0
        && DateTimeOffset.TryParseExact(
            page.AsSpan(start + Start.Length), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : null;
}
