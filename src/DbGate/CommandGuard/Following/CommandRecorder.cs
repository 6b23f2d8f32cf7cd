using System.Collections.Immutable;
using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Prisma;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard.Following;

/// <summary>Records the commands that are reached.</summary>
sealed class CommandRecorder(FollowSession session)
{
    public void Reach(RunsPrisma action, CallPath trail, Scope scope)
    {
        var command = action.Command;
        if (command.IsOpen && command.Arguments.Count > 0)
        {
            session.LeaveOpen(trail.CallSite, "what prisma is asked to do is not known before it runs");
        }

        if (command.Class == CommandClass.Allowed)
        {
            session.Log.Allow(command.Operation);
        }

        if (command.Class is CommandClass.Destructive or CommandClass.HistoryRewriting && !(scope.IsGuess && HasStrayWords(command)))
        {
            IReadOnlyList<CallSite> hops = [.. trail.Before, trail.CallSite with { Text = trail.Full }];
            session.Log.Add(new ReachedCommand(command, hops, scope, session.Entry.Context));
        }

        if (command.Operation is "db seed" or "migrate reset" or "migrate dev" && session.Packages.Nearest(session.Owners.Native(scope).Folder) is { Seed: { } seed } && session.Enter(seed.File + "#seed", scope))
        {
            session.Shell.Run(new Frame(seed, "\"prisma.seed\"", true), session.Parse(seed), session.Owners.Native(scope), trail.Further());
        }
    }

    /// <summary>"prisma db push failed" is a message, not a command.</summary>
    static bool HasStrayWords(PrismaCommand command)
    {
        var words = command.Operation.Count(c => c == ' ') + 1;
        var afterOption = false;
        foreach (var argument in command.Arguments)
        {
            var isOption = argument.Text.StartsWith('-');
            if (!isOption && !afterOption && --words < 0)
            {
                return true;
            }

            afterOption = isOption;
        }

        return false;
    }
}
