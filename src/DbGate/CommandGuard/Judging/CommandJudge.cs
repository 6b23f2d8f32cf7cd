using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Prisma;
using DbGate.CommandGuard.Resolving;

namespace DbGate.CommandGuard.Judging;

/// <summary>Decides what a command that was reached is run for. Pure.</summary>
static class CommandJudge
{
    /// <summary>What the names on the way and the database of the command itself add to an entrypoint's class.</summary>
    public static ContextJudgement Of(ReachedCommand reached)
    {
        var (command, scope, entry) = (reached.Command, reached.Scope, reached.Entry);
        if (entry.Class is PathClass.Ignored or PathClass.Development)
        {
            return entry;
        }

        if (scope.DevelopmentOnly is { } condition)
        {
            return new ContextJudgement(PathClass.Development, condition);
        }

        var url = command.Option("--url") ?? scope.Environment.GetValueOrDefault("DATABASE_URL");
        if (url is not null && Environments.IsLocalDatabase(url, Services(scope)) && IsLocalOrUnset(scope, "DIRECT_URL") && IsLocalOrUnset(scope, "DIRECT_DATABASE_URL"))
        {
            return new ContextJudgement(PathClass.Development, "the database is a local one");
        }

        return scope.EnvironmentNames.FirstOrDefault(name => Environments.IsDevelopment(RepositoryPath.Name(name))) is { } file
            ? new ContextJudgement(PathClass.Development, $"it uses {file}")
            : entry;
    }

    /// <summary>The hosts that a job or a compose file brings along; kept under a name that no variable can have.</summary>
    internal const string ServicesKey = " services";

    static IEnumerable<string> Services(Scope scope) => scope.Environment.GetValueOrDefault(ServicesKey, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    static bool IsLocalOrUnset(Scope scope, string name) => !scope.Environment.TryGetValue(name, out var url) || Environments.IsLocalDatabase(url, Services(scope));
}
