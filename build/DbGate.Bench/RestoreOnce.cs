using DbGate.Postgres;
using DbGate.Backups.Restores;

namespace DbGate.Bench;

/// <summary>
/// One restore in a process of its own, for <see cref="RestoreSuite"/>: into the database <c>restored</c>; prints its peak memory in MiB.
/// </summary>
static class RestoreOnce
{
    /// <summary>The argument that starts it.</summary>
    public const string Target = "restore-once";

    /// <summary>All of it, without a comparison: what <c>psql</c> does.</summary>
    public const string Restore = "restore";

    /// <summary>All of it, compared.</summary>
    public const string Test = "restore-test";

    /// <summary>Where it restores to.</summary>
    public const string Database = "restored";

    const string KeyVariable = "DBGATE_BENCH_KEY";
    const string WhatVariable = "DBGATE_BENCH_WHAT";

    /// <summary>What its process is told.</summary>
    /// <param name="store">Where the archive is.</param>
    /// <param name="key">The archive.</param>
    /// <param name="what"><see cref="Restore"/>, <see cref="Test"/>, or a table.</param>
    internal static IReadOnlyDictionary<string, string?> Told(BenchStore store, string key, string what) =>
        new Dictionary<string, string?>(store.Variables) { [KeyVariable] = key, [WhatVariable] = what };

    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        var url = PostgresUrl.Parse(Variable(BenchStore.UrlVariable), BenchStore.UrlVariable);
        var choice = new BackupChoice(BenchStore.Open(), "bench") { Key = Variable(KeyVariable) };
        var stages = new Stages<RestoreProgress>(progress => progress.Stage);
        switch (Variable(WhatVariable))
        {
            case Test:
                var test = await RestoreTest.RunAsync(
                    new() { Backup = choice, Target = url.WithDatabase(Database), Configured = [("DATABASE_URL", url)] }, stages,
                    CancellationToken.None);
                Demand(test.Passed);
                break;
            case Restore:
                await DbGate.Backups.Restores.Restore.RunAsync(
                    new() { Backup = choice, Url = url, Into = Database, IsProduction = false, Compares = false }, stages,
                    CancellationToken.None);
                break;
            case var table:
                await DbGate.Backups.Restores.Restore.RunAsync(
                    new() { Backup = choice, Url = url, Into = Database, IsProduction = false, Tables = [table] }, stages,
                    CancellationToken.None);
                break;
        }

        OwnRun.Report("");
    }

    static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

    static void Demand(bool passed)
    {
        if (!passed)
        {
            throw new InvalidOperationException("The restored database differs.");
        }
    }
}
