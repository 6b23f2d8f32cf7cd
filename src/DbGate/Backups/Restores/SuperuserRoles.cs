using System.Text.RegularExpressions;
using DbGate.Backups;
using DbGate.Backups.Archive;

namespace DbGate.Backups.Restores;

/// <summary>
/// The roles of an archive that must be superusers, because they own what only a superuser may: event triggers, foreign data wrappers,
/// subscriptions. The source's first superuser often has another name than a scratch server's.
/// </summary>
static partial class SuperuserRoles
{
    static readonly PartKind[] Kinds = [PartKind.PreData, PartKind.PostData];

    /// <summary>
    /// Finds them in the definitions. A line in a function's body that looks like it makes one superuser too many, on a scratch server.
    /// </summary>
    public static async Task<IReadOnlySet<string>> ReadAsync(ArchiveReader archive, CancellationToken cancellationToken)
    {
        var roles = new HashSet<string>(StringComparer.Ordinal);
        foreach (var kind in Kinds)
        {
            await using var stream = archive.OpenParts(kind);
            using var reader = new StreamReader(stream, archive.Manifest.TextEncoding, detectEncodingFromByteOrderMarks: false);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (Owner(line) is { } role)
                {
                    roles.Add(role);
                }
            }
        }

        return roles;
    }

    internal static string? Owner(string line) => Statement().Match(line) is { Success: true } match
        ? match.Groups["quoted"] is { Success: true, Value: var quoted }
            ? quoted.Replace("\"\"", "\"", StringComparison.Ordinal)
            : match.Groups["plain"].Value
        : null;

    [GeneratedRegex(
        """^ALTER (EVENT TRIGGER|FOREIGN DATA WRAPPER|SUBSCRIPTION) .+ OWNER TO ("(?<quoted>([^"]|"")+)"|(?<plain>[^ ";]+));$""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Statement();
}
