using System.Collections.Frozen;
using System.Globalization;

namespace DbGate.Releases.Approvals;

/// <summary>
/// The tables behind <see cref="UnicodeName"/>: the program runs without ICU (invariant globalization), where
/// <see cref="string.Normalize()"/> returns its input. Read once, and only for a name that is not ASCII.
/// </summary>
/// <param name="Decompositions">Full compatibility decompositions (NFKD) without those of Hangul syllables, which are computed.</param>
/// <param name="Classes">Combining classes that are not 0.</param>
/// <param name="Compositions">Composites by the pair of code points that they are made from.</param>
/// <param name="Foldings">Full case folding.</param>
sealed record UnicodeData(
    FrozenDictionary<int, int[]> Decompositions,
    FrozenDictionary<int, int> Classes,
    FrozenDictionary<(int First, int Second), int> Compositions,
    FrozenDictionary<int, int[]> Foldings)
{
    static readonly Lazy<UnicodeData> Loaded = new(Load);

    public static UnicodeData Instance => Loaded.Value;

    static UnicodeData Load()
    {
        using var reader = new StreamReader(typeof(UnicodeData).Assembly.GetManifestResourceStream("unicode.txt")!);
        var sections = new Dictionary<string, Dictionary<int, int[]>>();
        var (section, values) = ("", new Dictionary<int, int[]>());
        while (reader.ReadLine() is { } line)
        {
            if (line is ['[', .. var name, ']'])
            {
                (section, sections[name]) = (name, values = []);
            }
            else if (line is not ['#', ..])
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                var at = Hex(line[..colon]);
                foreach (var value in line[(colon + 1)..].Split('|'))
                {
                    // Combining classes are decimal, everything else is a list of code points.
                    values[at++] =
                        section == "classes" ? [int.Parse(value, CultureInfo.InvariantCulture)] : [.. value.Split(' ').Select(Hex)];
                }
            }
        }

        return new UnicodeData(
            sections["decompositions"].ToFrozenDictionary(),
            sections["classes"].ToFrozenDictionary(one => one.Key, one => one.Value[0]),
            sections["compositions"].ToFrozenDictionary(one => (one.Value[0], one.Value[1]), one => one.Key),
            sections["foldings"].ToFrozenDictionary());
    }

    static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
