using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Literals;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.CommandGuard.Tools;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows a program that is compiled from sources of the repository: .NET projects, crates, modules of the JVM, Go
/// packages.</summary>
sealed class ProjectFollower(FollowSession session)
{
    readonly Dictionary<Language, IProgramProjects> projects = new()
    {
        [Language.CSharp] = new Projects(session.Repository),
        [Language.Rust] = new CargoProjects(session.Repository),
        [Language.Java] = new JvmProjects(session.Repository),
    };

    /// <summary>Follows a project; false when it was not found.</summary>
    public bool Run(RunsProject action, CallPath trail, Scope scope)
    {
        if (!action.Project.IsKnown)
        {
            session.LeaveOpen(trail.CallSite, "the project's name is not known before it runs");
            return true;
        }

        return action.Language == Language.Go ? RunGo(action.Project.Text, trail, scope) : RunProject(action, trail, scope);
    }

    /// <summary>Follows what a program in an image was built from; false when that is not known.</summary>
    public bool RunBuilt(string path, IReadOnlyList<Argument> arguments, CallPath trail, Scope scope)
    {
        if (scope.Image?.BuiltFrom(scope.Image.Absolute(path)) is { } package)
        {
            return RunGo(package, trail, scope);
        }

        if (!path.Contains('/', StringComparison.Ordinal) && scope.Image is null)
        {
            return false;
        }

        // A program that was copied from another stage has the name that it was built with there.
        var names = ((IEnumerable<string>)[path]).Concat(scope.Image?.Origins(scope.Image.Absolute(path)) ?? [])
            .Select(RepositoryPath.Name).Distinct(StringComparer.Ordinal).ToList();
        foreach (var language in (Language[])[Language.CSharp, Language.Rust])
        {
            if (names.Select(name => projects[language].Find(name, "")).FirstOrDefault(found => found is not null) is { } project)
            {
                return Follow(project, language, trail, scope);
            }
        }

        return names.Any(name => session.Elixir.RunBuilt(name, arguments.Count > 0 ? arguments[0].Text : null, trail, scope));
    }

    /// <summary>Spring Boot applies migrations by itself where their library is there.</summary>
    void StartMigrations(string project, CallPath trail, Scope scope)
    {
        if (projects.Values.OfType<JvmProjects>().First() is var modules && modules.All.Contains(project)
            && modules.StartupMigration(project) is { } found && session.Files.Load(project) is { } source)
        {
            var tool = ToolCatalog.Get(found.Tool);
            var line = source.LineAt(found.Offset);
            var text = CallText.Shorten(source.Text.Split('\n')[line - 1].Trim());
            var command = new ToolCommand(tool, $"Spring Boot with {tool.Title}", CommandClass.Bypassing,
                "it applies migrations when the program starts") { WrittenAs = text };
            var site = new CallSite(new SourceLocation(project, line), text);
            session.Tools.Record(command, new CallPath(trail.Further(), site, text), scope);
        }
    }

    bool RunGo(string package, CallPath trail, Scope scope)
    {
        var native = session.Owners.Native(scope).Folder;
        var path = package.TrimEnd('/').Replace("/...", "", StringComparison.Ordinal);
        var folder = path.EndsWith(".go", StringComparison.Ordinal) ? RepositoryPath.Resolve(native, RepositoryPath.Folder(path))
            : RepositoryPath.Resolve(native, path);
        var files = ((string?[])[folder, RepositoryPath.Resolve("", path)]).OfType<string>()
            .Select(candidate => GoModules.Files(session.Repository, candidate)).FirstOrDefault(found => found.Count > 0) ?? [];
        foreach (var file in files.Where(file => session.Enter("import " + file, scope)))
        {
            session.Log.AddFile(file);
            if (session.Files.Load(file) is { } source)
            {
                session.Programs.Run(source, Language.Go, trail, scope);
            }
        }

        return files.Count > 0;
    }

    bool RunProject(RunsProject action, CallPath trail, Scope scope)
    {
        if (projects[action.Language].Find(action.Project.Text, session.Owners.Native(scope).Folder) is { } project)
        {
            return Follow(project, action.Language, trail, scope);
        }

        session.LeaveOpen(trail.CallSite, $"no project {action.Project.Text} is in the repository");
        return false;
    }

    bool Follow(string project, Language language, CallPath trail, Scope scope)
    {
        var known = projects[language];
        var outer = session.Code.Callers;
        session.Code.Callers = language == Language.CSharp ? outer ?? new CallerConditions(Closure(project, known), language) : outer;
        try
        {
            FollowAll(project, known, language, trail, scope);
        }
        finally
        {
            session.Code.Callers = outer;
        }

        return true;
    }

    readonly Dictionary<string, List<SourceText>> active = new(StringComparer.Ordinal);

    /// <summary>The sources of a project that start or change something: most do neither, and many programs share a project.</summary>
    List<SourceText> Active(string project, IProgramProjects known, Language language, Scope scope)
    {
        if (!active.TryGetValue(project, out var sources))
        {
            active[project] = sources = [];
            foreach (var file in known.Sources(project))
            {
                session.CancellationToken.ThrowIfCancellationRequested();
                session.Log.AddFile(file);
                if (session.Files.Load(file) is { } source && session.Programs.DoesSomething(source, language, scope))
                {
                    sources.Add(source);
                }
            }
        }

        return sources;
    }

    /// <summary>The sources of a project and of all that it is built with.</summary>
    List<SourceText> Closure(string project, IProgramProjects known)
    {
        var (seen, pending, sources) = (new HashSet<string>([project], StringComparer.Ordinal), new Queue<string>([project]),
            new List<SourceText>());
        while (pending.TryDequeue(out var next))
        {
            sources.AddRange(known.Sources(next).Select(session.Files.Load).OfType<SourceText>());
            foreach (var reference in known.References(next).Where(reference => seen.Add(reference.Project)))
            {
                pending.Enqueue(reference.Project);
            }
        }

        return sources;
    }

    void FollowAll(string project, IProgramProjects known, Language language, CallPath trail, Scope scope)
    {
        var pending = new Queue<(string Project, CallPath Trail)>([(project, trail)]);
        while (pending.TryDequeue(out var next))
        {
            if (!session.Enter("project " + next.Project, scope))
            {
                continue;
            }

            session.Log.AddFile(known.FileOf(next.Project));
            foreach (var source in Active(next.Project, known, language, scope))
            {
                session.CancellationToken.ThrowIfCancellationRequested();
                session.Programs.Run(source, language, next.Trail, scope);
            }

            StartMigrations(next.Project, next.Trail, scope);
            foreach (var reference in known.References(next.Project))
            {
                var file = known.FileOf(reference.Project);
                var site = new CallSite(new SourceLocation(reference.File, reference.Line), language == Language.CSharp
                    ? $"ProjectReference {RepositoryPath.Name(file)}" : $"uses {RepositoryPath.Folder(file)}");
                pending.Enqueue((reference.Project, new CallPath(next.Trail.Further(), site, site.Text)));
            }
        }
    }
}
