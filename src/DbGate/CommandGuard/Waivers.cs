using DbGate.CommandGuard.Files;
using DbGate.Configuration;
using DbGate.Git;

namespace DbGate.CommandGuard;

/// <summary>Applies waivers: in force they cover a finding, expired they are named.</summary>
sealed class Waivers(IReadOnlyList<Waiver> waivers, DateTimeOffset now)
{
    public GuardFinding Apply(GuardFinding finding)
    {
        if (finding.Class is not (CommandClass.Destructive or CommandClass.Bypassing) || !finding.Path.Blocks)
        {
            return finding;
        }

        // Every path that blocks has to be covered, not only the one that is shown first.
        var paths = finding.Paths.Where(path => path.Blocks).ToList();
        var covering = paths.Select(path => Find(CommandGuardProblems.CodeOf(finding).Id, path.Hops[0].Location.File,
            path.Hops[^1].Location.File)).ToList();
        return finding with
        {
            Waiver = covering.All(pair => pair.InForce is not null) ? covering[0].InForce : null,
            ExpiredWaiver = covering.Select(pair => pair.Expired).FirstOrDefault(waiver => waiver is not null),
        };
    }

    public FlagFinding Apply(FlagFinding flag) => flag with { Waiver = Find(CommandGuardProblems.Flag.Id, flag.Location.File).InForce };

    (Waiver? InForce, Waiver? Expired) Find(string checkId, params string[] files)
    {
        var matching = waivers.Where(waiver => waiver.Check == checkId && GlobPattern.Parse(waiver.Scope) is { } scope
            && files.Any(scope.Covers)).ToList();
        return (matching.FirstOrDefault(waiver => !waiver.IsOutOfForce(now)), matching.FirstOrDefault(waiver => waiver.IsOutOfForce(now)));
    }
}
