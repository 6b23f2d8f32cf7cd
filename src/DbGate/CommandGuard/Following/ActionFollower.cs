using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Carries out what a command makes happen.</summary>
sealed class ActionFollower(FollowSession session)
{
    const string Downloaded = "it runs a script that is downloaded when it runs";

    /// <summary>Carries actions out. Returns the scope after a sourced file, else null.</summary>
    public Scope? Act(IEnumerable<CommandAction> actions, CallPath trail, Scope scope, SourceText? input)
    {
        Scope? sourced = null;
        foreach (var action in actions)
        {
            var inner = scope.Entering(session.Owners.In(action.Around, scope));
            switch (action)
            {
                case RunsTool tool:
                    session.Tools.Reach(tool, trail, inner, input);
                    break;
                case RunsShell shell when shell.Text.IsKnown || shell.Text.Text.Length > 1:
                    RunText(shell, trail, inner);
                    break;
                case RunsShell shell when KnownInstallers.In(shell.Text.Raw):
                    session.LeaveOpen(trail.CallSite, Downloaded);
                    break;
                case RunsShell shell when !IsSetup(shell.Text.Raw):
                    session.CannotTell(trail.CallSite, "the command is a value that is not known before it runs", inner);
                    break;
                case RunsFile file:
                    sourced = session.FileRuns.RunFile(file, trail, inner) ?? sourced;
                    break;
                case RunsScripts scripts:
                    session.Scripts.RunScripts(scripts, trail, inner);
                    break;
                case RunsTasks tasks:
                    session.Targets.RunTasks(tasks, trail, inner);
                    break;
                case RunsTargets targets:
                    session.Targets.RunTargets(targets, trail, inner);
                    break;
                case UsesFile use:
                    session.Uses.Run(use, trail, inner);
                    break;
                case RunsFrameworkTask task:
                    session.Frameworks.Run(task, trail, inner);
                    break;
                case RunsFunction function:
                    session.Elixir.Run(function, trail, inner);
                    break;
                case RunsProject { Language: Language.Elixir } release:
                    session.Elixir.Start(release.Project.Text, trail, inner);
                    break;
                case RunsProject project:
                    session.Compiled.Run(project, trail, inner);
                    break;
                case BuildsImage image:
                    session.Uses.Run(new UsesFile(FileRole.Dockerfile,
                        new Argument(image.File ?? (image.Directory is null or "." ? "Dockerfile" : $"{image.Directory}/Dockerfile")),
                        image.Around) { Stage = image.Target, Folder = image.Directory, IsOptional = image.File is null }, trail, inner);
                    break;
                case InstallsPackages install:
                    session.Scripts.Install(install, trail, inner);
                    break;
                case RunsCode code:
                    session.Programs.RunInline(code, trail, inner);
                    break;
                case RunsInput { Language: not Language.Shell } program when input is not null:
                    session.Programs.RunInline(new RunsCode(new Argument(input.Text), program.Language, program.Around), trail, inner);
                    break;
                case RunsInput when input is null && scope.Download is { } download:
                    if (KnownInstallers.In(download))
                    {
                        session.LeaveOpen(trail.CallSite, Downloaded);
                    }
                    else
                    {
                        session.CannotTell(trail.CallSite, Downloaded, inner);
                    }

                    break;
                case RunsInput when input is null && scope.IsPiped:
                    session.CannotTell(trail.CallSite, "it runs what another command prints", inner);
                    break;
                case RunsInput when input is not null && session.Enter($"{input.File}<<{input.LineAt(0)}", inner):
                    session.Shell.Run(new Frame(input, ""), ShellParser.Parse(input.Text), inner,
                        input.LineAt(0) == trail.CallSite.Location.Line ? trail.Before : trail.Further());
                    break;
                case Commands.Open { IsDecisive: false } when inner.IsGuess:
                    break;
                case Commands.Open { IsUnknown: true } unknown when !inner.IsComputed:
                    session.CannotTell(trail.CallSite, unknown.Reason, inner);
                    break;
                case Commands.Open unknown:
                    session.LeaveOpen(trail.CallSite, unknown.Reason, unknown.IsDecisive);
                    break;
                default:
                    break;
            }
        }

        return sourced;
    }

    /// <summary>What programs print for a shell to set itself up: <c>eval "$(ssh-agent -s)"</c>.</summary>
    static bool IsSetup(string text) =>
        ((string[])["ssh-agent", "shellenv", " init ", " init)", " hook ", " env", "env)", "activate", "dircolors", "lesspipe",
            "completion"]).Any(known => text.Contains(known, StringComparison.Ordinal));

    void RunText(RunsShell shell, CallPath trail, Scope scope)
    {
        var source = SourceText.OnLine(trail.CallSite.Location.File, shell.Text.Text, trail.CallSite.Location.Line ?? 1);
        if (session.Enter($"{trail.CallSite.Location}>{shell.Text.Text}", scope))
        {
            var positional = shell.Arguments.Count > 0 ? scope.Variables with { Positional = shell.Arguments } : scope.Variables;
            Nested(source, ShellParser.Parse(source.Text), scope with { Variables = positional }, trail);
        }
    }

    /// <summary>Runs a text that is inside another command: it adds no hop of its own.</summary>
    public void Nested(SourceText source, IReadOnlyList<ShellNode> nodes, Scope scope, CallPath trail)
    {
        var (first, before) = (session.Log.Reached.Count, trail.Before);
        session.Shell.Run(new Frame(source, trail.CallSite.Text, true), nodes, scope, before);
        session.Log.EndAt(first, before.Count, trail);
    }
}
