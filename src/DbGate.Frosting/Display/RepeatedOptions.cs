using System.Text.RegularExpressions;

namespace DbGate.Frosting.Display;

/// <summary>
/// Which project and target a run was told of on its command line. The commands in its messages are to be typed in the same folder, and mean the same:
/// without <c>--environment</c> they would go to development. Reports leave it out, so that they do not tell where they were made.
/// </summary>
/// <param name="Given">The options of the command line, without dashes.</param>
sealed partial record RepeatedOptions(IReadOnlyDictionary<string, string> Given)
{
    static readonly string[] Names = ["environment", "project", "database-url-variable", "migrations-folder", "backup-folder"];

    /// <summary>The text with these options in its commands, where they have none of that name.</summary>
    public string Of(string text) => Command().Replace(text, match =>
    {
        var missing = Names.Where(name => Given.ContainsKey(name) && !match.Value.Contains($" --{name}=", StringComparison.Ordinal));
        return $"{match.Value}{string.Concat(missing.Select(name => $" --{name}={Word(Given[name])}"))}";
    });

    static string Word(string value) => Plain().IsMatch(value) ? value : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("""\./build\.sh --target=[a-z][a-z-]*(?: --[a-z][a-z-]*(?:=(?:'[^']*'|[^\s;,)])*)?)*""")]
    private static partial Regex Command();

    [GeneratedRegex("^[A-Za-z0-9_./:@%+-]+$")]
    private static partial Regex Plain();
}
