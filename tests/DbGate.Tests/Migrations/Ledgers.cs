using System.Text;
using DbGate.Migrations;

namespace DbGate.Tests.Migrations;

/// <summary>Folders and ledgers in memory, for tests of pure decisions.</summary>
static class Ledgers
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static Migration File(string name, string sum = "aaaa", bool isUtf8 = true) =>
        new(name, $"/p/migrations/{name}/migration.sql", sum, [sum], isUtf8, 10);

    public static Migration NoFile(string name) => new(name, $"/p/migrations/{name}/migration.sql", null, [], true, 0);

    public static MigrationFolder Folder(params Migration[] migrations) => new("/p/migrations", true, migrations);

    public static Ledger Ledger(params LedgerRow[] rows) => new(true, rows, 3, null);

    public static LedgerRow Applied(string name, string sum = "aaaa") =>
        Row(name, sum) with { FinishedAt = Noon.AddSeconds(1), AppliedSteps = 1 };

    public static LedgerRow Claimed(string name) => Row(name, "aaaa") with { FinishedAt = Noon };

    public static LedgerRow Unfinished(string name, string? logs = null) => Row(name, "aaaa") with { Logs = logs };

    public static LedgerRow RolledBack(string name) => Unfinished(name) with { RolledBackAt = Noon.AddMinutes(5) };

    public static MigrationLockHolder Holder { get; } = new(4711, "app", "prisma", "ALTER TABLE t", TimeSpan.FromSeconds(7));

    static LedgerRow Row(string name, string sum) => new(Guid.NewGuid().ToString(), name, sum, Noon, null, null, 0, null);
}
