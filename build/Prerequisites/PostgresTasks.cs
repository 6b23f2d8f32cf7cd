using Cake.Core;
using Cake.Frosting;

namespace DbGate.Build.Prerequisites;

/// <summary>
/// Before the first task that starts PostgreSQL's programs: installs them where there are none and installing is allowed.
/// </summary>
sealed class PostgresTasks : FrostingTaskLifetime
{
    bool looked;

    /// <summary>The tasks that start a server or a client program.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "backup", "backup-first", "bench", "compatibility", "demo", "migrate-deploy", "plan", "rehearse", "release", "resolve",
        "restore", "restore-test", "split", "test",
    };

    public override void Setup(ICakeContext context, ITaskSetupContext info)
    {
        if (!looked && Names.Contains(info.Task.Name))
        {
            looked = true;
            PostgresInstallation.EnsureAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
    }

    public override void Teardown(ICakeContext context, ITaskTeardownContext info)
    {
    }
}
