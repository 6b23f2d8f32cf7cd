using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DbGate.Releases.Approvals;

/// <summary>
/// A person's name in one spelling: normal form KC, without white space around it, one blank inside, compared with folded case. A name with
/// invisible characters, with combining marks that belong to no letter, or with letters of several alphabets is not one.
/// </summary>
static partial class PersonName
{
    const int LongestName = 100;

    // Letters of other scripts that look like Latin ones, upper and lower case, each behind the letter that it looks like.
    const string Lookalikes =
        "aаɑαӑ bвβƅ cсϲ dԁ eеεҽ gɡ hһнң iіιıӏ jјϳ kкκ lⅼ1| mмμ nոηпɴ oоοօ0 pрρ qԛ rгʀ sѕʂ tтτ uυսц vѵν wԝшω xхχ yуγүʏ zζʐ";

    static readonly Dictionary<Rune, Rune> Latin = Lookalikes.Split(' ')
        .SelectMany(group => group.EnumerateRunes().Skip(1).Select(rune => KeyValuePair.Create(rune, group.EnumerateRunes().First())))
        .ToDictionary();

    /// <summary>The name as it is stored and displayed.</summary>
    public static string Normalize(string name) => Blanks().Replace(UnicodeName.Compose(Valid(name)).Trim(), " ");

    /// <summary>What two spellings of one name share.</summary>
    public static string Fold(string name) => Normalize(UnicodeName.FoldCase(Normalize(UnicodeName.FoldCase(Normalize(name)))));

    public static bool AreSame(string one, string other) => Fold(one) == Fold(other);

    public static bool IsIn(string name, IEnumerable<string> names) => names.Any(other => AreSame(name, other));

    /// <summary>True for two names that people would take for one.</summary>
    public static bool AreConfusable(string one, string other) => !AreSame(one, other) && Skeleton(one) == Skeleton(other);

    /// <summary>Why a text is not a name; null when it is one.</summary>
    public static string? Reject(string name) => Normalize(name) switch
    {
        "" => "is empty",
        { Length: > LongestName } => $"is longer than {LongestName} characters",
        var text when text.EnumerateRunes().Any(IsInvisible) || name.Trim().EnumerateRunes().Any(IsInvisible) => "has invisible characters",
        var text when text.EnumerateRunes().Any(IsMark) => "has combining marks",
        var text when !text.EnumerateRunes().Any(Rune.IsLetterOrDigit) => "has no letter and no digit",
        var text when Scripts(text).Distinct().Count() > 1 => "mixes letters of several alphabets",
        _ => null,
    };

    /// <summary>Marks that no letter of Unicode has: a name that contains one can be written in many ways that look the same.</summary>
    static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.EnclosingMark
        || rune.Value is (>= 0x0300 and <= 0x036F) or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20FF)
            or (>= 0xFE20 and <= 0xFE2F);

    /// <summary>Half of a pair of surrogates is no character; it stays visible, so that it is refused.</summary>
    static string Valid(string name) => string.Concat(name.EnumerateRunes());

    static string Skeleton(string name) => string.Concat(Fold(name).EnumerateRunes().Select(rune => Latin.GetValueOrDefault(rune, rune)))
        .Replace("rn", "m", StringComparison.Ordinal).Replace("vv", "w", StringComparison.Ordinal);

    static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate
                or UnicodeCategory.OtherNotAssigned
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFFD
            or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0
            or (>= 0xE0100 and <= 0xE01EF);

    /// <summary>The alphabets that have letters which look like those of another one.</summary>
    static IEnumerable<string> Scripts(string name) => name.EnumerateRunes().Where(Rune.IsLetter).Select(rune => rune.Value switch
    {
        < 0x0250 or (>= 0x1E00 and <= 0x1EFF) => "Latin",
        (>= 0x0250 and <= 0x02AF) => "Phonetic",
        (>= 0x0370 and <= 0x03FF) or (>= 0x1F00 and <= 0x1FFF) => "Greek",
        (>= 0x0400 and <= 0x052F) or (>= 0x1C80 and <= 0x1C8F) or (>= 0x2DE0 and <= 0x2DFF) or (>= 0xA640 and <= 0xA69F) => "Cyrillic",
        (>= 0x0530 and <= 0x058F) => "Armenian",
        (>= 0x13A0 and <= 0x13FF) or (>= 0xAB70 and <= 0xABBF) => "Cherokee",
        _ => "other",
    });

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
