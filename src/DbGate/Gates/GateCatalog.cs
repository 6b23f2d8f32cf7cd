using DbGate.Configuration;
using DbGate.Gates.Steps;
using DbGate.Problems;

namespace DbGate.Gates;

/// <summary>
/// The gates that run without a person: each a step, or a name for several, after those that it depends on. Frosting's tasks say the same
/// by attributes; a test compares the two. Approving, restoring and unprotecting are for people, and so not here.
/// </summary>
public static class GateCatalog
{
    static readonly Gate[] All =
    [
        new("forbid-db-push", () => new ForbidDbPushStep()),
        new("production-safety", () => new ProductionSafetyStep()),
        new("backup-first", () => new BackupFirstStep(), "forbid-db-push", "production-safety"),
        new("rehearse", () => new RehearseStep(), "backup-first"),
        new("plan", () => new PlanStep(), "rehearse"), // what a plan promises is what this run checked, backed up and measured
        new("migrate-deploy", () => new MigrateDeployStep(), "backup-first"),
        new("verify-ready", () => new VerifyReadyStep()),
        new("release", null, "forbid-db-push", "production-safety", "backup-first", "rehearse", "plan", "migrate-deploy", "verify-ready"),
        new("backup", () => new BackupFirstStep(alwaysTake: true)),
        new("prune-backups", () => new PruneBackupsStep()),
        new("restore-test", () => new RestoreTestStep()),
        new("stats", () => new StatsStep()),
        new("fleet", () => new FleetStep()),
        new("aggregate", () => new AggregateStep()),
        new("audit", () => new AuditStep()),
        new("checklist", () => new ChecklistStep()),
        new("doctor", () => new DoctorStep()),
        new("publish", () => new PublishStep()),
        new("github-approvals", () => new GitHubApprovalsStep()),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(gate => gate.Name)];

    /// <summary>What runs for these gates, in order: dependencies first, each once.</summary>
    /// <exception cref="GateException">DBG0060: a name is none.</exception>
    public static IReadOnlyList<IStep> Steps(params IEnumerable<string> names)
    {
        var (met, steps) = (new HashSet<string>(StringComparer.Ordinal), new List<IStep>());
        foreach (var name in names)
        {
            Visit(name);
        }

        return steps;

        void Visit(string name)
        {
            var gate = Array.Find(All, gate => gate.Name == name) ?? throw new GateException(GateProblems.Unknown(name, NearestName.Of(name, Names), Names));
            if (!met.Add(name))
            {
                return;
            }

            Array.ForEach(gate.DependsOn, Visit);
            if (gate.Step is not null)
            {
                steps.Add(gate.Step());
            }
        }
    }

    sealed record Gate(string Name, Func<IStep>? Step, params string[] DependsOn);
}
