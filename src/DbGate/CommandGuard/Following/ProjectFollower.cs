using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Resolving;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows a program that is compiled from sources of the repository: .NET projects and Go packages.</summary>
sealed class ProjectFollower(FollowSession session)
{
    readonly Projects projects = new(session.Repository);

    /// <summary>Follows a project; false when it was not found.</summary>
    public bool Run(RunsProject action, CallPath trail, Scope scope)
    {
        if (!action.Project.IsKnown)
        {
            session.LeaveOpen(trail.CallSite, "the project's name is not known before it runs");
            return true;
        }

        return action.Language == Language.Go ? RunGo(action.Project.Text, trail, scope) : RunDotnet(action, trail, scope);
    }

    /// <summary>Follows what a program in an image was built from; false when that is not known.</summary>
    public bool RunBuilt(string path, CallPath trail, Scope scope)
    {
        if (scope.Image?.BuiltFrom(scope.Image.Absolute(path)) is { } package)
        {
            return RunGo(package, trail, scope);
        }

        return projects.Find(Files.RepositoryPath.Name(path), "") is { } project && path.Contains('/', StringComparison.Ordinal)
            && Follow(project, trail, scope);
    }

    bool RunGo(string package, CallPath trail, Scope scope)
    {
        var native = session.Owners.Native(scope).Folder;
        var path = package.TrimEnd('/').Replace("/...", "", StringComparison.Ordinal);
        var folder = path.EndsWith(".go", StringComparison.Ordinal)
            ? Files.RepositoryPath.Resolve(native, Files.RepositoryPath.Folder(path)) : Files.RepositoryPath.Resolve(native, path);
        var files = ((string?[])[folder, Files.RepositoryPath.Resolve("", path)]).OfType<string>()
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

    bool RunDotnet(RunsProject action, CallPath trail, Scope scope)
    {
        if (projects.Find(action.Project.Text, session.Owners.Native(scope).Folder) is { } project)
        {
            return Follow(project, trail, scope);
        }

        session.LeaveOpen(trail.CallSite, $"no project {action.Project.Text} is in the repository");
        return false;
    }

    bool Follow(string project, CallPath trail, Scope scope)
    {
        var pending = new Queue<(string Project, CallPath Trail)>([(project, trail)]);
        while (pending.TryDequeue(out var next))
        {
            if (!session.Enter("project " + next.Project, scope))
            {
                continue;
            }

            session.Log.AddFile(next.Project);
            foreach (var file in projects.Sources(next.Project))
            {
                session.CancellationToken.ThrowIfCancellationRequested();
                if (session.Files.Load(file) is { } source)
                {
                    session.Log.AddFile(file);
                    session.Programs.Run(source, Language.CSharp, next.Trail, scope);
                }
            }

            foreach (var (other, line) in projects.References(next.Project))
            {
                var site = new CallSite(new SourceLocation(next.Project, line), $"ProjectReference {Files.RepositoryPath.Name(other)}");
                pending.Enqueue((other, new CallPath(next.Trail.Further(), site, site.Text)));
            }
        }

        return true;
    }
}
