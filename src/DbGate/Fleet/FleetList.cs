using DbGate.Problems;

namespace DbGate.Fleet;

/// <summary>
/// The databases of a fleet: a file with one name a line, <c>#</c> begins a remark. A name is what its secret and its reports are called
/// by, so it holds letters, digits and <c>_</c> only.
/// </summary>
static class FleetList
{
    const int LongestFile = 1 << 20;
    const int LongestName = 60;

    /// <exception cref="GateException">DBG0574: it cannot be read, or is no list of names.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        try
        {
            return new FileInfo(path).Length > LongestFile
                ? throw new GateException(FleetProblems.List(path, "it is longer than 1 MiB"))
                : Parse(File.ReadAllText(path), path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new GateException(FleetProblems.List(path, exception.Message), exception);
        }
    }

    /// <exception cref="GateException">DBG0574.</exception>
    public static IReadOnlyList<string> Parse(string text, string path)
    {
        var names = new List<string>();
        var met = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, index) in text.Split('\n').Select((line, index) => (line.Split('#')[0].Trim(), index)))
        {
            if (line.Length == 0)
            {
                continue;
            }

            if (line.Length > LongestName || !line.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            {
                throw new GateException(FleetProblems.List(path, $"line {index + 1} is no name of letters, digits and _"));
            }

            if (!met.Add(line))
            {
                throw new GateException(FleetProblems.List(path, $"line {index + 1} names {line} again"));
            }

            names.Add(line);
        }

        return names.Count > 0 ? names : throw new GateException(FleetProblems.List(path, "it names no database"));
    }
}
