using DbGate.Texts;

namespace DbGate.Reports;

/// <summary>"shop on db.example.com": what people call a target whose URL has a user and parameters, too. Pure.</summary>
/// <param name="Database">Its database; null where the URL is of another form.</param>
/// <param name="Host">Host, and the port unless it is PostgreSQL's own; the whole text where the URL is of another form.</param>
sealed record TargetName(string? Database, string Host)
{
    /// <summary>Reads a target as reports name it.</summary>
    public static TargetName From(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Uri.TryCreate(target, UriKind.Absolute, out var url)
            && url.Scheme is "postgresql" or "postgres"
            && url.Host.Length > 0
            && Uri.UnescapeDataString(url.AbsolutePath.Trim('/')) is { Length: > 0 } database
                ? new(database, url.Port is -1 or 5432 ? url.Host : $"{url.Host}:{url.Port}")
                : new(null, target.Split('?')[0]);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Database is null ? TextSanitizer.Line(Host) : $"{TextSanitizer.Line(Database)} on {TextSanitizer.Line(Host)}";
}
