using System.Text;

namespace DbGate.Releases.Approvals;

/// <summary>Normal form KC and case folding, as Unicode defines them (UAX #15, section 3.13 of the standard). Pure.</summary>
static class UnicodeName
{
    const int HangulSyllables = 0xAC00;
    const int HangulCount = 11172;
    const int LeadingBase = 0x1100;
    const int VowelBase = 0x1161;
    const int TrailingBase = 0x11A7;
    const int LeadingCount = 19;
    const int VowelCount = 21;
    const int TrailingCount = 28;

    /// <summary>The text in normal form KC.</summary>
    public static string Compose(string text) => text.All(char.IsAscii) ? text : Text(Compose(Decompose(Runes(text))));

    /// <summary>The text without differences of case, such as <c>ß</c> and <c>ss</c>.</summary>
    public static string FoldCase(string text) =>
        text.All(char.IsAscii)
            ? text.ToLowerInvariant()
            : Text(Runes(text).SelectMany(rune => UnicodeData.Instance.Foldings.GetValueOrDefault(rune) ?? [rune]));

    static IEnumerable<int> Runes(string text) => text.EnumerateRunes().Select(rune => rune.Value);

    static string Text(IEnumerable<int> runes)
    {
        var text = new StringBuilder();
        foreach (var rune in runes)
        {
            text.Append(char.ConvertFromUtf32(rune));
        }

        return text.ToString();
    }

    /// <summary>Decomposes, and sorts each run of combining marks by its classes.</summary>
    static List<int> Decompose(IEnumerable<int> runes)
    {
        var all = runes.SelectMany(Decompose).ToList();
        for (var start = 0; start < all.Count; start++)
        {
            var end = start;
            while (end < all.Count && Class(all[end]) > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                int[] sorted = [.. all.Skip(start).Take(end - start).OrderBy(Class)]; // stable
                all.RemoveRange(start, sorted.Length);
                all.InsertRange(start, sorted);
            }

            start = Math.Max(start, end - 1);
        }

        return all;
    }

    static int[] Decompose(int rune)
    {
        var syllable = rune - HangulSyllables;
        if (syllable is < 0 or >= HangulCount)
        {
            return UnicodeData.Instance.Decompositions.GetValueOrDefault(rune) ?? [rune];
        }

        var trailing = syllable % TrailingCount;
        int[] parts =
            [LeadingBase + syllable / (VowelCount * TrailingCount), VowelBase + syllable % (VowelCount * TrailingCount) / TrailingCount];
        return trailing == 0 ? parts : [.. parts, TrailingBase + trailing];
    }

    static List<int> Compose(List<int> runes)
    {
        var result = new List<int>();
        var starter = -1;
        var last = -1; // the class of what stands between the starter and the next one; -1: nothing
        foreach (var rune in runes)
        {
            var own = Class(rune);
            if (starter >= 0 && last < own && (last != 0 || own != 0) && Composite(result[starter], rune) is { } composite)
            {
                result[starter] = composite;
                continue;
            }

            if (own == 0)
            {
                (starter, last) = (result.Count, -1);
            }
            else
            {
                last = own;
            }

            result.Add(rune);
        }

        return result;
    }

    static int? Composite(int first, int second)
    {
        if (first - LeadingBase is >= 0 and < LeadingCount and var leading && second - VowelBase is >= 0 and < VowelCount and var vowel)
        {
            return HangulSyllables + (leading * VowelCount + vowel) * TrailingCount;
        }

        if (first - HangulSyllables is >= 0 and < HangulCount and var syllable
            && syllable % TrailingCount == 0
            && second - TrailingBase is > 0 and < TrailingCount and var trailing)
        {
            return first + trailing;
        }

        return UnicodeData.Instance.Compositions.TryGetValue((first, second), out var composite) ? composite : null;
    }

    static int Class(int rune) => UnicodeData.Instance.Classes.GetValueOrDefault(rune);
}
