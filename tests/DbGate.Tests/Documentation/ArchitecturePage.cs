using System.Text.RegularExpressions;

namespace DbGate.Tests.Documentation;

/// <summary>docs/architecture.md leads through files that exist.</summary>
[Parallelizable(ParallelScope.All)]
public sealed partial class ArchitecturePage
{
    const int MostFiles = 12;

    static readonly string[] Sections = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md")).Split("\n## ")[1..];

    [Test]
    public void Names_only_files_that_exist() => Assert.That(
        Sections.SelectMany(FilesOf).Where(file => !Path.Exists(Path.Combine(Repository.Root, file))), Is.Empty);

    [Test]
    public void Walks_through_three_flows_of_at_most_12_files() => Assert.That(
        Sections.Where(section => section.Contains("\n1. ", StringComparison.Ordinal))
            .Select(section => FilesOf(section).Distinct().Count()),
        Has.Exactly(3).Items.And.All.InRange(5, MostFiles));

    static IEnumerable<string> FilesOf(string section) => SourceFile().Matches(section).Select(match => match.Groups["file"].Value);

    [GeneratedRegex("`(?<file>(?:src|build|tests|docs)/[^`]*)`")]
    private static partial Regex SourceFile();
}
