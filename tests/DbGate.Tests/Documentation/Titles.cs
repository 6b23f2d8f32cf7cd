using System.Text.RegularExpressions;
using DbGate.Gates;

namespace DbGate.Tests.Documentation;

/// <summary>Titles of problems and headings of pages are plain English.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class Titles
{
    /// <summary>Tools, tasks and the program are written as they are typed.</summary>
    static readonly HashSet<string> Names =
    [
        "dbgate", .. TaskCatalog.All.Select(task => task.Name),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "tools"), "*.md")
            .Select(file => Path.GetFileNameWithoutExtension(file)),
    ];

    static IEnumerable<string> Pages =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"));

    [Test]
    public void Of_problems_follow_the_rules() =>
        Assert.That(
            Problems.Codes.All.SelectMany(code => TitleRules.Broken(code.Title).Select(broken => $"{code.Id}: {broken}")), Is.Empty);

    [Test]
    public void Of_problems_differ_from_each_other() => Assert.That(Problems.Codes.All.Select(code => code.Title), Is.Unique);

    [Test]
    public void Of_pages_follow_the_rules()
    {
        var headings = Pages
            .SelectMany(page => Headings(File.ReadAllText(page)).Select(heading => (Page: page, Heading: heading)))
            .ToArray();

        Assert.That(headings, Has.Length.GreaterThan(Problems.Codes.All.Length), "headings are found");
        Assert.That(
            headings.SelectMany(found => TitleRules.Broken(found.Heading, Names)
                .Select(broken => $"{Path.GetRelativePath(Repository.Root, found.Page)}: {broken}")),
            Is.Empty);
    }

    [TestCase("a table is dropped", "does not begin with a capital letter")]
    [TestCase("", "does not begin with a capital letter")]
    [TestCase("A table is dropped.", "ends with .")]
    [TestCase("A new enum value is used in the same transaction that adds it", "has 61 characters")]
    [TestCase("A secret stands where it can be read", "stands")]
    [TestCase("READY_URL is no http or https address", "is no")]
    [TestCase("A table has not the rows that the rehearsal left", "has not")]
    [TestCase("The migrate command said yes", "said")]
    [TestCase("The folder contains files that are no migrations", "are no")]
    [TestCase("Mend the migration", "Mend")]
    [TestCase("Somebody holds locks that the deploy needs", "Somebody")]
    public void That_break_a_rule_are_found(string title, string complaint) =>
        Assert.That(TitleRules.Broken(title), Has.Exactly(1).Contains(complaint));

    [TestCase("There is no migrations folder")]
    [TestCase("The client program has a known vulnerability")]
    [TestCase("COPY FROM stdin in a migration")]
    [TestCase("A recommendation is missing", Description = "\"mend\" inside a word")]
    public void That_follow_the_rules_are_not_reported(string title) => Assert.That(TitleRules.Broken(title), Is.Empty);

    [Test]
    public void Are_read_from_headings_only() =>
        Assert.That(
            Headings("# DBG0001: One\n\ntext\n```sh\n# a comment\n```\n## Two `x` ##\n    # indented\n#no heading\n"),
            Is.EqualTo(new[] { "One", "Two `x`" }));

    [Test]
    public void That_begin_with_a_name_are_not_reported() =>
        Assert.That(TitleRules.Broken("goose", Names).Concat(TitleRules.Broken("`psql` processes", Names)), Is.Empty);

    static IEnumerable<string> Headings(string markdown) =>
        Heading().Matches(Fence().Replace(markdown, "")).Select(match => match.Groups["text"].Value);

    [GeneratedRegex(@"^#{1,6} +(DBG[0-9]{4}: )?(?<text>.*?)( +#+)? *\r?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
