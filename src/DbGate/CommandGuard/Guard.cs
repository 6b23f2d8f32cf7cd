using DbGate.CommandGuard.Commands;
using DbGate.CommandGuard.Data;
using DbGate.CommandGuard.Files;
using DbGate.CommandGuard.Formats;
using DbGate.CommandGuard.Following;
using DbGate.CommandGuard.Judging;
using DbGate.CommandGuard.Resolving;
using DbGate.CommandGuard.Shell;
using DbGate.Problems;

namespace DbGate.CommandGuard;

/// <summary>Answers which path that production runs reaches a destructive command, and how. No database, no network.</summary>
public static class Guard
{
    /// <summary>Inspects a repository.</summary>
    /// <exception cref="GateException">The root folder does not exist.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static GuardReport Inspect(GuardRequest request, CancellationToken cancellationToken = default) =>
        Inspect(request, out _, cancellationToken);

    /// <summary>Inspects, and states what the findings need.</summary>
    internal static GuardReport Inspect(GuardRequest request, out GuardBasis basis, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(request.Root))
        {
            throw new GateException(CommandGuardProblems.RootMissing(request.Root));
        }

        var repository = Repository.Walk(request.Root, cancellationToken);
        var judgements = new PathClassifier(request.Policy, request.Environment);
        var found = Discovery.In(repository, judgements, out var packages, out var roles, cancellationToken);
        var follower = new EntrypointFollower(repository, packages, roles, cancellationToken);
        var conventional = found.Entrypoints.Where(entry => entry.IsConventional).ToList();
        var entrypoints = found.Entrypoints.Except(conventional).Where(entry => entry.Context.Class != PathClass.Ignored).ToList();
        request.Commands.Select(command => command.ToEntrypoint()).ToList().ForEach(follower.Follow);
        entrypoints.ForEach(follower.Follow);

        // A script with a telling name counts by itself only when nothing in the repository runs it.
        foreach (var entry in conventional.Where(entry => !follower.Log.Files.Contains(entry.File)
            && entry.Context.Class != PathClass.Ignored))
        {
            entrypoints.Add(entry);
            follower.Follow(entry);
        }

        basis = GuardBasis.From(repository);
        var waivers = new Waivers(request.Waivers, request.Clock.GetUtcNow());
        return new GuardReport
        {
            Environment = request.Environment,
            Findings = [.. Grouped(follower.Log.Reached, judgements, repository)
                .Select(finding => finding with { IsEnforced = request.Policy.BypassBlocks }).Select(waivers.Apply)
                .OrderBy(finding => !finding.Blocks).ThenBy(finding => finding.Location.File, StringComparer.Ordinal)
                .ThenBy(finding => finding.Location.Line)],
            Flags =
            [
                .. found.Settings.Concat(follower.Log.Settings).Select(Flags.From).OfType<FlagFinding>()
                    .GroupBy(flag => (flag.Name, flag.Location)).Select(group => group.OrderBy(flag => !flag.Blocks).First())
                        .Select(waivers.Apply)
                    .OrderBy(flag => flag.Location.File, StringComparer.Ordinal).ThenBy(flag => flag.Location.Line),
            ],
            NotFollowed = NotFollowedOrder.From(found.NotFollowed.Concat(follower.Log.Open)),
            RequiresEntrypoints = request.Policy.RequireEntrypoints,
            Ignored = IgnoredPaths.From(found.Entrypoints, judgements, repository, request.Policy.IgnoreLocation),
            Unreadable = [.. found.Unreadable.OrderBy(file => file.Location.File, StringComparer.Ordinal)],
            Files = repository.Count,
            Entrypoints = entrypoints.Count,
        };
    }

    /// <summary>Classes one command line, and follows the scripts of the repository that it runs.</summary>
    /// <param name="commandLine">The line as it would be typed into a shell.</param>
    /// <param name="environment">The environment it would meet: in <c>development</c> and <c>test</c> only a command that reaches another
    /// machine blocks, and one that turns off Prisma's own protection.</param>
    /// <param name="root">The repository's root; null to look at the line alone.</param>
    /// <param name="cancellationToken">Cancels the reading of files.</param>
    public static CommandVerdict Classify(
        string commandLine, string environment, string? root = null, CancellationToken cancellationToken = default)
    {
        var repository = root is null ? Repository.Empty : Repository.Walk(root, cancellationToken);
        var packages = new Packages(repository, (_, _) => { });
        var follower = new EntrypointFollower(repository, packages,
            new FileRoles(repository, packages, new PathClassifier(GuardPolicy.None, environment), new Images(repository)),
            cancellationToken);
        follower.Follow(new Entrypoint(new Frame(SourceText.Whole("command line", commandLine), ""),
            new ContextJudgement(PathClass.Unknown, "typed"), new Scope("")));
        return Verdicts.From(follower.Log, environment, file => repository.Contains(file) ? repository.Read(file).Text : null);
    }

    static IEnumerable<GuardFinding> Grouped(IEnumerable<ReachedCommand> reached, PathClassifier judgements, Repository repository) =>
        reached.GroupBy(reach => (reach.Hops[^1].Location, reach.Command.Display)).Select(group =>
        {
            var paths = group.Select(reach => (Reach: reach, Context: Policed(reach, judgements, repository)))
                .Select(pair => new GuardPath(pair.Reach.Hops, pair.Context.Class, pair.Context.Reason))
                .Where(path => path.Context != PathClass.Ignored)
                .DistinctBy(path => path.ToString())
                .OrderBy(path => !path.Blocks)
                .ThenBy(path => path.Hops[0].Location.File.EndsWith("package.json", StringComparison.Ordinal))
                .ThenBy(path => path.Context != PathClass.Production)
                .ThenBy(path => path.Hops[0].Location.File.Count(c => c == '/'))
                .ThenBy(path => path.Hops.Count)
                .ThenBy(path => path.ToString(), StringComparer.Ordinal)
                .ToList();
            var first = group.First();
            return paths.Count == 0 ? null : new GuardFinding(first.Command.Class, first.Command.Operation,
                CallText.Written(first.Command), paths)
            {
                Tool = first.Command.Tool.Name,
                Display = first.Command.Display,
                Effect = first.Command.Effect,
                Fix = first.Command.Fix,
            };
        }).OfType<GuardFinding>();

    /// <summary>The policy may class the place of the command, too.</summary>
    static ContextJudgement Policed(ReachedCommand reach, PathClassifier judgements, Repository repository) =>
        !OwnCommand.IsWhere(reach.Entry) && judgements.ByPolicy(reach.Hops[0].Location.File) is null
            && judgements.ByPolicy(reach.Hops[^1].Location.File) is { } given ? given
            : CommandJudge.From(reach, file => repository.Contains(file) ? repository.Read(file).Text : null);
}
