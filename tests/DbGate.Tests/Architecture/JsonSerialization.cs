using System.Text.RegularExpressions;

namespace DbGate.Tests.Architecture;

/// <summary>
/// JSON is read and written by code that is generated at compile time: it starts faster, and a renamed member is a compile error.
/// </summary>
public sealed partial class JsonSerialization
{
    [Test]
    public void Uses_no_reflection()
    {
        var library = Path.Combine(Repository.Root, "src");
        var calls = ((string[])["DbGate", "DbGate.GitHub", "DbGate.Service"])
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(library, project), "*.cs", SearchOption.AllDirectories))
            .Select(file => (File: Path.GetRelativePath(library, file).Replace('\\', '/'), Text: File.ReadAllText(file)))
            .SelectMany(source => Call()
            .Matches(source.Text)
            .Where(call => !Generated().IsMatch(call.Value))
            .Select(call => $"{source.File}: {call.Value}"));

        Assert.That(calls, Is.Empty);
    }

    [GeneratedRegex(@"(?:\bJsonSerializer\.\w+|\bReadFromJsonAsync|\bJsonContent\.Create)\b[^;]*")]
    private static partial Regex Call();

    /// <summary>The type's information is an argument, such as <c>PlanJson.Default.Plan</c>.</summary>
    [GeneratedRegex(@"\w+Json\.(?:Default|Readable)\.\w+|\btype\b")]
    private static partial Regex Generated();
}
