using System.Text;
using DbGate.Configuration;

namespace DbGate.Tests.Configuration;

[Parallelizable(ParallelScope.All)]
public sealed class Waivers
{
    static IReadOnlyList<Waiver> Parse(string waivers) =>
        ProjectFile.Parse(Encoding.UTF8.GetBytes($$"""{ "waivers": {{waivers}} }""")).Waivers;

    [Test]
    public void Have_a_code_a_scope_a_reason_a_name_and_an_end() =>
        Assert.That(
            Parse("""[{ "check": "DBG0104", "scope": "api/**", "reason": "pooler", "who": "ana", "expires": "2027-01-31" }]"""),
            Is.EqualTo(new[] { new Waiver("DBG0104", "api/**", "pooler", "ana", new DateOnly(2027, 1, 31)) }));

    [Test]
    public void Without_a_scope_cover_everything() =>
        Assert.That(Parse("""[{ "check": "DBG0104", "reason": "r", "who": "w", "expires": "2027-01-31" }]""")[0].Scope, Is.EqualTo("*"));

    [TestCase("{}", "must be a list")]
    [TestCase("[1]", "\"expires\"")]
    [TestCase("""[{ "check": "DBG0104", "reason": "r", "who": "w" }]""", "no \"expires\"", TestName = "A waiver has an end")]
    [TestCase("""[{ "check": "DBG0104", "reason": "r", "who": "w", "expires": "31.1.2027" }]""", "no date: \"31.1.2027\"")]
    [TestCase("""[{ "check": "DBG0104", "reason": "r", "who": "w", "expires": "2027-02-30" }]""", "no date")]
    [TestCase("""[{ "check": "DBG0104", "reason": "", "who": "w", "expires": "2027-01-31" }]""", "\"reason\"")]
    [TestCase("""[{ "check": "DBG0104", "reason": "r", "expires": "2027-01-31" }]""", "no \"who\"")]
    [TestCase("""[{ "reason": "r", "who": "w", "expires": "2027-01-31" }]""", "no \"check\"")]
    [TestCase("""[{ "check": "DBG104", "reason": "r", "who": "w", "expires": "2027-01-31" }]""", "\"DBG104\"")]
    [TestCase(
        """[{ "check": "DBG0104", "scope": ["a"], "reason": "r", "who": "w", "expires": "2027-01-31" }]""", "\"scope\"",
        TestName = "A scope that cannot be read does not become everything")]
    public void That_are_incomplete_are_refused(string waivers, string says) =>
        Assert.That(() => Parse(waivers), Failure.From("DBG0004", problem => problem.Message.Contains(says)));

    [TestCase("2027-01-31T00:00:00Z", false)]
    [TestCase("2027-01-31T23:59:59Z", false)]
    [TestCase("2027-02-01T00:00:00Z", true)]
    [TestCase("2027-02-01T01:00:00+02:00", false)]
    public void Hold_through_their_last_day_in_UTC(string now, bool expired) =>
        Assert.That(
            new Waiver("DBG0104", "*", "r", "w", new DateOnly(2027, 1, 31)).HasExpired(DateTimeOffset.Parse(now)), Is.EqualTo(expired));
}
