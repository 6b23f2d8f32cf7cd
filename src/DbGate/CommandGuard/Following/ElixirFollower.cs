using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Resolving;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows releases of Elixir: what an application starts, and functions that are called by name.</summary>
sealed class ElixirFollower(FollowSession session)
{
    readonly ElixirModules modules = new(session.Repository);

    /// <summary>Follows the application of a project.</summary>
    public void Start(string project, CallPath trail, Scope scope)
    {
        session.Log.AddFile(project);
        if (modules.ApplicationOf(project) is { } module)
        {
            Function(module, "start", trail, scope);
        }
    }

    /// <summary>Follows a program of a release, by its name; false when no project makes it.</summary>
    public bool RunBuilt(string name, string? argument, CallPath trail, Scope scope)
    {
        if (modules.OfProgram(name) is not { } project)
        {
            return false;
        }

        if (argument is null or "start" or "start_iex" or "daemon" or "foreground" or "console")
        {
            Start(project, trail, scope);
        }

        return true;
    }

    public void Run(RunsFunction action, CallPath trail, Scope scope)
    {
        if (!Function(action.Module, action.Name, trail, scope))
        {
            session.LeaveOpen(trail.CallSite, $"the module {action.Module} is not in the repository");
        }
    }

    bool Function(string module, string name, CallPath trail, Scope scope)
    {
        if (modules.Find(module) is not { } file || session.Files.Load(file) is not { } source)
        {
            return false;
        }

        session.Log.AddFile(file);
        if (session.Enter($"function {module}.{name}", scope))
        {
            foreach (var function in ElixirModules.Functions(source, name))
            {
                session.Programs.Run(function, Language.Elixir, trail, scope);
            }
        }

        return true;
    }
}
