namespace DbGate.Releases.Plans;

/// <summary>What has moved between a plan and now, in words. Pure; an empty list means that the plan still holds.</summary>
static class PlanComparison
{
    public static IReadOnlyList<string> Between(PlanPromise plan, PlanPromise now) =>
    [
        .. Target(plan, now),
        .. Word("the environment", plan.Environment, now.Environment),
        .. Word("the commit", Short(plan.Commit), Short(now.Commit)),
        .. Word("DbGate", plan.Tool, now.Tool),
        .. Word("the engine", plan.Engine, now.Engine),
        .. Word("the version of the migration tool", plan.ToolVersion, now.ToolVersion),
        .. Programs(plan.Programs ?? [], now.Programs ?? []),
        .. Word("the digest of the rules", Short(plan.Rules), Short(now.Rules)),
        .. Ledger(plan.Applied, now.Applied),
        .. Files(plan.Pending, now.Pending),
        .. Backup(plan.Backup, now.Backup),
        .. plan.CatalogSha256 == now.CatalogSha256 ? Array.Empty<string>() : [Schema],
    ];

    /// <summary>What means objects that differ until they are named.</summary>
    public const string Schema = "the database's schema is no longer the one that the plan was made on";

    static IEnumerable<string> Target(PlanPromise plan, PlanPromise now)
    {
        if ((plan.Target.SystemIdentifier, plan.Target.DatabaseOid) != (now.Target.SystemIdentifier, now.Target.DatabaseOid))
        {
            yield return $"another database: planned for {Name(plan.Target)}, this is {Name(now.Target)}";
        }
        else if (plan.Target.Schema != now.Target.Schema)
        {
            yield return $"another schema: planned for {plan.Target.Schema}, this is {now.Target.Schema}";
        }
        else if (plan.Target.ServerVersion / 10000 != now.Target.ServerVersion / 10000)
        {
            yield return $"the server was upgraded from {plan.Target.ServerVersion} to {now.Target.ServerVersion}";
        }
    }

    static IEnumerable<string> Ledger(IReadOnlyList<PromisedMigration> plan, IReadOnlyList<PromisedMigration> now) =>
        Lists(plan, now, "was applied since", "is no longer applied", "has another checksum in the ledger");

    static IEnumerable<string> Files(IReadOnlyList<PromisedMigration> plan, IReadOnlyList<PromisedMigration> now)
    {
        var differences =
            Lists(plan, now, "is pending and not in the plan", "is in the plan and no longer pending", "was changed").ToArray();
        return differences.Length > 0 || plan.Select(one => one.Name).SequenceEqual(now.Select(one => one.Name))
            ? differences
            : ["the order of the pending migrations changed"];
    }

    static IEnumerable<string> Lists(
        IReadOnlyList<PromisedMigration> plan, IReadOnlyList<PromisedMigration> now, string added, string gone, string changed)
    {
        var before = plan.ToDictionary(one => one.Name, one => one.Checksum, StringComparer.Ordinal);
        var after = now.ToDictionary(one => one.Name, one => one.Checksum, StringComparer.Ordinal);
        return
        [
            .. now.Where(one => !before.ContainsKey(one.Name)).Select(one => $"{one.Name} {added}"),
            .. plan.Where(one => !after.ContainsKey(one.Name)).Select(one => $"{one.Name} {gone}"),
            .. now.Where(one => before.TryGetValue(one.Name, out var checksum) && checksum != one.Checksum)
                .Select(one => $"{one.Name} {changed} (sha256 {Short(before[one.Name])} to {Short(one.Checksum)})"),
        ];
    }

    static IEnumerable<string> Programs(IReadOnlyList<PromisedProgram> plan, IReadOnlyList<PromisedProgram> now) =>
        from before in plan
        let after = now.FirstOrDefault(one => one.Path == before.Path)?.Sha256
        where after != before.Sha256
        select $"{before.Path} of the deploy command was {(after is null ? "removed" : "changed")} (sha256 {Short(before.Sha256)} to "
            + $"{Short(after) ?? "none"})";

    static IEnumerable<string> Backup(PlanBackup? plan, PlanBackup? now) => (plan, now) switch
    {
        (null, null) or (null, _) => [],
        (_, null) => [$"the plan's backup {plan.Key} is gone"],
        _ when plan.ManifestSha256 != now.ManifestSha256 =>
            [$"the backup was replaced: planned with {plan.Key} (manifest {Short(plan.ManifestSha256)}), now {now.Key} (manifest "
                + $"{Short(now.ManifestSha256)})"],
        _ => [],
    };

    static IEnumerable<string> Word(string what, string? plan, string? now) =>
        plan == now ? [] : [$"{what} moved from {plan ?? "none"} to {now ?? "none"}"];

    static string Name(PlanTarget target) => $"{target.DatabaseName} (oid {target.DatabaseOid} of cluster {target.SystemIdentifier})";

    static string? Short(string? text) => text is { Length: > 8 } ? $"{text[..8]}…" : text;
}
