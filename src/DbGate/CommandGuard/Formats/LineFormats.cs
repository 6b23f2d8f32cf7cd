using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>Procfile: one process a line.</summary>
sealed partial class ProcfileFormat : IEntrypointFormat
{
    public bool StartsServices => true;

    public bool Reads(string file, string name) => name.Equals("Procfile", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Procfile.", StringComparison.OrdinalIgnoreCase);

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "the platform runs its processes"));
        var lines = file.Text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            if (Process().Match(lines[index]) is { Success: true } match)
            {
                found.Add(SourceText.OnLine(file.Path, match.Groups[2].Value.Trim(), index + 1), $"{match.Groups[1].Value}:", context,
                    new Scope(file.Folder));
            }
        }
    }

    [GeneratedRegex(@"^\s*([A-Za-z0-9_-]+):\s*(.+)$")]
    private static partial Regex Process();
}

/// <summary>systemd units: the <c>Exec…</c> lines.</summary>
sealed partial class SystemdFormat : IEntrypointFormat
{
    public bool StartsServices => true;

    public bool Reads(string file, string name) => name.EndsWith(".service", StringComparison.Ordinal);

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "systemd runs it"));
        var lines = file.Text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var (start, line) = (index, lines[index].TrimEnd());
            while (line.EndsWith('\\') && index + 1 < lines.Length)
            {
                line = line[..^1] + " " + lines[++index].Trim();
            }

            if (Execution().Match(line) is { Success: true } match)
            {
                found.Add(SourceText.OnLine(file.Path, match.Groups[2].Value.TrimStart('-', '@', ':', '+', '!'), start + 1),
                    $"{match.Groups[1].Value}=", context, new Scope("") { IsElsewhere = true });
            }
            else if (line.TrimStart().StartsWith("Environment=", StringComparison.Ordinal)
                && line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"').Split('=', 2) is [var name, var value]
                && Flags.IsFlag(name))
            {
                found.Settings.Add(new Setting(name, value, file.Path, start + 1, context));
            }
        }
    }

    [GeneratedRegex(@"^\s*(Exec[A-Za-z]+)\s*=\s*(.+)$")]
    private static partial Regex Execution();
}

/// <summary>pm2's configuration: the programs that it starts.</summary>
sealed class Pm2Format : IEntrypointFormat
{
    public bool StartsServices => true;

    public bool Reads(string file, string name) => name.StartsWith("ecosystem.config.", StringComparison.Ordinal)
        || name is "pm2.config.js" or "pm2.json" or "process.json";

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "pm2 runs its programs"));
        found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file.Path, $"pm2 start {file.Name}", 1), ""), context,
            new Scope(file.Folder)) { IsConventional = true });
    }
}

/// <summary>crontabs: the command behind five fields or a nickname, and perhaps a user.</summary>
sealed partial class CrontabFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) => name is "crontab" || name.EndsWith(".crontab", StringComparison.Ordinal)
        || name.EndsWith(".cron", StringComparison.Ordinal) || file.Contains("/cron.d/", StringComparison.Ordinal)
        || file.StartsWith("cron.d/", StringComparison.Ordinal);

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, new ContextJudgement(PathClass.Production, "cron runs it"));
        var lines = file.Text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            if (Schedule().Match(lines[index]) is { Success: true } match)
            {
                var command = match.Groups[1].Value;
                var words = command.Split(' ', 2);
                command = words is ["root" or "app" or "node" or "www-data" or "deploy" or "ubuntu", var behind] ? behind : command;
                found.Add(SourceText.OnLine(file.Path, command, index + 1), "cron", context, new Scope("") { IsElsewhere = true });
            }
        }
    }

    [GeneratedRegex(@"^\s*(?:@\w+|(?:[-\d*/,A-Za-z]+\s+){5})\s*([^\s#].*)$")]
    private static partial Regex Schedule();
}

/// <summary>Jenkinsfiles: the texts of <c>sh</c>, <c>bat</c> and <c>powershell</c> steps, within their stages.</summary>
sealed partial class JenkinsFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) => name.StartsWith("Jenkinsfile", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".jenkinsfile", StringComparison.OrdinalIgnoreCase);

    public void Collect(SourceFile file, Findings found)
    {
        var whole = SourceText.Whole(file.Path, file.Text);
        var comments = Comment().Matches(file.Text);
        foreach (Match step in Step().Matches(file.Text))
        {
            if (comments.Any(comment => comment.Index <= step.Index && step.Index < comment.Index + comment.Length
                && !comment.Value.StartsWith('\'') && !comment.Value.StartsWith('"')))
            {
                continue;
            }

            var quote = step.Groups[1].Value;
            var start = step.Index + step.Length;
            var end = file.Text.IndexOf(quote, start, StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            var stage = Stage().Matches(file.Text[..step.Index]).LastOrDefault()?.Groups[2].Value ?? "";
            var facts = new JobFacts(file.Path, stage)
            {
                Variables = [.. Variable().Matches(file.Text[..step.Index])
                    .Select(match => new KeyValuePair<string, string>(match.Groups[1].Value, match.Groups[2].Value))],
            };
            var text = file.Text[start..end];
            found.Add(quote.Length == 3 || !text.Contains('\\', StringComparison.Ordinal) ? whole.Slice(start, end - start)
                : SourceText.OnLine(file.Path, Regex.Unescape(Lenient(text)), whole.LineAt(start)), "sh",
                JobJudgement.From(facts, file.PathClassifier), new Scope(""));
        }
    }

    /// <summary>Only the escapes that both languages know.</summary>
    static string Lenient(string text) => text.Replace("\\$", "$", StringComparison.Ordinal)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\\\\n", "\\n", StringComparison.Ordinal)
        .Replace("\\\\\"", "\"", StringComparison.Ordinal).Replace("\\\\'", "'", StringComparison.Ordinal);

    [GeneratedRegex("""\b(?:sh|bat|powershell|pwsh)\s*\(?\s*(?:[\w: ,]*?script\s*:\s*)?('{3}|"{3}|'|")""")]
    private static partial Regex Step();

    [GeneratedRegex("""\bstage\s*\(\s*(['"])(.*?)\1""")]
    private static partial Regex Stage();

    [GeneratedRegex("""^\s*([A-Z][A-Z0-9_]+)\s*=\s*['"](.*?)['"]""", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex("""'{3}[\s\S]*?'{3}|"{3}[\s\S]*?"{3}|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|/\*[\s\S]*?\*/|(?<!:)//[^\n]*""")]
    private static partial Regex Comment();
}
