using System.Collections.Immutable;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Tools;

namespace DbGate.CommandGuard.Hooks;

/// <summary>Decides whether an agent may run a command line on this machine.</summary>
static class HookJudge
{
    /// <summary>The names under which databases and environments are known: the only variables of the process that are looked at.</summary>
    static readonly string[] Variables =
        [.. ToolCatalog.All.SelectMany(tool => tool.Variables.Concat(tool.EnvironmentOptions).Concat(tool.HostOptions))
            .Where(name => name[0] is not ('-' or '0')).Distinct(), "NODE_ENV"];

    /// <summary>Why the command must not run; null when it may.</summary>
    /// <param name="command">The command line.</param>
    /// <param name="folder">Where it would run, absolute.</param>
    /// <param name="environment">The environment that the caller names; null to judge by the database that the command reaches.</param>
    /// <param name="variables">The variables of the process.</param>
    /// <param name="cancellationToken">Ends the reading of files.</param>
    public static string? Deny(string command, string folder, string? environment, Func<string, string?> variables,
        CancellationToken cancellationToken)
    {
        var root = Root(folder);
        var repository = Repository.OnDemand(root);
        var known = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var name in Variables)
        {
            if (variables(name) is { Length: > 0 } value)
            {
                known[name] = value;
            }
        }

        var relative = Path.GetRelativePath(root, folder).Replace('\\', '/');
        var packages = new Packages(repository, (_, _) => { });
        var follower = new EntrypointFollower(repository, packages,
            new FileRoles(repository, packages, new PathClassifier(GuardPolicy.None, environment ?? "production"), new Images(repository)),
            cancellationToken);
        follower.Follow(new Entrypoint(new Frame(SourceText.Whole("command line", command), ""),
            new ContextJudgement(PathClass.Unknown, "typed"),
            new Scope(relative == "." ? "" : relative) { Environment = known.ToImmutable() }));
        return Deny(follower.Log, environment, file => repository.Contains(file) ? repository.Read(file).Text : null);
    }

    static string? Deny(FollowLog log, string? environment, Func<string, string?> read)
    {
        if (log.Settings.Any(setting => setting.Name == Flags.AgentConsent && setting.Value.Length > 0))
        {
            return $"{Flags.AgentConsent} turns off Prisma's own protection. A person has to run this command without it.";
        }

        foreach (var reached in log.Reached.OrderByDescending(reach => reach.Command.Class))
        {
            var (command, target) = (reached.Command, TargetJudge.From(reached, read));
            var isDevelopment = reached.Scope.DevelopmentOnly is not null || target.Class == TargetClass.Development
                || (environment is not null && target.Class == TargetClass.Unknown && Environments.IsDevelopment(environment));
            var isNamedOther = environment is not null && !Environments.IsDevelopment(environment)
                && !(target is { Class: TargetClass.Development, IsExplicit: true });
            if (command.Class == CommandClass.Destructive && (!isDevelopment || isNamedOther))
            {
                return $"{command.Display} may lose data: {command.Effect}. {Sentence(target, environment)} {command.Fix}";
            }

            if (command.Class is CommandClass.HistoryRewriting or CommandClass.Bypassing && target.Class == TargetClass.Remote)
            {
                return $"{command.Display} loses no data, but {command.Effect}. {Sentence(target, environment)} A person has to run it.";
            }
        }

        return log.Open.FirstOrDefault() is { } open
            ? $"It cannot be told what the command does: {open.Reason}. Write the command out, without variables and without code that "
                + "builds it."
            : null;
    }

    static string Sentence(CommandTarget target, string? environment) =>
        target.Class == TargetClass.Unknown && environment is not null ? $"The environment is {environment}."
            : $"{char.ToUpperInvariant(target.Reason[0])}{target.Reason[1..]}.";

    /// <summary>The folder of the work tree, so that scripts of other folders are found.</summary>
    static string Root(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Combine(at, ".git")))
            {
                return at;
            }
        }

        return folder;
    }
}
