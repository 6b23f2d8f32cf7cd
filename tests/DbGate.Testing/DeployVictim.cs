using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Gates.Steps;

namespace DbGate.Testing;

/// <summary>A process whose purpose is to be killed: deploys a project's migrations with the direct engine, and says what it waits for.</summary>
public static class DeployVictim
{
    /// <summary>Runs in the process.</summary>
    /// <param name="project">The project's folder.</param>
    public static async Task RunAsync(string project)
    {
        var settings = SettingsReader.Read(
            new Dictionary<string, string> { ["engine"] = "direct", ["project"] = project, ["migrations-lock-timeout"] = "0s" },
            new Dictionary<string, string> { ["DATABASE_URL"] = Environment.GetEnvironmentVariable(BackupVictim.UrlVariable)! },
            project);
        var context = new GateContext(settings, World.Real with { Progress = new Lines() });
        context.Prove(new GuardProof(0));
        context.Prove(new SafetyProof(DateTimeOffset.UtcNow));
        await using var run = new GateRun(context);
        var report = await run.ExecuteAsync(new MigrateDeployStep(), CancellationToken.None);
        Console.WriteLine(report.Result.Summary);
    }

    sealed class Lines : IProgressDisplay, IProgressBar
    {
        public IProgressBar Begin(string what, long? totalBytes)
        {
            Console.WriteLine(what);
            return this;
        }

        public void Report(long doneBytes, string? detail = null)
        {
        }

        public void Dispose()
        {
        }
    }
}
