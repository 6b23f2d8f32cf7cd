using DbGate.Evidence.Approvals;

namespace DbGate.Tests.Evidence;

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
    [TestCase("Zoe\u0308", "has combining marks or letters with a second spelling")]
    [TestCase("\U0001D41Ana", "has combining marks or letters with a second spelling", Description = "a mathematical b")]
    [TestCase("Zo\u00EB", null)]
    [TestCase("ana", null)]
    [TestCase("Ana Maria Núñez-O'Neill 2", null)]
    [TestCase("Γιώργος", null)]
    [TestCase("Иван", null)]
    [TestCase("山田太郎", null)]
    [TestCase("release-bot[bot]", null)]
    public void Are_refused_when_they_cannot_be_told_apart(string name, string? why) => Assert.That(PersonName.Reject(name), Is.EqualTo(why));

    [TestCase("coco", "\u0441\u043E\u0441\u043E", Description = "all Cyrillic")]
    [TestCase("OTTO", "\u039F\u03A4\u03A4\u039F", Description = "all Greek")]
    [TestCase("bill", "bi11")]
    public void Of_two_alphabets_may_look_alike(string one, string other) => Assert.That(PersonName.AreConfusable(one, other), Is.True);

    [Test]
    public void That_are_not_valid_unicode_are_refused() => Assert.That(PersonName.Reject("ana\uD800"), Is.Not.Null);
}
