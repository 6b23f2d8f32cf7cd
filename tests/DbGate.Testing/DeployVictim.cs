using System.Diagnostics;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Progress;
using DbGate.Releases;

namespace DbGate.Testing;

/// <summary>A process whose purpose is to be killed: deploys a project's migrations, and states what it waits for.</summary>
public static class DeployVictim
{
    /// <summary>What it states when everything is applied and not yet recorded; it then waits for its end, when it deploys a
    /// plan.</summary>
    public const string Deployed = "deployed";

    /// <summary>Starts it.</summary>
    /// <param name="project">The project's folder.</param>
    /// <param name="databaseUrl">The target.</param>
    /// <param name="options">Of DbGate; with <c>plan</c> it releases that.</param>
    public static Process Start(
        string project, string databaseUrl, params IEnumerable<(string Option, string Value)> options) => Shell.Start(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "DbGate.Testing.dll"), "deploy", project,
            .. options.Select(one => $"{one.Option}={one.Value}")],
        environment: new Dictionary<string, string?> { [BackupVictim.UrlVariable] = databaseUrl });

    /// <summary>Runs in the process.</summary>
    /// <param name="project">The project's folder.</param>
    /// <param name="options">Written <c>name=value</c>.</param>
    public static async Task RunAsync(string project, IEnumerable<string> options)
    {
        var given = new Dictionary<string, string> { ["engine"] = "direct", ["project"] = project, ["migrations-lock-timeout"] = "0s" };
        foreach (var option in options.Select(text => text.Split('=', 2)))
        {
            given[option[0]] = option[1];
        }

        var settings = SettingsReader.Read(
            given, new Dictionary<string, string> { ["DATABASE_URL"] = Environment.GetEnvironmentVariable(BackupVictim.UrlVariable)! },
            project);
        var isPlanned = given.ContainsKey("plan");
        var context = new GateContext(settings, GateServices.Real with { Progress = new Lines(isPlanned) });
        context.Update(state => state with { Guard = new GuardProof(0), Safety = new SafetyProof(DateTimeOffset.UtcNow) });
        await using var run = new GateRunner(context);
        foreach (var step in isPlanned
            ? [new BackupFirstStep(), new PlanStep(), new MigrateDeployStep()]
            : (IStep[])[new MigrateDeployStep()])
        {
            Console.WriteLine((await run.ExecuteAsync(step, CancellationToken.None)).Result.Summary);
        }
    }

    sealed class Lines(bool stops) : IProgressDisplay
    {
        public IProgressBar Begin(string what, long? totalBytes)
        {
            Console.WriteLine(what);
            return new Bar(stops && what.StartsWith("deploy ", StringComparison.Ordinal));
        }
    }

    sealed class Bar(bool stops) : IProgressBar
    {
        public void Report(long doneBytes, string? detail = null)
        {
        }

        public void Dispose()
        {
            if (stops)
            {
                Console.WriteLine(Deployed);
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }
}
