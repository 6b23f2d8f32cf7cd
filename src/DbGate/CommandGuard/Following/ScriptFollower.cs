using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Follows package.json scripts.</summary>
sealed class ScriptFollower(FollowSession session)
{
    public void RunScripts(RunsScripts action, CallPath trail, Scope scope)
    {
        var native = session.Owners.Native(scope);
        var targets = session.Owners.Targets(action.Selection, native).ToList();
        foreach (var name in action.Names)
        {
            if (!name.IsKnown)
            {
                session.LeaveOpen(trail.CallSite, "the script's name is not known before it runs");
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
            var inside = targets.Count == 1 && !action.Selection.IsHere ? session.Owners.Native(scope) with { Folder = targets[0].Folder }
                : scope;
            session.Actions.Act(CommandReader.Read([name, .. action.Arguments]), trail, inside, null);
        }
        else if (!action.IfPresent && name.Text is not ("test" or "restart" or "stop" or "install"))
        {
            // Where the working folder is not known for certain, a script that only one package has is the one.
            var owners = scope.IsElsewhere || scope.Image is not null
                ? session.Packages.All.Where(package => package.Scripts.ContainsKey(name.Text)).ToList() : [];
            if (owners.Count == 1)
            {
                RunScript(owners[0], name.Text, action.Arguments, trail, session.Owners.Native(scope));
            }
            else if (!session.Owners.IsServerDefault(name.Text, scope))
            {
                session.LeaveOpen(trail.CallSite, targets.Count == 0 ? "no package.json was found for it"
                    : $"no script \"{name.Text}\" in {string.Join(", ", targets.Select(package => package.File).Take(3))}");
            }
        }
    }

    public void RunScript(Package package, string name, IReadOnlyList<Argument> arguments, CallPath trail, Scope native)
    {
        var scope = native with { Folder = package.Folder, Variables = Variables.None, Functions = ImmutableDictionary<string,
            Function>.Empty };
        foreach (var hook in (ReadOnlySpan<string>)["pre" + name, name, "post" + name])
        {
            if (!package.Scripts.TryGetValue(hook, out var source)
                || (hook != name && name.StartsWith("pre", StringComparison.Ordinal) && package.Scripts.ContainsKey(name[3..])))
            {
                continue;
            }

            if (hook == name && arguments.Count > 0)
            {
                source = source.Append(" " + string.Join(' ',
                    arguments.Select(argument => argument.IsKnown ? CallText.Quote(argument.Text) : argument.Raw)));
            }

            if (session.Enter($"{package.File}#{hook}+{source.Text.Length}", scope))
            {
                session.Shell.Run(new Frame(source, $"\"{hook}\"", true), session.Parse(source), scope, trail.Further());
            }
        }
    }

    public void Install(InstallsPackages action, CallPath trail, Scope scope)
    {
        var native = session.Owners.Native(scope);
        foreach (var package in session.Owners.Targets(action.Selection, native).Take(1))
        {
            foreach (var name in (ReadOnlySpan<string>)["preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare",
                "postprepare"])
            {
                if (package.Scripts.TryGetValue(name, out var source)
                    && session.Enter($"{package.File}#{name}+{source.Text.Length}", native))
                {
                    session.Shell.Run(new Frame(source, $"\"{name}\"", true), session.Parse(source),
                        native with { Folder = package.Folder, Variables = Variables.None }, trail.Further());
                }
            }
        }
    }
}
