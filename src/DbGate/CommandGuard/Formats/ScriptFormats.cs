using System.Text.RegularExpressions;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Formats;

/// <summary>Shell scripts whose name states that a deployment runs them. They count only when nothing in the repository does.</summary>
sealed partial class DeployScriptFormat : IEntrypointFormat
{
    static readonly HashSet<string> Telling = new(StringComparer.OrdinalIgnoreCase) { "entrypoint", "deploy", "release", "render",
        "railway", "vercel", "heroku", "startup", "bootstrap", "migrate", "start", "update" };

    public bool Reads(string file, string name) =>
        (name.EndsWith(".sh", StringComparison.Ordinal) || name.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase) || IsBatch(name)
            || name is "entrypoint" or "docker-entrypoint")
        && (Environments.Words(name).Any(Telling.Contains) || Environments.IsProduction(name) || name is "build.sh" or "run.sh"
            or "build.bat" or "build.cmd" or "run.bat" or "run.cmd");

    public void Collect(SourceFile file, Findings found)
    {
        var context = file.PathClassifier.OfFile(file.Path, Environments.IsProduction(file.Name)
            ? new ContextJudgement(PathClass.Production, "its name says that it deploys")
            : Sourced().Match(file.Text) is { Success: true } sourced
                && Environments.IsDevelopment(RepositoryPath.Name(sourced.Groups["file"].Value))
            ? new ContextJudgement(PathClass.Development, $"it reads {sourced.Groups["file"].Value}")
            : new ContextJudgement(PathClass.Unknown,
                "its name says that it starts or deploys something, and nothing in the repository runs it"));
        var text = file.Name.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase)
            ? Literals.FlatShell.ToShell(file.Text, Commands.Language.PowerShell)
            : IsBatch(file.Name) ? Literals.FlatShell.ToShell(file.Text, Commands.Language.Batch)
            : file.Text;
        found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.Whole(file.Path, text), ""), context,
            new Scope(ProjectFolder(file))) { IsConventional = true });
    }

    /// <summary>The first script that a script reads into itself.</summary>
    [GeneratedRegex("""^\s*(?:source|\.)\s+['"]?(?<file>[\w./-]+)['"]?\s*$""", RegexOptions.Multiline)]
    private static partial Regex Sourced();

    static bool IsBatch(string name) => name.EndsWith(".bat", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".cmd", StringComparison.OrdinalIgnoreCase);

    /// <summary>A script in scripts/ is run from the project's folder.</summary>
    static string ProjectFolder(SourceFile file) => file.Packages.Nearest(file.Folder)?.Folder ?? "";
}

/// <summary>Targets of make, just and task whose name states that they deploy.</summary>
sealed class TargetFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) => TargetFiles.ToolOf(name) is "make" or "just" or "task" or "mise";

    public void Collect(SourceFile file, Findings found)
    {
        var tool = TargetFiles.ToolOf(file.Name)!;
        foreach (var target in TargetFiles.Read(file.Repository, tool, file.Path).All.Where(target =>
            Environments.IsProduction(target.Name) && target.Name.IndexOfAny(['%', '$', '/']) < 0))
        {
            if (target.File == file.Path)
            {
                var context = file.PathClassifier.OfFile(file.Path,
                    new ContextJudgement(PathClass.Production, $"the target's name \"{target.Name}\" says that it deploys"));
                found.Entrypoints.Add(new Entrypoint(new Frame(SourceText.OnLine(file.Path, target.Name, target.Line), ""), context,
                    new Scope(file.Folder)) { Arguments = [new(tool), .. File(tool, file), new(target.Name)] });
            }
        }
    }

    static IEnumerable<Shell.Argument> File(string tool, SourceFile file) => tool == "mise" ? [new("run")]
        : [new(tool == "task" ? "-t" : "-f"), new(file.Name)];
}

/// <summary>Environment files: only the variables that switch a protection off matter.</summary>
sealed class EnvironmentFileFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) => name.StartsWith(".env", StringComparison.Ordinal)
        || name.EndsWith(".env", StringComparison.Ordinal);

    public void Collect(SourceFile file, Findings found)
    {
        var lines = file.Text.Split('\n');
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index].Trim();
            line = line.StartsWith("export ", StringComparison.Ordinal) ? line[7..].TrimStart() : line;
            if (!line.StartsWith('#') && line.Split('=', 2) is [var name, var value] && Flags.IsFlag(name.Trim()))
            {
                var comment = value.IndexOf(" #", StringComparison.Ordinal);
                found.Settings.Add(new Setting(name.Trim(), comment >= 0 ? value[..comment] : value, file.Path, index + 1, Judge(file)));
            }
        }
    }

    static ContextJudgement Judge(SourceFile file) =>
        Environments.Words(file.Name).Any(word => word is "example" or "sample" or "template" or "dist" or "default" or "defaults"
            or "schema")
            ? file.PathClassifier.ByPolicy(file.Path) ?? new ContextJudgement(PathClass.Development, "the file is an example")
            : file.PathClassifier.OfFile(file.Path, Environments.IsProduction(file.Name)
                ? new ContextJudgement(PathClass.Production, "its name says production")
                : new ContextJudgement(PathClass.Unknown, "nothing says that the file is only for development"));
}

/// <summary>Files that coding agents and editors read: a stored consent for dangerous actions must not be in them.</summary>
sealed class AgentFileFormat : IEntrypointFormat
{
    public bool Reads(string file, string name) =>
        name is "AGENTS.md" or "CLAUDE.md" or "GEMINI.md" or ".cursorrules" or ".windsurfrules" or "copilot-instructions.md"
            or "devcontainer.json" or "settings.json" or "settings.local.json" or "mcp.json" or ".mcp.json"
        || name.EndsWith(".mdc", StringComparison.Ordinal) || name.EndsWith(".sh", StringComparison.Ordinal)
            || name.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase)
            || (name == "config.toml" && file.Contains(".codex/", StringComparison.Ordinal));

    public void Collect(SourceFile file, Findings found) => Scan(file, found);

    static readonly System.Buffers.SearchValues<char> ValueEnds = System.Buffers.SearchValues.Create("\"'`\n ,");

    /// <summary>Finds assignments of the consent in any text; a sentence that only names it is none.</summary>
    internal static void Scan(SourceFile file, Findings found)
    {
        for (var at = file.Text.IndexOf(Flags.AgentConsent, StringComparison.Ordinal); at >= 0; at = file.Text.IndexOf(Flags.AgentConsent,
            at + 1, StringComparison.Ordinal))
        {
            var start = file.Text.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;
            var before = file.Text[start..at].TrimStart();
            var rest = file.Text.AsSpan(at + Flags.AgentConsent.Length).TrimStart("\"'").TrimStart(' ');
            if (before.StartsWith('#') || before.StartsWith("//", StringComparison.Ordinal) || rest.Length < 2
                || rest[0] is not ('=' or ':'))
            {
                continue;
            }

            var value = rest[1..].TrimStart(' ').TrimStart("\"'`");
            var end = value.IndexOfAny(ValueEnds);
            var text = (end < 0 ? value : value[..end]).Trim().ToString();
            var line = file.Text.AsSpan(0, at).Count('\n') + 1;
            if (text.Length > 0 && !found.Settings.Any(known => known.Name == Flags.AgentConsent && known.File == file.Path
                && known.Line == line))
            {
                found.Settings.Add(new Setting(Flags.AgentConsent, text, file.Path, line, file.PathClassifier.ByPolicy(file.Path)
                    ?? new ContextJudgement(PathClass.Unknown, "")));
            }
        }
    }
}
