using DbGate.Releases.Approvals;

namespace DbGate.Tests.Releases;

[Parallelizable(ParallelScope.All)]
public sealed class PersonNames
{
    [TestCase("root", "root ")]
    [TestCase("root", " root")]
    [TestCase("root", "root\n")]
    [TestCase("root", "ROOT")]
    [TestCase("root", "ｒｏｏｔ", Description = "full width")]
    [TestCase("Ana  Maria", "ana\tmaria")]
    [TestCase("Γιώργος", "ΓΙΏΡΓΟΣ")]
    [TestCase("José", "Jose\u0301", Description = "a letter and its accent")]
    [TestCase("Zoë", "ZOE\u0308")]
    [TestCase("Nguyễn", "Nguye\u0302\u0303n", Description = "two accents")]
    [TestCase("bna", "\U0001D41Bna", Description = "a mathematical b")]
    [TestCase("fiona", "\uFB01ona", Description = "a ligature")]
    [TestCase("kate", "\u212Aate", Description = "the sign of kelvin")]
    [TestCase("sam", "\u017Fam", Description = "a long s")]
    [TestCase("ana1", "ana\u2460", Description = "a circled digit")]
    [TestCase("anaª", "anaA")]
    [TestCase("Groß", "GROSS")]
    [TestCase("Οδυσσεύς", "ΟΔΥΣΣΕΎΣ", Description = "a final sigma")]
    [TestCase("ヤマダ", "ﾔﾏﾀﾞ", Description = "half width")]
    [TestCase("한나", "\u1112\u1161\u11AB\u1102\u1161", Description = "Hangul by its parts")]
    [TestCase("\u00C5sa", "\u212Bsa", Description = "the sign of angstrom")]
    public void Have_one_spelling(string one, string other) => Assert.That(PersonName.AreSame(one, other), Is.True);

    [TestCase("ana", "anna")]
    [TestCase("ana", "ána")]
    [TestCase("Γιώργος", "Γιάννης")]
    public void Of_two_people_differ(string one, string other) =>
        Assert.That((PersonName.AreSame(one, other), PersonName.AreConfusable(one, other)), Is.EqualTo((false, false)));

    [TestCase("", "is empty")]
    [TestCase(" \t\n", "is empty")]
    [TestCase("root\u200B", "has invisible characters")]
    [TestCase("\u202Etoor", "has invisible characters")]
    [TestCase("ro\u00ADot", "has invisible characters")]
    [TestCase("root\u3164", "has invisible characters")]
    [TestCase("root\uFE0F", "has invisible characters")]
    [TestCase("ro\u0001ot", "has invisible characters")]
    [TestCase("r\u043E\u043Et", "mixes letters of several alphabets")]
    [TestCase("\u0391na", "mixes letters of several alphabets")]
    [TestCase("Zoq\u0308", "has combining marks", Description = "no letter has both")]
    [TestCase("ana\u20DD", "has combining marks", Description = "a circle around it")]
    [TestCase(".", "has no letter and no digit")]
    [TestCase("- _", "has no letter and no digit")]
    [TestCase("\u30FC", null, Description = "a letter: the long mark of katakana")]
    [TestCase("\U0001F600", "has no letter and no digit")]
    [TestCase("Zoe\u0308", null)]
    [TestCase("\U0001D41Ana", null, Description = "a mathematical a")]
    [TestCase("Zo\u00EB", null)]
    [TestCase("ana", null)]
    [TestCase("Ana Maria Núñez-O'Neill 2", null)]
    [TestCase("Γιώργος", null)]
    [TestCase("Иван", null)]
    [TestCase("山田太郎", null)]
    [TestCase("release-bot[bot]", null)]
    public void Are_refused_when_they_cannot_be_told_apart(string name, string? why) =>
        Assert.That(PersonName.Reject(name), Is.EqualTo(why));

    [TestCase("coco", "\u0441\u043E\u0441\u043E", Description = "all Cyrillic")]
    [TestCase("OTTO", "\u039F\u03A4\u03A4\u039F", Description = "all Greek")]
    [TestCase("bill", "bi11")]
    [TestCase("marc", "rnarc")]
    [TestCase("walter", "vvalter")]
    [TestCase("\u0441\u043E\u0441\u043E", "ＣＯＣＯ", Description = "Cyrillic, and full width")]
    public void Of_two_alphabets_may_look_alike(string one, string other) => Assert.That(PersonName.AreConfusable(one, other), Is.True);

    /// <summary>
    /// Texts of up to six random letters, marks and syllables, and their normal form as Python's <c>unicodedata</c> gives it.
    /// </summary>
    [Test]
    public void Are_in_normal_form_kc()
    {
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "DbGate.Tests", "Releases", "unicode-samples.txt")))
        {
            var (text, expected) = line.Split(';') is [var one, var other] ? (Text(one), other) : throw new InvalidDataException(line);
            Assert.That(
                string.Join(' ', UnicodeName.Compose(text).EnumerateRunes().Select(rune => rune.Value.ToString("X"))),
                Is.EqualTo(expected), line);
        }

        static string Text(string hex) => string.Concat(hex.Split(' ').Select(one => char.ConvertFromUtf32(Convert.ToInt32(one, 16))));
    }

    [Test]
    public void That_are_not_valid_unicode_are_refused() => Assert.That(PersonName.Reject("ana\uD800"), Is.Not.Null);
}
