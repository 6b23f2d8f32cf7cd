using System.Globalization;

namespace DbGate.GitHub.Drafts;

/// <summary>The first line of what DbGate wrote: people do not see it, and DbGate knows its own by it, and how new it is.</summary>
/// <param name="Kind">What it is of, such as <c>verdict</c>.</param>
/// <param name="Environment">DbGate's environment.</param>
/// <param name="TargetKey">The target.</param>
sealed record Marker(string Kind, string Environment, string TargetKey)
{
    // To the tick, as the verdict's own time: a marker that is cut to milliseconds is older than the verdict that wrote it.
    const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
    const string ReadFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";
    const string End = " -->";

    string Start => $"<!-- dbgate:{Kind}:{Environment}:{TargetKey} ";

    /// <summary>The marker, a line break, and the text.</summary>
    public string Put(string text, DateTimeOffset at) =>
        $"{Start}{at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}{End}\n{text}";

    /// <summary>When this text was written; null when it is not this marker's. A text that quotes the marker further down is not.</summary>
    public DateTimeOffset? Find(string? body) =>
        body is not null && body.StartsWith(Start, StringComparison.Ordinal)
        && body.IndexOf(End, StringComparison.Ordinal) is var end && end >= Start.Length
        && DateTimeOffset.TryParseExact(
            body.AsSpan(Start.Length, end - Start.Length), ReadFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
            out var at)
            ? at
            : null;
}
