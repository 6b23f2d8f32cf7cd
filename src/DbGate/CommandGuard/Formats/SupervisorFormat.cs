using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>supervisord: the programs and event listeners of a configuration.</summary>
sealed class SupervisorFormat : IEntrypointFormat
{
    public bool StartsServices => true;

    public bool Reads(string file, string name) =>
        (name.EndsWith(".conf", StringComparison.Ordinal) || name.EndsWith(".ini", StringComparison.Ordinal))
            && file.Contains("supervisor", StringComparison.OrdinalIgnoreCase);

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "supervisord runs it"));
        var lines = file.Text.Split('\n');
        var folder = "";
        for (var index = 0; index < lines.Length; index++)
        {
            var (start, line) = (index, Content(lines[index]));
            if (line.StartsWith('['))
            {
                folder = FolderOf(lines, index + 1);
            }
            else if (line.Split('=', 2) is [var key, var value] && key.Trim() == "command")
            {
                while (index + 1 < lines.Length && lines[index + 1] is [' ' or '\t', ..] && Content(lines[index + 1]).Length > 0)
                {
                    value += " " + Content(lines[++index]);
                }

                found.Add(SourceText.OnLine(file.Path, value.Trim().Replace("%%", "%", StringComparison.Ordinal), start + 1), "command=",
                    context, new Scope(folder) { IsElsewhere = true });
            }
        }
    }

    /// <summary>The folder that a section sets.</summary>
    static string FolderOf(string[] lines, int from) =>
        lines.Skip(from).Select(Content).TakeWhile(line => !line.StartsWith('[')).Select(line => line.Split('=', 2))
            .FirstOrDefault(pair => pair is ["directory", _])?[1].Trim() ?? "";

    static string Content(string line)
    {
        var text = line.Trim();
        var comment = text.IndexOf(" ;", StringComparison.Ordinal);
        return text.StartsWith(';') || text.StartsWith('#') ? "" : comment >= 0 ? text[..comment].TrimEnd() : text;
    }
}
