using DbGate.Releases.Plans;
using DbGate.Problems;

namespace DbGate.Releases.Approvals;

/// <summary>What is typed to approve, to confirm, and to go on.</summary>
static class ApprovalCommands
{
    /// <summary><c>APPROVE_PRODUCTION</c>.</summary>
    public static string For(string environment) => $"APPROVE_{environment.ToUpperInvariant()}";

    /// <summary>The command that approves a plan, every loss by its name.</summary>
    public static GateCommand Approve(Plan plan, string digest)
    {
        var environment = plan.Promise.Environment;
        var losses = string.Join(";", plan.ToAccept.Select(loss => loss.Name));
        return FixCommand.Gate(
            "approve",
            [
                ("environment", environment), ("plan", digest), ("by", CommandArgument.Placeholder("name")), ("confirm", For(environment)),
                .. losses.Length > 0 ? [("accept-loss", losses)] : Array.Empty<CommandOption>(),
            ]);
    }

    /// <summary>The command that deploys it then.</summary>
    public static GateCommand Release(Plan plan, string digest) =>
        PlannedEngine.Release(plan.Promise.Environment, plan.Promise.Engine, digest);

    /// <summary>"ana and ben": those whose approval would not count, or counts already.</summary>
    public static string Others(Plan plan, ApprovalCount count)
    {
        string[] people = [.. plan.Requesters.Concat(count.Counted.Select(approval => approval.By)).Distinct(PersonComparer.Instance)];
        return people.Length == 1 ? people[0] : $"{string.Join(", ", people[..^1])} and {people[^1]}";
    }
}
