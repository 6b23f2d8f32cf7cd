using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;
using ProgramCommand = DbGate.CommandGuard.Literals.ProgramCommand;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows a program: the commands it starts and the modules it imports, nearest modules first.</summary>
sealed class ProgramFollower(FollowSession session)
{
    /// <summary>More modules than these behind one program are cut.</summary>
    const int MostModules = 20_000;

    readonly Dictionary<string, bool> starting = new(StringComparer.Ordinal);
    readonly Dictionary<(SourceText Source, string Root), Module> modules = [];

    /// <summary>What a module imports and starts: the same for every path to it.</summary>
    sealed record Module(List<(ProgramImport Import, IReadOnlyList<string> Files)> Imports, IReadOnlyList<ProgramCommand> Commands);

    /// <summary>Follows a program that is written in a command line.</summary>
    public void RunInline(RunsCode action, CallPath trail, Scope scope)
    {
        var code = InlineCode.Read(action.Code.Text, action.Language);
        foreach (var command in code.Commands)
        {
            session.Actions.Act([new RunsShell(new Argument(command), [], CommandContext.Same)], trail, scope, null);
        }

        foreach (var module in code.Modules)
        {
            var folder = session.Owners.Native(scope).Folder;
            var files = session.Imports.Find(folder.Length == 0 ? "-" : $"{folder}/-", module, action.Language, folder);
            if (files.Count == 0)
            {
                session.CannotTell(trail.CallSite, $"{module} is not in the repository", scope);
            }

            foreach (var file in files.Where(file => session.Enter("import " + file, scope)))
            {
                session.Log.AddFile(file);
                Run(session.Files.Load(file)!, action.Language, trail, scope);
            }
        }

        var unclear = $"the program in the command line cannot be judged: {code.Unclear}";
        if (code.MayRunAnything)
        {
            session.CannotTell(trail.CallSite, unclear, scope);
        }
        else if (code.Unclear is not null)
        {
            session.LeaveOpen(trail.CallSite, unclear);
        }

        session.Code.Run(SourceText.OnLine(trail.CallSite.Location.File, action.Code.Text, trail.CallSite.Location.Line ?? 1),
            action.Language, trail, scope);
    }

    /// <summary>True for a program that starts a command, or calls a migration library, by itself.</summary>
    public bool DoesSomething(SourceText source, Language language, Scope scope) =>
        session.Code.Matches(source, language).Count > 0 || Read(source, language, scope) is { Commands.Count: > 0 }
            or { Imports.Count: > 0 };

    public void Run(SourceText source, Language language, CallPath trail, Scope scope)
    {
        var pending = new Queue<(SourceText Source, CallPath Trail)>([(source, trail)]);
        var count = 0;
        while (pending.TryDequeue(out var next))
        {
            session.CancellationToken.ThrowIfCancellationRequested();
            if (++count > MostModules)
            {
                session.LeaveOpen(next.Trail.CallSite, $"the program has more than {MostModules} modules", isDecisive: true);
                return;
            }

            RunModule(next.Source, language, next.Trail, scope, pending);
        }
    }

    void RunModule(SourceText source, Language language, CallPath trail, Scope scope, Queue<(SourceText, CallPath)> pending)
    {
        session.Code.Run(source, language, trail, scope);
        var (imports, commands) = Read(source, language, scope);
        foreach (var call in commands)
        {
            Start(source, call, trail, scope);
        }

        foreach (var (import, files) in imports)
        {
            var site = new CallSite(new SourceLocation(source.File, source.LineAt(import.Offset)),
                $"import {import.Module.Replace(':', ' ')}");
            if (files.Count == 0 && ImportResolver.IsOwn(import.Module, language) && !IsAsset(import.Module))
            {
                session.LeaveOpen(site, "the module is not in the repository");
            }

            foreach (var file in files.Where(file => session.Enter("import " + file, scope)))
            {
                if (session.Files.Load(file) is { } module)
                {
                    session.Log.AddFile(file);
                    pending.Enqueue((module, new CallPath(trail.Further(), site, site.Text)));
                }
            }
        }
    }

