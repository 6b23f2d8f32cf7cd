using System.Text.RegularExpressions;

namespace DbGate.Tests.Documentation;

/// <summary>The text of pages: words that read as translated are not used.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class Prose
{
    /// <summary>Records of what was stated and done at a time.</summary>
    static readonly string[] Records = ["docs/CHANGELOG.md", "docs/faults.md"];

    static IEnumerable<string> Pages =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
            .Append("README.md")
            .Except(Records);

    [Test]
    public void Has_no_banned_word() =>
        Assert.That(
            Pages.SelectMany(page => Found(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(words => $"{page}: {words}")),
            Is.Empty, "write is, contains, reports, returns, retry, next to, a person who, no one; the word is in [brackets]");

    /// <summary>Pages that a person in trouble reads, and the first page: the longer list.</summary>
    [Test]
    public void Has_none_of_the_words_that_pages_of_problems_avoid() =>
        Assert.That(
            Pages.Where(page => page == "README.md" || page.StartsWith("docs/problems/", StringComparison.Ordinal))
                .SelectMany(page => FoundIn(File.ReadAllText(Path.Combine(Repository.Root, page)), BannedInProblems())
                    .Select(words => $"{page}: {words}")),
            Is.Empty);

    [TestCase("The error says which", "says")]
    [TestCase("A backup without a manifest is none.", "is none")]
    [TestCase("Put the cause right", "Put the cause right")]
    public void Has_the_longer_list_found(string text, string word) =>
        Assert.That(FoundIn(text, BannedInProblems()), Has.Exactly(1).Contains(word));

    [TestCase("The page stands in docs", "stands")]
    [TestCase("Mend the file", "Mend")]
    [TestCase("It is kept beside the archive", "beside")]
    [TestCase("The message tells which", "tells")]
    [TestCase("Whoever approves", "Whoever")]
    public void Has_its_banned_words_found(string text, string word) => Assert.That(Found(text), Has.Exactly(1).Contains(word));

    [TestCase("A recommendation, `stands` in code, and\n\n    a command that tells\n\nand understands.")]
    [TestCase("```sh\n# nobody\n```")]
    public void May_have_them_in_code_and_in_other_words(string text) => Assert.That(Found(text), Is.Empty);

    static IEnumerable<string> Found(string markdown) => FoundIn(markdown, Banned());

    static IEnumerable<string> FoundIn(string markdown, Regex banned)
    {
        var text = Code().Replace(markdown, "");
        return banned.Matches(text)
            .Select(match => $"{text[Math.Max(0, match.Index - 30)..match.Index]}[{match.Value}]"
                + text[(match.Index + match.Length)..Math.Min(text.Length, match.Index + match.Length + 20)])
            .Select(words => words.Replace('\n', ' '));
    }

    // Things do not state, know, believe or speak.
    [GeneratedRegex(
        @"\b(says?|said|believed? in|speaks? of|hands? over|(?<!there )(is|are) none|for good|in earnest|cannot be meant|his own|"
            + @"puts? (the|that|this) \w+ right)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex BannedInProblems();

    [GeneratedRegex("```.*?```|^ {4}[^\n]*$|`[^`\n]*`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(
        @"\b(anew|mend(s|ed|ing)?|beside|for ever|doomed|whoever|somebody|nobody|dearer|one a line|stands?|stood|lies|tells?|told)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Banned();
}
