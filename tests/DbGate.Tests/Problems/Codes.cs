using System.Reflection;
using System.Text.RegularExpressions;
using DbGate.Problems;

namespace DbGate.Tests.Problems;

public sealed partial class Codes
{
    internal static readonly ProblemCode[] All =
    [
        .. new[] { typeof(ProblemCode).Assembly,
            typeof(DbGate.GitHub.GitHubPublisher).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(ProblemCode))
            .Select(field => (ProblemCode)field.GetValue(null)!),
    ];

    [Test]
    public void Are_unique() => Assert.That(All.Select(code => code.Id), Is.Unique);

    [Test]
    public void Are_DBG_and_four_digits() => Assert.That(All.Select(code => code.Id), Has.All.Matches<string>(Shape().IsMatch));

    [Test]
    public void Have_a_page_each() =>
        Assert.That(
            All.Where(code => !File.Exists(Path.Combine(Repository.Root, code.HelpPage))).Select(code => code.HelpPage), Is.Empty,
            "copy docs/problems/DBG0112.md and write what it means, why it blocks, the fix and the prevention");

    [GeneratedRegex(@"^DBG0[0-9]{3}$")]
    private static partial Regex Shape();
}
