using System.Collections;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Postgres;

/// <summary>The container engines of this machine, each by its program: <c>docker</c>, <c>podman</c>.</summary>
static class ContainerEngines
{
    static readonly string[] Variables = ["DOCKER_", "CONTAINER", "XDG_", "DBUS_SESSION_BUS_ADDRESS"];

    /// <summary>How long an engine may take for an answer.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Those that can run an image, as they are tried. None but on Linux: elsewhere a container has another machine's network and files.
    /// </summary>
    public static IReadOnlyList<string> All { get; } = OperatingSystem.IsLinux() ? ["docker", "podman"] : [];

    /// <summary>By which an engine's client finds its engine.</summary>
    public static Dictionary<string, string?> Environment() => System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(entry => Variables.Any(start => ((string)entry.Key).StartsWith(start, StringComparison.Ordinal)))
        .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value, StringComparer.Ordinal);

    /// <summary>Asks an engine something short.</summary>
    /// <returns>What it stated, or why it did not; neither when it is not installed.</returns>
    public static async Task<(string? Answer, string? Trouble)> AskAsync(
        string engine, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            var outcome =
                await ChildProcess.RunAsync(new ChildCommand(engine, arguments) { Environment = Environment(), Deadline = Timeout },
                    cancellationToken);
            return outcome.Succeeded ? (outcome.StandardOutput.Trim(), null) : (null, FirstLine(outcome));
        }
        catch (GateException fault)
        {
            return (null, fault.Problem.Code == ProcessProblems.NotStarted ? null : fault.Problem.Message);
        }
    }

    /// <summary>What makes an engine that states this run an image.</summary>
    public static string Remedy(string engine, string trouble, string image) =>
        trouble.Contains("permission denied", StringComparison.OrdinalIgnoreCase)
            ? "let this user use Docker (sudo usermod -aG docker $USER, and a new login)"
        : trouble.Contains("daemon running", StringComparison.Ordinal) || trouble.Contains("daemon is running", StringComparison.Ordinal)
            ? "start Docker (sudo systemctl start docker; DOCKER_HOST must lead to it)"
        : $"{Path.GetFileName(engine)} pull {image}, which is used then";

    /// <summary>What a program that failed states first.</summary>
    public static string FirstLine(ChildOutcome outcome) => (outcome.StandardError + outcome.StandardOutput).Trim().Split('\n')[0];
}
