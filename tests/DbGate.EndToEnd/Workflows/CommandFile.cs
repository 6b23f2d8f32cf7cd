namespace DbGate.EndToEnd.Workflows;

/// <summary>
/// Reads <c>$GITHUB_OUTPUT</c> and <c>$GITHUB_ENV</c> as the runner does: <c>name=value</c>, and <c>name&lt;&lt;delimiter</c> up to its
/// line.
/// </summary>
static class CommandFile
{
    public static Dictionary<string, string> Read(string text)
    {
        var values = new Dictionary<string, string>();
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var (equals, marks) =
                (lines[index].IndexOf('=', StringComparison.Ordinal), lines[index].IndexOf("<<", StringComparison.Ordinal));
            if (marks >= 0 && (equals < 0 || marks < equals))
            {
                var delimiter = lines[index][(marks + 2)..];
                var end = Array.IndexOf(lines, delimiter, index + 1);
                Assert.That(end, Is.GreaterThan(index), $"the delimiter {delimiter} does not come again");
                values[lines[index][..marks]] = string.Join('\n', lines[(index + 1)..end]);
                index = end;
            }
            else if (lines[index].Length > 0)
            {
                Assert.That(equals, Is.Positive, $"the runner cannot read the line {lines[index]}");
                values[lines[index][..equals]] = lines[index][(equals + 1)..];
            }
        }

        return values;
    }
}
