using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows a file that is run.</summary>
sealed class FileFollower(FollowSession session)
{
    public Scope? RunFile(RunsFile action, CallPath trail, Scope scope)
    {
        if (!action.Path.IsKnown && FileResolver.KnownTail(action.Path.Text) is not { } known)
        {
            session.LeaveOpen(trail.CallSite, "the file's name is not known before it runs");
            return null;
        }

        // What a build tool's wrapper does for itself is to download the tool.
        if (action.Path.Name is "mvnw" or "gradlew")
        {
            return null;
        }

        var path = action.Path.IsKnown ? action.Path.Text : FileResolver.KnownTail(action.Path.Text)!;
        if (session.Files.Find(path, action, scope) is not { } source)
        {
            if (action.Path.IsKnown && (RunInstalled(action, path, trail, scope)
                || session.Compiled.RunBuilt(path, action.Arguments, trail, scope)))
            {
                return null;
            }

            var isOwn = !action.MayBeProgram || action.Language is Language.Shell || scope.Image?.TakesFromStage(path) == true;
            if (isOwn && !scope.IsGuess && !IsNoFile(path))
            {
                Missing(action, path, trail, scope);
            }

            return null;
        }

        if (!session.Enter(source.File + (source.LineAt(0) == 1 ? "" : $"@{source.LineAt(0)}"),
            scope with { Variables = scope.Variables with { Positional = action.Arguments } }))
        {
            return null;
        }

        session.Log.AddFile(source.File);
        var inner = scope with { Variables = (action.IsSourced ? scope.Variables : Variables.None) with { Positional = action.Arguments } };
        var named = Path.GetExtension(path).Length > 0 ? path : source.File;
        switch (LanguageDetector.From(action.Language, named, source.Text))
        {
            case Language.JavaScript or Language.Python or Language.Ruby or Language.Php or Language.Elixir or Language.Perl:
                session.Programs.Run(source, LanguageDetector.From(action.Language, named, source.Text), trail, inner);
                return null;
            case Language.PowerShell or Language.Batch:
                var flat = FlatShell.ToShell(source.Text, LanguageDetector.From(action.Language, named, source.Text));
                session.Shell.Run(new Frame(SourceText.Whole(source.File, flat), ""), ShellParser.Parse(flat), inner, trail.Further());
                return null;
            default:
                var after = session.Shell.Run(new Frame(source, ""), session.Parse(source), inner, trail.Further());
                return action.IsSourced ? after : null;
        }
    }

    void Missing(RunsFile action, string path, CallPath trail, Scope scope)
    {
        var reason = SourceVariants.IsBuilt(path) ? $"{path} is built, and its source was not found" : $"{path} is not in the repository";
        if (action.IsSourced && !IsSystemSource(path))
        {
            session.CannotTell(trail.CallSite, reason, scope);
        }
        else
        {
            session.LeaveOpen(trail.CallSite, reason);
        }
    }

    /// <summary>Files that an installation or the machine brings along, and files of variables: sourcing them runs no command of the
    /// project.</summary>
    static bool IsSystemSource(string path) =>
        path.StartsWith("/etc/", StringComparison.Ordinal) || path.StartsWith("/usr/", StringComparison.Ordinal)
            || path.StartsWith("/opt/", StringComparison.Ordinal) || path.StartsWith('~')
        || path.Contains(".env", StringComparison.Ordinal) || path.EndsWith("/activate", StringComparison.Ordinal)
            || RepositoryPath.Name(path) is var name && (name.StartsWith('.') || name is "env" or "nvm.sh" or "environment" or "asdf.sh"
            or "sdkman-init.sh" || name.EndsWith("-env", StringComparison.Ordinal) || name.EndsWith("rc", StringComparison.Ordinal));

    /// <summary>Addresses, globs, assignments, options and folders are no files that could be read.</summary>
    static bool IsNoFile(string path) =>
        path.Contains("://", StringComparison.Ordinal) || path.AsSpan().IndexOfAny('*', '?', '=') >= 0 || path is ['-' or '@', ..]
            || path.EndsWith('/') || path is "." or ".." or ""
        || path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal)
            || path.Contains("node_modules/", StringComparison.Ordinal);

    /// <summary>Follows a command that a package of the repository installs; false when there is none of that name.</summary>
    bool RunInstalled(RunsFile action, string path, CallPath trail, Scope scope)
    {
        if (path.StartsWith("./", StringComparison.Ordinal) || session.ConsoleScripts.Find(RepositoryPath.Name(path)) is not { } script
            || !session.Enter($"script {script.Site.Location}", scope))
        {
            return false;
        }

        var next = new CallPath(trail.Further(), script.Site, script.Site.Text);
        var folder = RepositoryPath.Folder(script.Site.Location.File);
        var files = script.IsPython ? PythonModules.Find(session.Repository, script.Site.Location.File, script.Target, folder)
            : [.. SourceVariants.OfModule(script.Target).Where(session.Repository.Contains).Take(1)];
        session.Log.AddFile(script.Site.Location.File);
        foreach (var file in files.Where(file => session.Enter("import " + file, scope)))
        {
            if (session.Files.Load(file) is { } source)
            {
                session.Log.AddFile(file);
                session.Programs.Run(source, script.IsPython ? Language.Python : Language.JavaScript, next,
                    scope with { Folder = folder, Image = null });
            }
        }

        return files.Count > 0;
    }
}
