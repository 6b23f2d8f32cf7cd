using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows the tasks of monorepo tools and the targets of make, just and task.</summary>
sealed class TargetFollower(FollowSession session)
{
    public void RunTasks(RunsTasks action, CallPath trail, Scope scope)
    {
        var native = session.Owners.Native(scope);
        foreach (var task in action.Tasks)
        {
            if (!task.IsKnown)
            {
                session.LeaveOpen(trail.CallSite, "the task's name is not known before it runs");
                continue;
            }

            foreach (var step in session.Tasks.Expand(action.Tool, task.Text, action.Selection, native.Folder))
            {
                var before = step.Via.Aggregate(trail.Further(), (hops, hop) => hops.Add(hop));
                var inner = native with { Folder = step.Folder, Variables = Variables.None };
                if (step.Package is { } package)
                {
                    session.Scripts.RunScript(package, step.Name, [],
                        new CallPath(before.RemoveAt(before.Count - 1), before[^1], before[^1].Text), inner);
                }
                else if (step.Source is { } source && session.Enter($"{source.File}!{step.Name}@{source.LineAt(0)}", inner))
                {
                    session.Shell.Run(new Frame(source, $"\"{step.Name}\"", true), session.Parse(source), inner, before);
                }
            }
        }
    }

    public void RunTargets(RunsTargets action, CallPath trail, Scope scope)
    {
        var native = session.Owners.Native(scope);
        if ((TargetFiles.Find(session.Repository, action.Tool, action.File, native.Folder) ?? InImage(action, scope)) is not { } file)
        {
            if (action.Tool == "deno")
            {
                // Deno runs the scripts of package.json, too.
                session.Scripts.RunScripts(new RunsScripts(action.Targets, PackageSelection.Here, [], action.Around), trail, scope);
                return;
            }

            if (action.Tool is not ("gradle" or "maven"))
            {
                var reason = $"no file with {action.Tool} targets was found for it";
                if (action.File is not null || action.Targets.Any(target =>
                    target.Text is not ("install" or "build" or "all" or "clean" or "test" or "check")))
                {
                    session.CannotTell(trail.CallSite, reason, scope);
                }
                else
                {
                    session.LeaveOpen(trail.CallSite, reason);
                }
            }

            return;
        }

        foreach (var target in action.Targets.Count > 0 ? action.Targets.Select(argument => argument.Text)
            : [TargetFiles.Read(session.Repository, action.Tool, file).Default ?? ""])
        {
            RunTarget(file, action.Tool, target, trail, native with { Folder = RepositoryPath.Folder(file) });
        }
    }

    /// <summary>The file of targets in an image, from wherever it was copied.</summary>
    string? InImage(RunsTargets action, Scope scope) =>
        scope.Image is null ? null
        : (action.File is { } given ? [given] : TargetFiles.NamesOf(action.Tool))
            .Select(name => session.Files.Find(name, new RunsFile(new Argument(name), [], Language.Shell, CommandContext.Same),
                scope)?.File).FirstOrDefault(found => found is not null && session.Repository.Contains(found));

    void RunTarget(string file, string tool, string target, CallPath trail, Scope scope)
    {
        var targets = TargetFiles.Read(session.Repository, tool, file);
        if (!targets.TryGet(target, out var found))
        {
            if (target.Contains(Argument.Unknown, StringComparison.Ordinal))
            {
                session.LeaveOpen(trail.CallSite, "the target's name is not known before it runs");
            }

            return;
        }

        if (!session.Enter($"{found.File}%{target}", scope))
        {
            return;
        }

        if (trail.Before.Count > FollowSession.LongestChain)
        {
            session.LeaveOpen(trail.CallSite, $"the chain is longer than {FollowSession.LongestChain} hops", isDecisive: true);
            return;
        }

        session.Log.AddFile(found.File);
        var here = new CallSite(new SourceLocation(found.File, found.Line), target);
        foreach (var dependency in found.Dependencies)
        {
            RunTarget(file, tool, dependency, new CallPath(trail.Further(), here, target), scope);
        }

        foreach (var recipe in found.Recipes)
        {
            session.Shell.Run(new Frame(recipe, $"{target}:", false), ShellParser.Parse(recipe.Text), found.Folder is { } folder
                ? scope.In(folder) : scope, trail.Further());
        }
    }
}
