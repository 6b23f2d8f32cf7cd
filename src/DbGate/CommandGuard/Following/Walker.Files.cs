using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <content>Files that are run.</content>
sealed partial class Walker
{
    Scope? RunFile(RunsFile action, CallPath trail, Scope scope)
    {
        if (!action.Path.IsKnown && Tail(action.Path.Text) is not { } known)
        {
            LeaveOpen(trail.CallSite, "the file's name is not known before it runs");
            return null;
        }

        var path = action.Path.IsKnown ? action.Path.Text : Tail(action.Path.Text)!;
        if (Content(path, action, scope) is not { } source)
        {
            if (!action.MayBeProgram || action.Language is Language.Shell)
            {
                LeaveOpen(trail.CallSite, IsBuilt(path) ? $"{path} is built, and its source was not found" : $"{path} is not in the repository");
            }

            return null;
        }

        if (!Enter(source.File + (source.LineAt(0) == 1 ? "" : $"@{source.LineAt(0)}"), scope with { Variables = scope.Variables with { Positional = action.Arguments } }))
        {
            return null;
        }

        files.Add(source.File);
        var inner = scope with { Variables = (action.IsSourced ? scope.Variables : Variables.None) with { Positional = action.Arguments } };
        switch (LanguageOf(action.Language, path, source.Text))
        {
            case Language.JavaScript or Language.Python:
                RunProgram(source, path, LanguageOf(action.Language, path, source.Text), trail, inner);
                return null;
            case Language.PowerShell or Language.Batch:
                var flat = FlatShell.ToShell(source.Text, LanguageOf(action.Language, path, source.Text));
                Run(new Frame(SourceText.Whole(source.File, flat), ""), ShellParser.Parse(flat), inner, trail.Further());
                return null;
            default:
                var after = Run(new Frame(source, ""), Parse(source), inner, trail.Further());
                return action.IsSourced ? after : null;
        }
    }

    /// <summary>The part of a path behind what is not known: <c>$DIR/setup.sh</c> is looked up as <c>setup.sh</c>.</summary>
    static string? Tail(string path)
    {
        var tail = path[(path.LastIndexOf(Argument.Unknown) + 1)..].TrimStart('/');
        return tail.Length > 2 && tail.Contains('.', StringComparison.Ordinal) ? tail : null;
    }

    SourceText? Content(string path, RunsFile action, Scope scope)
    {
        foreach (var candidate in Candidates(path, scope))
        {
            if (scope.Written.TryGetValue(candidate, out var written))
            {
                return written;
            }
        }

        if (scope.Image is { } image && image.Text(image.Absolute(scope.Folder.StartsWith('/') ? RepositoryPath.Resolve(scope.Folder, path) ?? path : path)) is { } text)
        {
            return text;
        }

        foreach (var candidate in Candidates(path, scope).SelectMany(candidate => Variants(candidate, action.Language)))
        {
            if (repository.Contains(candidate))
            {
                return Load(candidate);
            }
        }

        var name = RepositoryPath.Name(path);
        var isScript = name.Contains('.', StringComparison.Ordinal) || name.Contains("entrypoint", StringComparison.OrdinalIgnoreCase);
        return isScript && (path.StartsWith('/') || scope.Image is not null || scope.IsElsewhere || !action.Path.IsKnown) && repository.Named(name) is [var only] && !Interpreters.IsJavaScript(only)
            ? Load(only)
            : null;
    }

    SourceText? Load(string file) => repository.Read(file).Text is { } text ? SourceText.Whole(file, text) : null;

    IEnumerable<string> Candidates(string path, Scope scope)
    {
        if (scope.Image is { } image && (scope.Folder.StartsWith('/') || path.StartsWith('/')))
        {
            var absolute = RepositoryPath.Resolve(scope.Folder.StartsWith('/') ? scope.Folder : image.WorkingFolder, path);
            if (absolute is not null)
            {
                yield return absolute;
                foreach (var origin in image.Origins(absolute))
                {
                    yield return origin;
                }

                if (!path.Contains('/', StringComparison.Ordinal))
                {
                    foreach (var bin in (string[])["/usr/local/bin/", "/usr/bin/", "/bin/", "/"])
                    {
                        yield return bin + path;
                        foreach (var origin in image.Origins(bin + path))
                        {
                            yield return origin;
                        }
                    }
                }

                foreach (var context in image.Contexts)
                {
                    if (absolute.StartsWith(image.WorkingFolder.TrimEnd('/') + "/", StringComparison.Ordinal)
                        && RepositoryPath.Resolve(context, absolute[image.WorkingFolder.TrimEnd('/').Length..].TrimStart('/')) is { } inContext)
                    {
                        yield return inContext;
                    }
                }
            }

            yield break;
        }

        var native = Native(scope).Folder;
        if (RepositoryPath.Resolve(native, path) is { } resolved)
        {
            yield return resolved;
        }

        // An absolute path in a container or on a server: its last folders may be the repository's.
        var segments = path.TrimStart('~', '.').Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var skip = path.StartsWith('/') || path.StartsWith('~') ? 0 : 1; skip < segments.Length && (path.StartsWith('/') || path.StartsWith('~') || scope.IsElsewhere); skip++)
        {
            yield return string.Join('/', segments.Skip(skip));
        }

