using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <content>What commands make happen.</content>
sealed partial class Walker
{
    /// <summary>Carries actions out. Returns the scope after a sourced file, else null.</summary>
    Scope? Act(IEnumerable<CommandAction> actions, CallPath trail, Scope scope, SourceText? input)
    {
        Scope? sourced = null;
        foreach (var action in actions)
        {
            var inner = scope.Entering(In(action.Around, scope));
            switch (action)
            {
                case RunsPrisma prisma:
                    Reach(prisma, trail, inner);
                    break;
                case RunsShell shell when shell.Text.IsKnown || shell.Text.Text.Length > 1:
                    RunText(shell, trail, inner);
                    break;
                case RunsFile file:
                    sourced = RunFile(file, trail, inner) ?? sourced;
                    break;
                case RunsScripts scripts:
                    RunScripts(scripts, trail, inner);
                    break;
                case RunsTasks tasks:
                    RunTasks(tasks, trail, inner);
                    break;
                case RunsTargets targets:
                    RunTargets(targets, trail, inner);
                    break;
                case InstallsPackages install:
                    Install(install, trail, inner);
                    break;
                case RunsInput when input is not null && Enter($"{input.File}<<{input.LineAt(0)}", inner):
                    Run(new Frame(input, ""), ShellParser.Parse(input.Text), inner, input.LineAt(0) == trail.CallSite.Location.Line ? trail.Before : trail.Further());
                    break;
                case Commands.Open unknown:
                    LeaveOpen(trail.CallSite, unknown.Reason);
                    break;
                default:
                    break;
            }
        }

        return sourced;
    }

    /// <summary>Turns "in package X" into a folder.</summary>
    CommandContext In(CommandContext around, Scope scope)
    {
        if (around.Directory is null || !around.Directory.Contains(PackageManagers.PackageMark, StringComparison.Ordinal))
        {
            return around;
        }

        var name = around.Directory[(around.Directory.IndexOf(PackageManagers.PackageMark, StringComparison.Ordinal) + PackageManagers.PackageMark.Length)..];
        var folder = packages.Selected(name, Native(scope).Folder).FirstOrDefault()?.Folder;
        return around with { Directory = folder is null || scope.Folder.StartsWith('/') ? null : string.Concat(Enumerable.Repeat("../", scope.Folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Length)) + folder };
    }

    void RunText(RunsShell shell, CallPath trail, Scope scope)
    {
        var source = SourceText.OnLine(trail.CallSite.Location.File, shell.Text.Text, trail.CallSite.Location.Line ?? 1);
        if (Enter($"{trail.CallSite.Location}>{shell.Text.Text}", scope))
        {
            var positional = shell.Arguments.Count > 0 ? scope.Variables with { Positional = shell.Arguments } : scope.Variables;
            Nested(source, ShellParser.Parse(source.Text), scope with { Variables = positional }, trail);
        }
    }

    /// <summary>Runs a text that stands inside another command: it adds no hop of its own.</summary>
    void Nested(SourceText source, IReadOnlyList<ShellNode> nodes, Scope scope, CallPath trail)
    {
        var (count, before) = (reached.Count, trail.Before);
        Run(new Frame(source, trail.CallSite.Text, true), nodes, scope, before);
        for (var index = count; index < reached.Count; index++)
        {
            var hops = reached[index].Hops;
            if (hops.Count == before.Count + 1)
            {
                reached[index] = reached[index] with { Hops = [.. before, trail.CallSite with { Text = trail.Full }] };
            }
        }
    }

    /// <summary>The same scope on the repository's own files.</summary>
    Scope Native(Scope scope)
    {
        if (scope.Image is not { } image || !scope.Folder.StartsWith('/'))
        {
            return scope;
        }

        foreach (var origin in image.Origins(scope.Folder + "/package.json").Concat(image.Origins(scope.Folder + "/.")))
        {
            if (repository.Contains(origin))
            {
                return scope with { Folder = RepositoryPath.Folder(origin) };
            }

            if (origin.Length > 0 && repository.ContainsFolder(origin.TrimEnd('.', '/')))
            {
                return scope with { Folder = origin.TrimEnd('.', '/') };
            }
        }

        return scope with { Folder = image.Contexts.FirstOrDefault(context => packages.In(context) is not null) ?? (image.Contexts.Count > 0 ? image.Contexts[0] : "") };
    }

    void RunScripts(RunsScripts action, CallPath trail, Scope scope)
    {
        var native = Native(scope);
        var targets = Targets(action.Selection, native).ToList();
        foreach (var name in action.Names)
        {
            if (!name.IsKnown)
            {
                LeaveOpen(trail.CallSite, "the script's name is not known before it runs");
                continue;
            }

            var found = false;
            foreach (var package in targets)
            {
                foreach (var script in package.Matching(name.Text))
                {
                    found = true;
                    RunScript(package, script, action.Arguments, trail, native);
                }
            }

            if (!found)
            {
                NoScript(action, name, targets, trail, scope);
            }
        }
    }

    void NoScript(RunsScripts action, Argument name, List<Package> targets, CallPath trail, Scope scope)
    {
        if (action.FallsBackToProgram)
        {
            var inside = targets.Count == 1 && !action.Selection.IsHere ? Native(scope) with { Folder = targets[0].Folder } : scope;
            Act(CommandReader.Read([name, .. action.Arguments]), trail, inside, null);
        }
        else if (!action.IfPresent && name.Text is not ("test" or "restart" or "stop" or "install"))
        {
            // Where the working folder is not known for certain, a script that only one package has is the one.
            var owners = scope.IsElsewhere || scope.Image is not null ? packages.All.Where(package => package.Scripts.ContainsKey(name.Text)).ToList() : [];
            if (owners.Count == 1)
            {
                RunScript(owners[0], name.Text, action.Arguments, trail, Native(scope));
            }
            else if (!IsServerDefault(name.Text, scope))
            {
                LeaveOpen(trail.CallSite, targets.Count == 0 ? "no package.json was found for it" : $"no script \"{name.Text}\" in {string.Join(", ", targets.Select(package => package.File).Take(3))}");
            }
        }
    }

