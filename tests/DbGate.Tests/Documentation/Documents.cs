using System.Text.RegularExpressions;

namespace DbGate.Tests.Documentation;

[Parallelizable(ParallelScope.All)]
public sealed partial class Documents
{
    static IEnumerable<string> Pages =>
        new[] { "README.md" }
            .Concat(Files("docs"))
            .Concat(Files(".github"))
            .Concat(Files("src").Where(file => file.EndsWith("README.md", StringComparison.Ordinal)))
            .Where(file => !file.Contains("/artifacts/", StringComparison.Ordinal));

    [TestCaseSource(nameof(Pages))]
    public void Link_to_files_that_exist(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var broken = Link().Matches(WithoutCode().Replace(File.ReadAllText(Path.Combine(Repository.Root, page)), ""))
            .Select(link => link.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal))
            .Select(target => target.Split('#')[0])
            .Where(target => target.Length > 0 && !Path.Exists(Path.Combine(folder, target)));

        Assert.That(broken, Is.Empty);
    }

    [Test]
    public void Begin_with_a_readme_of_at_most_140_lines() =>
        Assert.That(File.ReadAllLines(Path.Combine(Repository.Root, "README.md")), Has.Length.AtMost(140));

    [Test]
    public void List_every_exit_code_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.That(
            Enum.GetValues<DbGate.Problems.ExitCode>().Select(code => $"\n| {(int)code} | "), Has.All.Matches<string>(readme.Contains));
    }

    static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex WithoutCode();
}
