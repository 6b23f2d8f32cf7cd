using System.Diagnostics;
using System.Globalization;
using DbGate.Postgres;
using DbGate.Processes;

namespace DbGate.Bench;

/// <summary>What a process of <see cref="DeployOnce"/> took.</summary>
/// <param name="Seconds">From its start to its end.</param>
/// <param name="PeakMiB">Its own memory; null where it was not asked, for that takes a while.</param>
/// <param name="Words">Its summary.</param>
sealed record DeployTaken(double Seconds, double? PeakMiB, string Words);

/// <summary>Runs <see cref="DeployOnce"/> in a process of its own.</summary>
static class DeployProcess
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    /// <summary>Writes migrations into a project's folder.</summary>
    public static async Task WriteAsync(DirectoryInfo project, IEnumerable<(string Name, string Sql)> migrations,
        CancellationToken cancellationToken)
    {
        foreach (var (name, sql) in migrations)
        {
            var folder = project.CreateSubdirectory($"prisma/migrations/{name}");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "migration.sql"), sql, cancellationToken);
        }
    }

    public static async Task<DeployTaken> RunAsync(
        PostgresUrl url, DirectoryInfo project, string key, string what, string programs, CancellationToken cancellationToken) =>
        await RunAsync(url, project, key, what, programs, new Dictionary<string, string?>(), cancellationToken);

    /// <summary>The same with further variables.</summary>
    public static async Task<DeployTaken> RunAsync(
        PostgresUrl url, DirectoryInfo project, string key, string what, string programs, IReadOnlyDictionary<string, string?> more,
        CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(
                Environment.ProcessPath ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "DbGate.Bench.dll"), DeployOnce.Target)
            {
                Environment = new Dictionary<string, string?>(more)
                {
                    [DeployOnce.UrlVariable] = url.Reveal(),
                    [DeployOnce.FolderVariable] = project.FullName,
                    [DeployOnce.KeyVariable] = key,
                    [DeployOnce.WhatVariable] = what,
                    ["DBGATE_PG_BIN"] = programs,
                },
                Deadline = Deadline,
            },
            cancellationToken);
        var seconds = watch.Elapsed.TotalSeconds;
        var lines = outcome.StandardOutput.Split('\n');
        var measured = lines.FirstOrDefault(line => line.StartsWith("measured ", StringComparison.Ordinal));
        return outcome.Succeeded && lines.FirstOrDefault(line => line.Contains("in all", StringComparison.Ordinal)) is { } words
            ? new(seconds, measured is null ? null : double.Parse(measured["measured ".Length..], CultureInfo.InvariantCulture), words)
            : throw new InvalidOperationException(
                $"{what} ended with {outcome.ExitCode}: {outcome.StandardOutput} {outcome.StandardError}");
    }
}
