using DbGate.Processes;

namespace DbGate.Build.Archives;

/// <summary>The SDK, as a child in this repository's root.</summary>
static class DotNet
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(20);

    /// <summary>The one that runs this program, else that of PATH.</summary>
    public static string Program =>
        Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";

    /// <exception cref="InvalidOperationException">It ended with an error; the message holds what it stated.</exception>
    public static async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var outcome = await TryAsync(arguments, cancellationToken);
        if (!outcome.Succeeded)
        {
            throw new InvalidOperationException(
                $"dotnet {string.Join(' ', arguments)} ended with {outcome.ExitCode}: {outcome.StandardOutput}{outcome.StandardError}");
        }
    }

    public static Task<ChildOutcome> TryAsync(string[] arguments, CancellationToken cancellationToken) => ChildProcess.RunAsync(
        new ChildCommand(Program, arguments)
        {
            EnvironmentBase = EnvironmentBase.Inherited,
            WorkingDirectory = Paths.Root.FullPath,
            Deadline = Deadline,
        },
        cancellationToken);
}
