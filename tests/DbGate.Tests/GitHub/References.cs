using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Reports;
using DbGate.Reports.Actions;
using DbGate.Testing.GitHub;
using DbGate.Texts;

namespace DbGate.Tests.GitHub;

/// <summary>
/// Names of tables, waivers and files are other people's text: on GitHub they notify no one and link nothing. What GitHub would link is
/// found by remark-github, which is not DbGate's (tests/markdown; on a machine without Node.js only CI does that).
/// </summary>
[Parallelizable(ParallelScope.All)]
sealed class References : GitHubFixture
{
    static readonly string[] Hostile =
    [
        "@torvalds", "@acme/owners", "(@torvalds)", "x@torvalds", "ana@example.com", "#1", "closes #1", "GH-1", "gh-1", "acme/shop#1",
        "torvalds#1",
        "8da586f0123456789abcdef0123456789abcdef0", "8da586f", "acme/shop@8da586f", "torvalds@8da586f0",
        "1234567890123456789012345678901234567890", "deadbeef",
        "https://github.com/acme/shop/issues/1", "http://evil.example/phish", "www.evil.example", "ftp://evil.example",
        "HTTPS://evil.example", "mailto:ana@example.com",
        "[x](https://evil.example)", "![x](https://evil.example/x.png)", "<https://evil.example>", "<img src=x onerror=alert(1)>",
        "`@torvalds", "``` @torvalds", "&#64;torvalds", "&commat;torvalds",
        "\\@torvalds", "@\u200btorvalds", "*@torvalds*", "_#1_", "~~@torvalds~~",
    ];

    static string All => string.Join(" | ", Hostile);

    static GateReport Attack => Report(new StepResult
    {
        Summary = All,
        Problems = [.. Hostile.Select(text => Finding(text, $"{text}.sh", 1) with { Cause = text, Fix = text })],
        Facts = [.. Hostile.Select(text => new Fact(text, text))],
        NotChecked = [.. Hostile],
    }) with { WaiversUsed = [new Waiver("DBG0401", "*", All, All, new DateOnly(2099, 1, 1))] };

    [Test]
    public async Task Are_found_by_the_tool_that_looks_for_them()
    {
        var found =
            await FindAsync(
                "@torvalds #1 GH-1 acme/shop#1 8da586f https://evil.example www.evil.example ana@example.com &#64;ben `@code`\n");

        Assert.That(found, Has.Length.EqualTo(9));
    }

    [Test]
    public async Task Are_none_in_a_comment_a_check_run_and_an_issue()
    {
        await PublishedAsync(Attack, PullRequest());
        var overdue =
            new Problem(new ProblemCode("DBG0123", "The last restore test is missing, invalid or too old", ExitCode.Blocked), All);
        await PublishedAsync(
            Report(
                new StepResult { Summary = All, Problems = [overdue] }, "production-safety") with { Target =
                    "postgresql://app@db/%40torvalds%20%231" });

        var output = GitHub.CheckRuns[0]["output"]!;
        string[] markdown =
            [Text(GitHub.Comments.Single(), "body"), output["summary"]!.GetValue<string>(), Text(GitHub.Issues.Single(), "body")];
        string[] plain =
        [
            output["title"]!.GetValue<string>(), Text(GitHub.Statuses[0], "description"), Text(GitHub.Issues.Single(), "title"),
            .. GitHub.Annotations.Values.SelectMany(all => all).Select(annotation => annotation["message"]!.GetValue<string>()),
        ];
        Assert.That((await FindAsync([.. markdown, .. plain.Select(AsMarkdown)])).Where(IsForeign), Is.Empty);
    }

    [Test]
    public async Task Are_none_in_the_answer_to_a_protection_rule_wherever_it_is_cut()
    {
        var waiting =
            File(
                "rule.json",
                """{"environment":"production","deployment_callback_url":"https://api.github.com/repos/acme/shop/actions/runs/99/deployment_protection_rule","repository":{"full_name":"acme/shop"}}""");
        var comments = new List<string>();
        for (var length = 600; length < 900; length += 30)
        {
            var target = $"postgresql://app@db/{new string('x', length)}@torvalds";
            await PublishedAsync(
                Blocked() with { Target = target }, ("DBGATE_GITHUB_PROTECTION_EVENT", waiting), ("DBGATE_GITHUB_PUBLISH", "off"));
            comments.Add(Text(GitHub.ProtectionAnswers.Single(), "comment"));
            GitHub.ProtectionAnswers.Clear();
        }

        Assert.That(comments.Select(comment => comment.Length), Has.All.LessThanOrEqualTo(1024));
        Assert.That((await FindAsync([.. comments])).Where(IsForeign), Is.Empty);
    }

    [Test]
    public async Task Are_none_in_a_runs_summary() =>
        Assert.That((await FindAsync(StepSummary.Render(Attack, null))).Where(IsForeign), Is.Empty);

    [TestCase("8 rows", "8 rows")]
    [TestCase("12345678 rows of 9876543", "12345678 rows of 9876543")]
    [TestCase("20240101000000_init", "20240101000000_init")]
    [TestCase("s3://shop/backups", "s3://shop/backups")]
    [TestCase("issue # one", "issue # one")]
    [TestCase(
        "23ed4f463fe759b829108b98e856bf76783129dbd8cf7a00b231ca9525f0720a",
        "23ed4f463fe759b829108b98e856bf76783129dbd8cf7a00b231ca9525f0720a")]
    [TestCase("@torvalds", "@\u200btorvalds")]
    public void Are_all_that_is_changed(string text, string shown) => Assert.That(MarkdownText.WithoutReferences(text), Is.EqualTo(shown));

    [TestCaseSource(nameof(Hostile))]
    public void Are_changed_once(string text) =>
        Assert.That(MarkdownText.WithoutReferences(MarkdownText.WithoutReferences(text)), Is.EqualTo(MarkdownText.WithoutReferences(text)));

    static bool IsForeign(string link) =>
        !link.EndsWith($"-> https://github.com/{GitHubDouble.Repository}/actions/runs/{RunId}", StringComparison.Ordinal)
            && !link.Contains("/docs/problems/DBG", StringComparison.Ordinal);

    /// <summary>Text of a place where nothing is markup.</summary>
    static string AsMarkdown(string text) => string.Concat(text.Select(c => c is '\\' or '[' or '<' or '&' or '`' ? $"\\{c}" : $"{c}"));

    static async Task<string[]> FindAsync(params string[] texts)
    {
        if (Shell.Find("npm") is null && !Counterpart.IsRequired)
        {
            Assert.Ignore("Node.js is not installed");
        }

        var installed = await new NpmFolder("markdown", "references.mjs").InstallAsync();
        var folder = Directory.CreateTempSubdirectory("dbgate-markdown-").FullName;
        try
        {
            var files = texts.Select((_, index) => Path.Combine(folder, $"{index}.md")).ToArray();
            for (var index = 0; index < texts.Length; index++)
            {
                await System.IO.File.WriteAllTextAsync(files[index], texts[index]);
            }

            var run =
                (await Shell.RunAsync(
                    "node",
                    [Path.Combine(installed, "references.mjs"), Path.Combine(installed, "node_modules"), GitHubDouble.Repository,
                        .. files])).Succeeded();
            return run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
