using DbGate.Problems;

namespace DbGate.Tests.Problems;

/// <summary>The address of a problem's page, in every output.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class PageAddresses
{
    static readonly ToolOrigin Released = new("shop/dbgate", new string('a', 40));

    [TestCase(null, "https://github.com/shop/dbgate/blob/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/docs/problems/DBG0401.md")]
    [TestCase("https://docs.example.com/dbgate/", "https://docs.example.com/dbgate/problems/DBG0401.html")]
    [TestCase("https://wiki.example.com/?page={code}", "https://wiki.example.com/?page=DBG0401")]
    [TestCase("javascript:alert(1)", null)]
    [TestCase("docs", null)]
    public void Are_those_of_the_build_or_of_the_process(string? given, string? expected) =>
        Assert.That(ProblemPages.From(given, Released).UrlOf("DBG0401"), Is.EqualTo(expected));

    [Test]
    public void Are_none_where_the_build_does_not_know_where_it_comes_from() =>
        Assert.That(ProblemPages.From(null, ToolOrigin.From(null, null)).UrlOf("DBG0401"), Is.Null);
}
