using DbGate.Problems;

namespace DbGate.Build;

/// <summary>How this build's own script is named in the commands that a run prints.</summary>
static class BuildScriptStyle
{
    const string Project = "--project";

    /// <summary>
    /// <c>./build.sh</c> where the run was started next to it. From another folder, or for another project, its whole path: then the
    /// command works from the gated project's folder too.
    /// </summary>
    public static CommandStyle From(IReadOnlyList<string> args)
    {
        var style =
            OperatingSystem.IsWindows()
                ? CommandStyle.BuildScript with { Program = "./build.ps1", IsPowerShell = true }
                : CommandStyle.BuildScript;
        var script = Find(Path.GetFileName(style.Program));
        return script is null
            || (Path.GetDirectoryName(script) == Environment.CurrentDirectory
            && !args.Any(arg => arg.StartsWith(Project, StringComparison.Ordinal)))
            ? style
            : style with { Program = script };
    }

    /// <summary>Above the folder that the host was built into.</summary>
    static string? Find(string name)
    {
        for (var folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory); folder is not null; folder =
            Path.GetDirectoryName(folder))
        {
            if (Path.Combine(folder, name) is var script && File.Exists(script))
            {
                return script;
            }
        }

        return null;
    }
}
