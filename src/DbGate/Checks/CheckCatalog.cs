namespace DbGate.Checks;

/// <summary>Every check, in the order in which they run.</summary>
static class CheckCatalog
{
    /// <summary>Settings that <c>/ready</c> and production-safety both check.</summary>
    static readonly ICheck[] Shared = [new DatabaseSafetyCheck(), new BackupConfigCheck()];

    /// <summary>
    /// The checks of production-safety; they hold before any work, so that no backup is taken in vain. A new check is one line here.
    /// </summary>
    public static IReadOnlyList<ICheck> BeforeRelease { get; } =
        [.. Shared, new MigrationsCheck(beforeDeploy: true), new ProtectionCheck(), new WorkTreeCheck()];

    /// <summary>The checks of <c>/ready</c> and verify-ready. Their names are a contract: a new check does not belong here.</summary>
    public static IReadOnlyList<ICheck> Ready { get; } = [new MigrationsCheck(), .. Shared];
}