    /// <summary>npm start without a script runs server.js.</summary>
    bool IsServerDefault(string script, Scope scope) =>
        script == "start" && repository.Contains(RepositoryPath.Resolve(Native(scope).Folder, "server.js") ?? "");

    IEnumerable<Package> Targets(PackageSelection selection, Scope native)
    {
        if (selection.AtRoot)
        {
            return packages.In("") is { } top ? [top] : [];
        }

        if (selection.Filters.Count > 0)
        {
            return selection.Filters.SelectMany(filter => packages.Selected(filter, native.Folder)).Distinct();
        }

        return selection.All ? packages.All : packages.Nearest(native.Folder) is { } nearest ? [nearest] : [];
    }

    void RunScript(Package package, string name, IReadOnlyList<Argument> arguments, CallPath trail, Scope native)
    {
        var scope = native with { Folder = package.Folder, Variables = Variables.None, Functions = ImmutableDictionary<string, Function>.Empty };
        foreach (var hook in (ReadOnlySpan<string>)["pre" + name, name, "post" + name])
        {
            if (!package.Scripts.TryGetValue(hook, out var source) || (hook != name && name.StartsWith("pre", StringComparison.Ordinal) && package.Scripts.ContainsKey(name[3..])))
            {
                continue;
            }

            if (hook == name && arguments.Count > 0)
            {
                source = source.Append(" " + string.Join(' ', arguments.Select(argument => argument.IsKnown ? Quote(argument.Text) : argument.Raw)));
            }

            if (Enter($"{package.File}#{hook}+{source.Text.Length}", scope))
            {
                Run(new Frame(source, $"\"{hook}\"", true), Parse(source), scope, trail.Further());
            }
        }
    }

    static string Quote(string text) => text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '/' or '.' or ':' or '=' or '@') && text.Length > 0 ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    void Install(InstallsPackages action, CallPath trail, Scope scope)
    {
        var native = Native(scope);
        foreach (var package in Targets(action.Selection, native).Take(1))
        {
            foreach (var name in (ReadOnlySpan<string>)["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"])
            {
                if (package.Scripts.TryGetValue(name, out var source) && Enter($"{package.File}#{name}+{source.Text.Length}", native))
                {
                    Run(new Frame(source, $"\"{name}\"", true), Parse(source), native with { Folder = package.Folder, Variables = Variables.None }, trail.Further());
                }
            }
        }
    }

    void RunTasks(RunsTasks action, CallPath trail, Scope scope)
    {
        var native = Native(scope);
        foreach (var task in action.Tasks)
        {
            if (!task.IsKnown)
            {
                LeaveOpen(trail.CallSite, "the task's name is not known before it runs");
                continue;
            }

            foreach (var step in Tasks.Expand(action.Tool, task.Text, action.Selection, native.Folder))
            {
                var before = step.Via.Aggregate(trail.Further(), (hops, hop) => hops.Add(hop));
                var inner = native with { Folder = step.Folder, Variables = Variables.None };
                if (step.Package is { } package)
                {
                    RunScript(package, step.Name, [], new CallPath(before.RemoveAt(before.Count - 1), before[^1], before[^1].Text), inner);
                }
                else if (step.Source is { } source && Enter($"{source.File}!{step.Name}@{source.LineAt(0)}", inner))
                {
                    Run(new Frame(source, $"\"{step.Name}\"", true), Parse(source), inner, before);
                }
            }
        }
    }

    TaskGraph Tasks => field ??= new TaskGraph(repository, packages);

    void RunTargets(RunsTargets action, CallPath trail, Scope scope)
    {
        var native = Native(scope);
        if (TargetFiles.Find(repository, action.Tool, action.File, native.Folder) is not { } file)
        {
            LeaveOpen(trail.CallSite, $"no file with {action.Tool} targets was found for it");
            return;
        }

        foreach (var target in action.Targets.Count > 0 ? action.Targets.Select(argument => argument.Text) : [TargetFiles.Read(repository, action.Tool, file).Default ?? ""])
        {
            RunTarget(file, action.Tool, target, trail, native with { Folder = RepositoryPath.Folder(file) });
        }
    }

    void RunTarget(string file, string tool, string target, CallPath trail, Scope scope)
    {
        var targets = TargetFiles.Read(repository, tool, file);
        if (!targets.TryGet(target, out var found))
        {
            if (target.Contains(Argument.Unknown, StringComparison.Ordinal))
            {
                LeaveOpen(trail.CallSite, "the target's name is not known before it runs");
            }

            return;
        }

        if (!Enter($"{found.File}%{target}", scope) || trail.Before.Count > LongestChain)
        {
            return;
        }

        files.Add(found.File);
        var here = new CallSite(new SourceLocation(found.File, found.Line), target);
        foreach (var dependency in found.Dependencies)
        {
            RunTarget(file, tool, dependency, new CallPath(trail.Further(), here, target), scope);
        }

        foreach (var recipe in found.Recipes)
        {
            Run(new Frame(recipe, $"{target}:", false), ShellParser.Parse(recipe.Text), found.Folder is { } folder ? scope.In(folder) : scope, trail.Further());
        }
    }
}
