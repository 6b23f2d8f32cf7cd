using NUnit.Framework;

namespace DbGate.Testing;

/// <summary>
/// A part of a hand-written page that must state what the code states, between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.
/// <c>DBGATE_ACCEPT=1</c> writes it.
/// </summary>
public static class GeneratedSection
{
    /// <summary>Compares the section with what the code states.</summary>
    /// <param name="page">The page, from the repository's root.</param>
    /// <param name="name">The section.</param>
    /// <param name="expected">What must be between its marks.</param>
    /// <param name="project">The test project that holds the test.</param>
    public static void Matches(string page, string name, string expected, string project = "DbGate.Tests")
    {
        ArgumentNullException.ThrowIfNull(expected);
        var file = Path.Combine(Repository.Root, page);
        var text = File.ReadAllText(file);
        var (start, end) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.That(from >= start.Length && to >= from, Is.True, $"{page} has no section {start}");
        if (Environment.GetEnvironmentVariable("DBGATE_ACCEPT") == "1")
        {
            File.WriteAllText(file, text[..from] + expected + text[to..]);
            return;
        }

        Assert.That(
            text[from..to],
            Is.EqualTo(expected),
            $"the section \"{name}\" of {page} is out of date; write it: "
            + $"DBGATE_ACCEPT=1 dotnet test tests/{project} --filter {TestContext.CurrentContext.Test.ClassName}");
    }
}
