using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DbGate.Processes;

namespace DbGate.Bench;

/// <summary>One run of DbGate in a process of its own, as it is in life: its start counts, and its memory is its own.</summary>
/// <param name="Seconds">From the process's start to its end.</param>
/// <param name="PeakMiB">The most memory that it held (resident set).</param>
/// <param name="Archive">The key of the archive that it wrote; empty when it wrote none.</param>
sealed partial record OwnRun(double Seconds, double PeakMiB, string Archive)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    /// <summary>What the process states at its end, for <see cref="StartAsync"/>.</summary>
    public static void Report(string archive)
    {
        using var own = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"measured {own.PeakWorkingSet64 / 1048576.0:0.0} {archive}"));
    }

    /// <summary>Runs one of this program's parts.</summary>
    /// <param name="target"><see cref="BackupOnce.Target"/> or <see cref="RestoreOnce.Target"/>.</param>
    /// <param name="database">The database that is read, or whose server is restored into.</param>
    /// <param name="variables">What it is told.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<OwnRun> StartAsync(
        string target, BenchDatabase database, IReadOnlyDictionary<string, string?> variables, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(Environment.ProcessPath ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "DbGate.Bench.dll"), target)
            {
                Environment = new Dictionary<string, string?>(variables)
                {
                    [BenchStore.UrlVariable] = database.Url.Reveal(),
                    ["DBGATE_PG_BIN"] = database.Programs,
                },
                Deadline = Deadline,
            },
            cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        return Measured().Match(outcome.StandardOutput) is { Success: true } measured
            ? new(seconds, double.Parse(measured.Groups["peak"].Value, CultureInfo.InvariantCulture), measured.Groups["archive"].Value)
            : throw new InvalidOperationException(
                $"{target} ended with {outcome.ExitCode}: {outcome.StandardOutput} {outcome.StandardError}");
    }

    [GeneratedRegex(@"^measured (?<peak>[0-9.]+) (?<archive>\S*)", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Measured();
}
