using System.Globalization;
using Cake.Core;
using Cake.Frosting;
using DbGate.Backups.Stores;
using DbGate.Postgres;
using DbGate.Restores;

namespace DbGate.Build.Bench;

/// <summary>One restore in a process of its own, for <see cref="RestoreSuite"/>: into the database <c>restored</c>; prints its peak memory in MiB.</summary>
[TaskName(Target)]
[TaskDescription("One restore for bench --suite=backup; not to be called by hand.")]
public sealed class RestoreOnce : AsyncFrostingTask
{
    /// <summary>The task.</summary>
    public const string Target = "bench-restore-once";

    /// <summary>The variable with the source's URL.</summary>
    public const string UrlVariable = "DBGATE_BENCH_URL";

    /// <summary>The variable with the backups' folder.</summary>
    public const string FolderVariable = "DBGATE_BENCH_FOLDER";

    /// <summary>The variable with the archive's key.</summary>
    public const string KeyVariable = "DBGATE_BENCH_KEY";

    /// <summary>The variable that tells what to restore: <see cref="Restore"/>, <see cref="Test"/>, or a table.</summary>
    public const string WhatVariable = "DBGATE_BENCH_WHAT";

    /// <summary>All of it, without a comparison: what <c>psql</c> does.</summary>
    public const string Restore = "restore";

    /// <summary>All of it, compared.</summary>
    public const string Test = "restore-test";

    const string Database = "restored";

    /// <inheritdoc/>
    public override async Task RunAsync(ICakeContext context)
    {
        var url = PostgresUrl.Parse(Variable(UrlVariable), UrlVariable);
        var choice = new BackupChoice(ObjectStores.Open(new StoreOptions.Folder(Variable(FolderVariable))), "bench") { Key = Variable(KeyVariable) };
        var stages = new Stages<RestoreProgress>(progress => progress.Stage);
        switch (Variable(WhatVariable))
        {
            case Test:
                var test = await RestoreTest.RunAsync(
                    new() { Backup = choice, Target = url.WithDatabase(Database), Configured = [("DATABASE_URL", url)] }, stages, CancellationToken.None);
                Demand(test.Passed);
                break;
            case Restore:
                await DbGate.Restores.Restore.RunAsync(
                    new() { Backup = choice, Url = url, Into = Database, IsProduction = false, Compares = false }, stages, CancellationToken.None);
                break;
            case var table:
                await DbGate.Restores.Restore.RunAsync(
                    new() { Backup = choice, Url = url, Into = Database, IsProduction = false, Tables = [table] }, stages, CancellationToken.None);
                break;
        }

        using var own = System.Diagnostics.Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured {own.PeakWorkingSet64 / 1048576.0:0.0}"));
    }

    static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");

    static void Demand(bool passed)
    {
        if (!passed)
        {
            throw new InvalidOperationException("The restored database differs.");
        }
    }
}
