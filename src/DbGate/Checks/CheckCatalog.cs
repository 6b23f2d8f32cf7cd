namespace DbGate.Checks;

/// <summary>Every check, in the order in which they run. A new one is one line here.</summary>
public static class CheckCatalog
{
    /// <summary>The rules of production-safety.</summary>
    public static IReadOnlyList<ICheck> Safety { get; } = [new DatabaseSafetyCheck(), new BackupConfigCheck()];

    /// <summary>What <c>/ready</c> and verify-ready ask.</summary>
    public static IReadOnlyList<ICheck> Ready { get; } = [new MigrationsCheck(), .. Safety];

    /// <summary>What must hold of the ledger before a deploy.</summary>
    public static IReadOnlyList<ICheck> BeforeDeploy { get; } = [new MigrationsCheck(beforeDeploy: true)];
}
