using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Following;

/// <summary>Records the commands of tools that are reached.</summary>
sealed class ToolFollower(FollowSession session)
{
    public void Reach(RunsTool action, CallPath trail, Scope scope, SourceText? input)
    {
        var command = action.Command;
        FollowConfiguration(command, trail, scope);
        if (scope.IsGuess && HasStrayWords(command))
        {
            return;
        }

        if (command.Unclear is { } reason && command.Arguments.Count > 0)
        {
            // What depends on the database is listed; an operation that only the run knows may be any.
            if (command.Rule is { IsUnclear: true })
            {
                session.LeaveOpen(trail.CallSite, reason);
            }
            else
            {
                session.CannotTell(trail.CallSite, reason, scope);
            }
        }

        if (command is { Class: CommandClass.Destructive, Rule.Sql: not null })
        {
            session.Sql.Run(command, trail, scope, input);
            return;
        }

        Record(command, trail, scope);
        if (command is { Tool.Name: "prisma", Operation: "db seed" or "migrate reset" or "migrate dev" }
            && session.Packages.Nearest(session.Owners.Native(scope).Folder) is { Seed: { } seed }
                && session.Enter(seed.File + "#seed", scope))
        {
            session.Shell.Run(new Frame(seed, "\"prisma.seed\"", true), session.Parse(seed), session.Owners.Native(scope), trail.Further());
        }
    }

    /// <summary>A configuration that is a program runs whenever its tool does, also for a harmless command.</summary>
    void FollowConfiguration(ToolCommand command, CallPath trail, Scope scope)
    {
        if (scope.IsGuess || command.Tool.Executes.Count == 0 || command.Arguments.Count == 0)
        {
            return;
        }

        var given = command.Call?.Value(["--config", "--knexfile", "--options-path"]);
        foreach (var name in given is null ? command.Tool.Executes : [given])
        {
            session.Actions.Act(
                [new RunsFile(new Shell.Argument(name), [], Language.JavaScript, CommandContext.Same) { MayBeProgram = true }], trail,
                scope, null);
        }
    }

    /// <summary>Records a command at the end of a path.</summary>
    public void Record(ToolCommand command, CallPath trail, Scope scope)
    {
        if (command.Class == CommandClass.Allowed)
        {
            session.Log.Allow(command.Display);
        }
        else if (command.Class != CommandClass.None)
        {
            IReadOnlyList<CallSite> hops = [.. trail.Before, trail.CallSite with { Text = trail.Full }];
            session.Log.Add(new ReachedCommand(command, hops, scope, session.Entry.Context));
        }
    }

    /// <summary>"prisma db push failed" is a message, not a command.</summary>
    static bool HasStrayWords(ToolCommand command) =>
        command is { Rule: { Sql: null } rule, Call: { } call, Tool.EachWord: false }
            && call.Words.Count > rule.Pattern.WordCount + command.Tool.Operands;
}
