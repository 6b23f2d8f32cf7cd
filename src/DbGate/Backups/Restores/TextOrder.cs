using DbGate.Backups.Dump;
using DbGate.Backups.Manifests;

namespace DbGate.Backups.Restores;

/// <summary>
/// How a database sorts and compares text. A copy that does it otherwise holds the same rows and returns other results: ranges, ORDER BY,
/// unique comparisons. Pure.
/// </summary>
static class TextOrder
{
    /// <summary>What is different in the copy, one sentence each.</summary>
    /// <param name="source">The source's.</param>
    /// <param name="copy">The copy's; null when it was not read.</param>
    public static IEnumerable<string> Differences(SourceFacts source, DatabaseFacts? copy)
    {
        if (copy is null)
        {
            yield break;
        }

        (string Name, string? Wanted, string? Found)[] properties =
        [
            ("locale provider", source.LocaleProvider, copy.LocaleProvider),
            ("locale", source.Locale, copy.Locale),
            ("LC_COLLATE", source.Collation, copy.Collation),
            ("LC_CTYPE", source.CType, copy.CType),
            ("ICU rules", source.IcuRules, copy.IcuRules),
        ];
        foreach (var (name, wanted, found) in properties.Where(property => property.Wanted != property.Found))
        {
            yield return $"The copy sorts text differently: its {name} is {Shown(found)}, the source's is {Shown(wanted)}.";
        }

        if (source.CollationVersion is { } version
            && copy.CollationVersion is { } there
            && version != there
            && source.LocaleProvider == copy.LocaleProvider)
        {
            yield return $"The collation's version is {there} in the copy and {version} in the source: text may sort differently.";
        }
    }

    static string Shown(string? value) => value is null ? "not set" : $"\"{value}\"";
}