        if (!path.StartsWith('/') && native.Length > 0 && RepositoryPath.Resolve("", path) is { } atRoot)
        {
            yield return atRoot;
        }
    }

    /// <summary>The sources that a file name may stand for: modules without extension, and what a build makes of sources.</summary>
    static IEnumerable<string> Variants(string path, Language language)
    {
        yield return path;
        if (language is not (Language.JavaScript or Language.Detect) || (Path.GetExtension(path) is { Length: > 0 } extension && !Interpreters.IsJavaScript(path) && extension != ".json"))
        {
            yield break;
        }

        var stem = Interpreters.IsJavaScript(path) ? path[..path.LastIndexOf('.')] : path;
        foreach (var start in Unbuilt(stem))
        {
            foreach (var ending in (string[])[".ts", ".js", ".mts", ".mjs", ".cjs", ".cts", ".tsx", "/index.ts", "/index.js", "/index.mjs"])
            {
                yield return start + ending;
            }
        }
    }

    static IEnumerable<string> Unbuilt(string stem)
    {
        yield return stem;
        foreach (var built in (string[])["dist", "build", "out", "lib"])
        {
            var padded = "/" + stem;
            var at = padded.IndexOf($"/{built}/", StringComparison.Ordinal);
            if (at >= 0)
            {
                var (head, tail) = (padded[..at].TrimStart('/'), padded[(at + built.Length + 2)..]);
                head = head.Length == 0 ? "" : head + "/";
                yield return $"{head}src/{tail}";
                yield return $"{head}{tail}";
                if (tail.StartsWith("src/", StringComparison.Ordinal))
                {
                    yield return $"{head}{tail}";
                }
            }
        }
    }

    static bool IsBuilt(string path) => ("/" + path).Split('/').Any(segment => segment is "dist" or "build" or "out" or ".next" or ".output" or "lib");

    static Language LanguageOf(Language asked, string path, string text)
    {
        if (asked is not Language.Detect and not Language.Shell)
        {
            return asked;
        }

        if (Interpreters.IsJavaScript(path))
        {
            return Language.JavaScript;
        }

        var extension = Path.GetExtension(path).ToLowerInvariant();
        var firstLine = text.StartsWith("#!", StringComparison.Ordinal) ? text[..(text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var end ? end : text.Length)] : "";
        return extension switch
        {
            ".py" => Language.Python,
            ".ps1" => Language.PowerShell,
            ".bat" or ".cmd" => Language.Batch,
            _ when asked == Language.Shell => Language.Shell,
            _ when firstLine.Contains("node", StringComparison.Ordinal) || firstLine.Contains("tsx", StringComparison.Ordinal) || firstLine.Contains("bun", StringComparison.Ordinal) || firstLine.Contains("zx", StringComparison.Ordinal) => Language.JavaScript,
            _ when firstLine.Contains("python", StringComparison.Ordinal) => Language.Python,
            _ => Language.Shell,
        };
    }

    void RunProgram(SourceText source, string path, Language language, CallPath trail, Scope scope)
    {
        var program = ProgramScanner.Scan(source.Text, language == Language.Python);
        foreach (var call in program.Commands)
        {
            var location = new SourceLocation(source.File, source.LineAt(call.Offset));
            var text = Shorten(call.Display);
            var next = new CallPath(trail.Further(), new CallSite(location, text), text);
            var inner = call.Directory is { } directory ? scope.In(directory) : scope;
            foreach (var (name, value) in call.Environment)
            {
                inner = inner with { Environment = inner.Environment.SetItem(name, value) };
            }

            if (call.Arguments is { } arguments)
            {
                Act(CommandReader.Read(arguments), next, inner, null);
            }
            else if (Enter($"{location}>{call.Text}", inner))
            {
                Nested(SourceText.OnLine(source.File, call.Text!, location.Line ?? 1), ShellParser.Parse(call.Text!), inner, next);
            }
        }

        foreach (var (offset, module) in program.Imports)
        {
            Import(source, path, offset, module, trail, scope);
        }
    }

    /// <summary>A module runs when it is imported. Only those of the repository are followed, and only as deep as they are close.</summary>
    void Import(SourceText source, string path, int offset, string module, CallPath trail, Scope scope)
    {
        if (RepositoryPath.Resolve(RepositoryPath.Folder(source.File), module) is not { } target)
        {
            return;
        }

        foreach (var candidate in Variants(target, Language.JavaScript))
        {
            if (repository.Contains(candidate))
            {
                if (Interpreters.IsJavaScript(candidate) && Enter("import " + candidate, scope) && Load(candidate) is { } imported)
                {
                    var hop = new CallSite(new SourceLocation(source.File, source.LineAt(offset)), $"import {module}");
                    files.Add(candidate);
                    RunProgram(imported, path, Language.JavaScript, new CallPath(trail.Further(), hop, hop.Text), scope);
                }

                return;
            }
        }
    }
}
