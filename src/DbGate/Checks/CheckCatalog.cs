namespace DbGate.Checks;

/// <summary>Every check, in the order in which they run. A new one is one line here.</summary>
static class CheckCatalog
{
    /// <summary>The rules of production-safety.</summary>
    public static IReadOnlyList<ICheck> Safety { get; } = [new DatabaseSafetyCheck(), new BackupConfigCheck()];

    /// <summary>
    /// What must hold before any work: the rules, and a ledger that can be deployed to. An hour of backup is not spent in vain.
    /// </summary>
    public static IReadOnlyList<ICheck> BeforeRelease { get; } =
        [.. Safety, new MigrationsCheck(beforeDeploy: true), new ProtectionCheck(), new WorkTreeCheck()];

    /// <summary>What <c>/ready</c> and verify-ready ask.</summary>
    public static IReadOnlyList<ICheck> Ready { get; } = [new MigrationsCheck(), .. Safety];
}
