using System.Text;
using DbGate.CommandGuard.Files;
using DbGate.Configuration;
using DbGate.Git;
using DbGate.Problems;

namespace DbGate.Starter;

/// <summary>
/// Puts starter files into a project. What exists stays as it is, byte for byte; <c>.gitignore</c> and the hooks of coding agents only
/// grow.
/// </summary>
static class StarterFolder
{
    const string GitIgnoreName = ".gitignore";

    /// <summary>Writes what is missing.</summary>
    /// <returns>What was done, a line each.</returns>
    /// <exception cref="GateException">DBG0072: a file cannot be written.</exception>
    public static IReadOnlyList<(string File, string Done)> Write(string root, ProjectLook look, bool withAgents = false)
    {
        var done = new List<(string, string)>
        {
            (ProjectFile.Name, Create(root, ProjectFile.Name, StarterText.ProjectFile(look))),
            (ProjectFileSchema.FileName, Create(root, ProjectFileSchema.FileName, ProjectFileSchema.Text)),
        };
        done.Add(Pipeline(root, look));
        done.Add((GitIgnoreName, Ignore(root)));
        if (withAgents)
        {
            done.AddRange(AgentHooks.Files.Select(file => (file.Name, AddHook(root, file))));
        }

        return done;
    }

    static (string File, string Done) Pipeline(string root, ProjectLook look)
    {
        const string Workflow = ".github/workflows/dbgate.yml";
        return look.Pipeline switch
        {
            null or "github" => (Workflow, Create(root, Workflow, StarterText.Workflow(look, ToolOrigin.Own))),
            PipelineText.GitLabOwn => (
                PipelineText.GitLab,
                Create(root, PipelineText.GitLab, PipelineText.ForGitLab(look, PipelineText.Released))
                    + $"; add to {PipelineText.GitLabOwn}: include: [{{ local: {PipelineText.GitLab} }}]"),
            PipelineText.AzureOwn => (
                PipelineText.Azure,
                Create(root, PipelineText.Azure, PipelineText.ForAzure(look, PipelineText.Released))
                    + "; make a pipeline of it in Azure DevOps"),
            var other => (Workflow, $"not written: this project's pipeline is {other}; let it run dbgate release --environment=production"),
        };
    }

    /// <summary>Writes an agent's file, or adds the hook to the file that is there.</summary>
    static string AddHook(string root, AgentHooks.AgentFile file) => Guarded(file.Name, () =>
    {
        var path = Path.Combine(root, file.Name);
        if (!Path.Exists(path))
        {
            return Create(root, file.Name, file.Text, file.IsProgram);
        }

        var (text, done) = AgentHookMerge.Merge(File.ReadAllText(path), file);
        if (text is not null)
        {
            ReplaceFile(path, text);
        }

        return done;
    });

    /// <summary>Replaces a file at once: a reader sees the old text or the new one.</summary>
    static void ReplaceFile(string path, string text)
    {
        // A link stays a link: what it leads to is replaced.
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        var temporary = target + ".dbgate";
        File.WriteAllText(temporary, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
        }

        File.Move(temporary, target, overwrite: true);
    }

    static string Create(string root, string name, string text, bool isProgram = false)
    {
        var path = Path.Combine(root, name);
        return Guarded(name, () =>
        {
            if (Path.Exists(path))
            {
                return "exists; left as it is";
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            file.Write(Encoding.UTF8.GetBytes(text));
            if (isProgram && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(
                    path,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
                        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            }

            return "written";
        });
    }

    /// <summary>Appends the lines that no rule covers yet, in the file's own line endings.</summary>
    public static string Ignore(string root) => Guarded(GitIgnoreName, () =>
    {
        var path = Path.Combine(root, GitIgnoreName);
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        var rules = GitIgnore.None.With("", text.Split('\n').Select(line => line.TrimEnd('\r')));
        var missing = StarterText.Ignored.Where(line => !rules.Ignores(line.TrimEnd('/'), line.EndsWith('/'))).ToArray();
        if (missing.Length == 0)
        {
            return "covers all; left as it is";
        }

        var end = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var start = text.Length > 0 && !text.EndsWith('\n') ? end : "";
        File.AppendAllText(
            path,
            $"{start}{(text.Length == 0 ? "" : end)}# DbGate: secrets, backups and "
                + $"reports{end}{string.Concat(missing.Select(line => line + end))}");
        return $"{missing.Length} {(missing.Length == 1 ? "line" : "lines")} appended: {string.Join(" ", missing)}";
    });

    static string Guarded(string name, Func<string> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GateException(StarterProblems.NotWritten(name, exception.Message), exception);
        }
    }
}
