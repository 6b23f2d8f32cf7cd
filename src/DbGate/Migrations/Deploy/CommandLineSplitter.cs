using System.Text;
using DbGate.Problems;

namespace DbGate.Migrations.Deploy;

/// <summary>Splits the migrate command into a program and its arguments. It is never given to a shell.</summary>
static class CommandLineSplitter
{
    /// <summary>The program: a path is relative to the project, as its arguments are; a name is looked up in PATH.</summary>
    /// <param name="word">The command's first word.</param>
    /// <param name="root">The project's folder.</param>
    public static string ProgramIn(string word, string root) =>
        !Path.IsPathRooted(word) && (word.Contains('/') || (OperatingSystem.IsWindows() && word.Contains('\\')))
            ? Path.GetFullPath(word, root)
            : word;

    public static IReadOnlyList<string> Split(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        var started = false;
        foreach (var c in command)
        {
            if (quote != '\0')
            {
                _ = c == quote ? (quote = '\0', word).word : word.Append(c);
            }
            else if (c is '"' or '\'')
            {
                (quote, started) = (c, true);
            }
            else if (c is ';' or '|' or '&' or '<' or '>' or '`' or '$' or '\n')
            {
                throw new GateException(DeployProblems.Command(command, $"'{c}' needs a shell, and DbGate starts none"));
            }
            else if (c is not (' ' or '\t'))
            {
                (started, _) = (true, word.Append(c));
            }
            else if (started)
            {
                words.Add(word.ToString());
                (started, _) = (false, word.Clear());
            }
        }

        if (quote != '\0')
        {
            throw new GateException(DeployProblems.Command(command, "a quote is never closed"));
        }

        if (started)
        {
            words.Add(word.ToString());
        }

        return words.Count > 0 ? words : throw new GateException(DeployProblems.Command(command, "it is empty"));
    }
}