    Module Read(SourceText source, Language language, Scope scope)
    {
        var key = (source, session.Owners.Native(scope).Folder);
        if (!modules.TryGetValue(key, out var known))
        {
            var tokens = language == Language.JavaScript || ProgramScanner.StartsProcesses(source.Text, language)
                ? ProgramLexer.Read(source.Text, language) : [];
            var imports = Imports(source, tokens, language, scope);
            var starters = ProgramScanner.StartsProcesses(source.Text, language) ? new HashSet<string>()
                : imports.Where(import => import.Files.Any(file => Starts(file, language))).SelectMany(import => import.Import.Names)
                    .ToHashSet(StringComparer.Ordinal);
            modules[key] = known = new Module(imports, ProgramScanner.Commands(source.Text, tokens.Count > 0 || starters.Count == 0
                ? tokens : ProgramLexer.Read(source.Text, language), language, starters));
        }

        return known;
    }

    List<(ProgramImport Import, IReadOnlyList<string> Files)> Imports(SourceText source, List<ProgramToken> tokens, Language language,
        Scope scope)
    {
        var root = session.Owners.Native(scope).Folder;
        return [.. ProgramImports.Read(source.Text, tokens, language)
            .Select(import => (import, session.Imports.Find(source.File, import.Module, language, root)))];
    }

    bool Starts(string file, Language language)
    {
        if (!starting.TryGetValue(file, out var starts))
        {
            starting[file] = starts = session.Files.Load(file) is { } text && ProgramScanner.StartsProcesses(text.Text, language);
        }

        return starts;
    }

    void Start(SourceText source, Literals.ProgramCommand call, CallPath trail, Scope scope)
    {
        var location = new SourceLocation(source.File, source.LineAt(call.Offset));
        var text = CallText.Shorten(call.Display);
        var next = new CallPath(trail.Further(), new CallSite(location, text), text);
        var inner = (call.Directory is { } directory ? scope.In(directory) : scope) with { IsGuess = scope.IsGuess || !call.IsCertain,
            IsComputed = true, DevelopmentOnly = scope.DevelopmentOnly ?? call.DevelopmentOnly };
        foreach (var (name, value) in call.Environment)
        {
            inner = inner with { Environment = inner.Environment.SetItem(name, value) };
        }

        if (call.Arguments is { } arguments)
        {
            session.Actions.Act(CommandReader.Read(arguments), next, inner, null);
        }
        else if (session.Enter($"{location}>{call.Text}", inner))
        {
            session.Actions.Nested(SourceText.OnLine(source.File, call.Text!, location.Line ?? 1), ShellParser.Parse(call.Text!), inner,
                next);
        }
    }

    /// <summary>Styles, pictures and generated clients run no command.</summary>
    static bool IsAsset(string module) =>
        Path.GetExtension(module).ToLowerInvariant() is ".css" or ".scss" or ".sass" or ".less" or ".svg" or ".png" or ".jpg" or ".jpeg"
            or ".gif" or ".webp" or ".avif" or ".ico" or ".json" or ".md" or ".mdx"
            or ".html" or ".txt" or ".graphql" or ".gql" or ".wasm" or ".node" or ".vue" or ".svelte" or ".astro" or ".sql" or ".woff"
                or ".woff2" or ".mp3" or ".mp4" or ".yaml" or ".yml" or ".proto"
        || module.Contains("generated", StringComparison.OrdinalIgnoreCase) || module.Contains("/+types/", StringComparison.Ordinal)
            || module.Contains("$types", StringComparison.Ordinal)
        || module.Contains("node_modules", StringComparison.Ordinal) || module.Contains('?', StringComparison.Ordinal);
}
