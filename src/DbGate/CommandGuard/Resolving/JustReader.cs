using System.Text;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Reads justfiles: recipes with dependencies, and literal variables.</summary>
static class JustReader
{
    public static IReadOnlyList<Target> Read(string file, string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var targets = new List<Target>();
        var lines = text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].TrimEnd();
            if (line.Length == 0 || char.IsWhiteSpace(line[0]) || line[0] is '#' or '[')
            {
                continue;
            }

            if (line.IndexOf(":=", StringComparison.Ordinal) is > 0 and var assign)
            {
                variables[line[..assign].Replace("export ", "", StringComparison.Ordinal).Trim()] = line[(assign + 2)..].Trim()
                    .Trim('"', '\'');
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                targets.Add(Recipe(file, lines, ref index, line, colon, variables));
            }
        }

        return targets;
    }

    static Target Recipe(string file, string[] lines, ref int index, string line, int colon, Dictionary<string, string> variables)
    {
        var (start, name) = (index + 1, line[..colon].Trim().TrimStart('@').Split(' ')[0]);
        var needs = line[(colon + 1)..].Split('#')[0].Split([' ', '\t', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word != "&&").ToList();
        var (body, map) = (new StringBuilder(), new List<(int, int)>());
        while (index + 1 < lines.Length && (lines[index + 1].TrimEnd().Length == 0 || char.IsWhiteSpace(lines[index + 1][0])))
        {
            var command = lines[++index].Trim().TrimStart('@', '-');
            foreach (var (key, value) in variables)
            {
                command = command.Replace("{{" + key + "}}", value, StringComparison.Ordinal)
                    .Replace("{{ " + key + " }}", value, StringComparison.Ordinal);
            }

            map.Add((body.Length, index + 1));
            body.Append(command.Replace("{{", "$", StringComparison.Ordinal).Replace("}}", "", StringComparison.Ordinal)).Append('\n');
        }

        return new Target(name, file, start, needs, map.Count == 0 ? [] : [SourceText.Mapped(file, body.ToString(), map)]);
    }
}
