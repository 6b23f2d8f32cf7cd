using DbGate.Configuration;

namespace DbGate.Migrations.Deploy;

/// <summary>How long a deploy waits for others, and how long others wait for it.</summary>
/// <param name="LockTimeout">What a statement of a migration waits for a lock, with everyone queueing behind it; zero: forever.</param>
/// <param name="StatementTimeout">What a statement of a migration may take; zero: no limit.</param>
/// <param name="LockWait">How long the deploy waits for locks to be free, and tries again; zero: once.</param>
sealed record LockOptions(TimeSpan LockTimeout, TimeSpan StatementTimeout, TimeSpan LockWait)
{
    public static LockOptions From(Settings settings) => new(
        settings.Get(MigrationSettings.DeployLockTimeout), settings.Get(MigrationSettings.DeployStatementTimeout),
        settings.Get(MigrationSettings.DeployLockWait));
}
