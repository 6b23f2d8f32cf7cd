using System.Globalization;
using DbGate.Backups.Restores;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Migrations.Deploy;
using DbGate.Postgres;
using DbGate.Releases;
using DbGate.Scratch;
using DbGate.Storage;
using DbGate.Targets;

namespace DbGate.Bench;

/// <summary>
/// One deploy, rehearsal, or plain restore with a deploy, in a process of its own, for <see cref="DeploySuite"/> and
/// <see cref="RehearseSuite"/>.
/// </summary>
static class DeployOnce
{
    /// <summary>The argument that starts it.</summary>
    public const string Target = "deploy-once";

    /// <summary>The variable with the database's URL.</summary>
    public const string UrlVariable = "DBGATE_BENCH_URL";

    /// <summary>The variable with the project's folder.</summary>
    public const string FolderVariable = "DBGATE_BENCH_FOLDER";

    /// <summary>The variable with the backup's key, for all but <see cref="Deploy"/>.</summary>
    public const string KeyVariable = "DBGATE_BENCH_KEY";

    /// <summary>The variable that reports what to do.</summary>
    public const string WhatVariable = "DBGATE_BENCH_WHAT";

    /// <summary>The variable with the project's deploy command; without it the direct engine deploys.</summary>
    public const string CommandVariable = "DBGATE_BENCH_COMMAND";

    /// <summary>migrate-deploy with the direct engine.</summary>
    public const string Deploy = "deploy";

    /// <summary>rehearse.</summary>
    public const string Rehearse = "rehearse";

    /// <summary>A restore into a throwaway server as the rehearsal's, and migrate-deploy there.</summary>
    public const string Plain = "plain";

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        var url = PostgresUrl.Parse(Variable(UrlVariable), UrlVariable);
        switch (Variable(WhatVariable))
        {
            case Rehearse:
                await RehearseAsync(url);
                break;
            case Plain:
                await PlainAsync(url.Database);
                break;
            default:
                await StepAsync(url, new MigrateDeployStep());
                return;
        }

        using var own = System.Diagnostics.Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured {own.PeakWorkingSet64 / 1048576.0:0.0}"));
    }

    static async Task RehearseAsync(PostgresUrl url)
    {
        await using var session = await Session.OpenAsync(url, null, CancellationToken.None);
        var identity = (await ServerFacts.ReadAsync(session, CancellationToken.None)).RequireIdentity(url);
        await StepAsync(
            url, new RehearseStep(),
            new BackupProof(identity, $"backups/{Variable(KeyVariable)}", new string('0', 64), DateTimeOffset.UtcNow, "L1"));
    }

    static async Task PlainAsync(string database)
    {
        var settings = new Dictionary<string, string>
        {
            ["wal_level"] = "minimal", ["max_wal_senders"] = "0", ["checkpoint_timeout"] = "1h", ["max_wal_size"] = "16GB",
        };
        await using var server = await ThrowawayServer.StartAsync(new() { Settings = settings }, CancellationToken.None);
        var store = ObjectStores.Open(new StoreOptions.Folder(Path.Combine(Variable(FolderVariable), "backups")));
        await DbGate.Backups.Restores.Restore.RunAsync(
            new()
            {
                Backup = new BackupChoice(store, "development") { Key = Variable(KeyVariable) },
                Url = server.Url.WithDatabase("postgres"),
                Into = database,
                IsProduction = false,
                Compares = false,
            },
            null,
            CancellationToken.None);
        await (Environment.GetEnvironmentVariable(CommandVariable) is { Length: > 0 } command
            ? CommandAsync(command, server.Url.WithDatabase(database))
            : StepAsync(server.Url.WithDatabase(database), new MigrateDeployStep()));
    }

    /// <summary>The command alone, as a project runs it without DbGate.</summary>
    static async Task CommandAsync(string command, PostgresUrl url)
    {
        var outcome = await new CommandEngine(command).DeployAsync(
            new DeployRequest(Variable(FolderVariable), url, [], null, Deadline), CancellationToken.None);
        Console.WriteLine(outcome.Failure is { } failure ? throw new InvalidOperationException(failure) : "the command; in all");
    }

    static async Task StepAsync(PostgresUrl url, IStep step, BackupProof? backup = null)
    {
        var command = Environment.GetEnvironmentVariable(CommandVariable);
        var settings = SettingsReader.Read(
            string.IsNullOrEmpty(command)
                ? new Dictionary<string, string> { ["engine"] = "direct" }
                : new Dictionary<string, string> { ["migrate-command"] = command, ["migrations-rehearsal"] = "command" },
            new Dictionary<string, string> { ["DATABASE_URL"] = url.Reveal() },
            Variable(FolderVariable));
        var state = new ReleaseState { Guard = new GuardProof(0), Safety = new SafetyProof(DateTimeOffset.UtcNow), Backup = backup };
        await using var run = new GateRunner(new GateContext(settings, state: state));
        var report = await run.ExecuteAsync(step, CancellationToken.None);
        if (report.Result.IsBlocking)
        {
            throw new InvalidOperationException(
                string.Join("; ", report.Result.AllProblems.Select(problem => $"{problem.Code}: {problem.Message} ({problem.Cause})")));
        }

        var restore = report.Result.Facts.FirstOrDefault(fact => fact.Name == "time to restore");
        Console.WriteLine(
            $"{report.Result.Summary}{(restore is null ? "" : $", restored in {restore.Value}")}; {report.Duration.TotalSeconds:0.0} s in "
                + "all");
    }

    static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
}
