using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Judging;

/// <summary>Decides what a command that was reached is run for. Pure.</summary>
static class CommandJudge
{
    /// <summary>The hosts that a job or a compose file brings along; kept under a name that no variable can have.</summary>
    internal const string ServicesKey = " services";

    /// <summary>
    /// What the names on the way and the database of the command itself add to an entrypoint's class. They add nothing to a command that
    /// DbGate runs: it runs in the release, where <c>NODE_ENV</c> may be unset and a local address may be a proxy of production.
    /// </summary>
    /// <param name="reached">The command.</param>
    /// <param name="read">The text of a file of the project; null when there is none.</param>
    public static ContextJudgement From(ReachedCommand reached, Func<string, string?> read)
    {
        var (scope, entry) = (reached.Scope, reached.Entry);
        if (entry.Class is PathClass.Ignored or PathClass.Development || OwnCommand.IsWhere(entry))
        {
            return entry;
        }

        if (scope.DevelopmentOnly is { } condition)
        {
            return new ContextJudgement(PathClass.Development, condition);
        }

        return TargetJudge.From(reached, read) is { Class: TargetClass.Development, IsExplicit: true } target
            ? new ContextJudgement(PathClass.Development, target.Reason) : entry;
    }
}
