using System.Text.RegularExpressions;

namespace DbGate.Build.Tests;

/// <summary>What GitHub's hardening guide asks of this repository's own workflows.</summary>
[TestFixtureSource(nameof(Files))]
public sealed partial class Workflows(string file)
{
    readonly string text = File.ReadAllText(Path.Combine(Paths.Root.FullPath, file));

    static IEnumerable<string> Files => Directory
        .EnumerateFiles(Path.Combine(Paths.Root.FullPath, ".github/workflows"), "*.yml")
        .Select(path => Path.GetRelativePath(Paths.Root.FullPath, path));

    [Test]
    public void Pin_foreign_actions_to_a_commit_and_name_its_version() => Assert.That(
        Uses().Matches(text).Select(use => use.Groups["action"].Value.TrimEnd()).Where(use => !use.StartsWith("./", StringComparison.Ordinal)),
        Has.All.Matches<string>(use => Pinned().IsMatch(use)));

    [Test]
    public void Leave_no_credentials_in_the_checkout() =>
        Assert.That(Regex.Count(text, "persist-credentials: false"), Is.EqualTo(Regex.Count(text, "uses: actions/checkout@")));

    [Test]
    public void Grant_permissions_job_by_job() => Assert.That(text, Does.Match(@"(?m)^permissions: \{\}$"));

    [Test]
    public void Put_no_expression_into_a_script() => Assert.That(
        text.Split('\n').Where(line => line.TrimStart().StartsWith("run:", StringComparison.Ordinal) && line.Contains("${{", StringComparison.Ordinal)),
        Is.Empty);

    [GeneratedRegex(@"(?m)^\s*-?\s*uses:\s*(?<action>.+)$")]
    private static partial Regex Uses();

    [GeneratedRegex(@"^[^@]+@[0-9a-f]{40} # v\d+(\.\d+)*$")]
    private static partial Regex Pinned();
}
