using DbGate.Configuration;
using DbGate.Migrations.Deploy;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Migrations.Tools;

/// <summary>A migration as the tool's own status names it.</summary>
/// <param name="Name">The migration.</param>
/// <param name="State">applied, pending, failed or running.</param>
sealed record ReportedState(string Name, string State);

/// <summary>
/// The tool's own status as a second witness. It can block, and never makes a pass: its program belongs to the commit, and what is applied
/// is what the ledger in the database states.
/// </summary>
static class StatusCommand
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    static readonly string[] States = ["applied", "pending", "failed", "running"];

    /// <summary>Runs <c>migrations.statusCommand</c>, where it is set, and compares.</summary>
    /// <exception cref="GateException">DBG0501: the command line cannot be split.</exception>
    public static async Task<IReadOnlyList<Problem>> FindAsync(
        Settings settings, PostgresUrl url, MigrationStatus status, CancellationToken cancellationToken)
    {
        var command = settings.Get(MigrationSettings.StatusCommand);
        if (command.Length == 0)
        {
            return [];
        }

        var words = CommandLineSplitter.Split(command);
        ChildOutcome outcome;
        try
        {
            outcome = await ChildProcess.RunAsync(
                new ChildCommand(CommandLineSplitter.ProgramIn(words[0], settings.Root), [.. words.Skip(1)])
                {
                    EnvironmentBase = EnvironmentBase.Inherited,
                    Environment = Variables(settings, url),
                    Secrets = [.. url.Secrets],
                    WorkingDirectory = settings.Root,
                    Deadline = Deadline,
                    Grace = TimeSpan.FromSeconds(5),
                },
                cancellationToken);
        }
        catch (GateException exception)
        {
            return [ToolProblems.StatusFailed(command, exception.Problem.Message)];
        }

        if (!outcome.Succeeded)
        {
            return [ToolProblems.StatusFailed(command, $"exit code {outcome.ExitCode}: {LastLine(outcome.StandardError)}")];
        }

        var (states, unreadable) = Read(outcome.StandardOutput);
        return unreadable is not null ? [ToolProblems.StatusFailed(command, $"it printed \"{unreadable}\"")]
            : Compare(status, states) is { Count: > 0 } differences ? [ToolProblems.StatusDiffers(command, differences)]
            : [];
    }

    /// <summary>Reads lines such as <c>applied 001_init.sql</c>. Pure.</summary>
    /// <returns>The states, and the first line that is not one; null when all are.</returns>
    internal static (IReadOnlyList<ReportedState> States, string? Unreadable) Read(string output)
    {
        var states = new List<ReportedState>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split(' ', 2, StringSplitOptions.TrimEntries) is not [var state, { Length: > 0 } name] || !States.Contains(state))
            {
                return (states, line.Length > 80 ? $"{line[..80]}…" : line);
            }

            states.Add(new(name, state));
        }

        return (states, null);
    }

    /// <summary>What it states otherwise than ledger and files, or does not state. Pure.</summary>
    internal static IReadOnlyList<string> Compare(MigrationStatus status, IReadOnlyList<ReportedState> reported)
    {
        var left = reported.ToList();
        var differences = new List<string>();
        foreach (var entry in status.Entries)
        {
            var same = left.Where(one => IsOf(one.Name, entry)).ToArray();
            left.RemoveAll(one => same.Contains(one));
            var state = StateOf(entry);
            differences.AddRange(
                same.Length == 0
                    ? [$"{entry.Name} is {state}, and is not listed"]
                    : same.Where(one => one.State != state).Select(one => $"{entry.Name} is {state}, and is listed as {one.State}"));
        }

        return [.. differences, .. left.Select(one => $"{one.Name} is listed as {one.State}, and neither ledger nor folder has it")];
    }

    static bool IsOf(string name, MigrationEntry entry) =>
        name == entry.Name || name == entry.File?.RowName || name == Path.ChangeExtension(entry.Name, null);

    static string StateOf(MigrationEntry entry) => entry.State switch
    {
        MigrationState.Failed => "failed",
        MigrationState.Running => "running",
        MigrationState.Pending or MigrationState.RolledBack or MigrationState.NoFile => "pending",
        _ => "applied",
    };

    static Dictionary<string, string?> Variables(Settings settings, PostgresUrl url)
    {
        var variables = new Dictionary<string, string?>(
            ToolVariables.Add(
                new Dictionary<string, string?>(WithheldVariables.Names.Select(name => KeyValuePair.Create(name, (string?)null))), url));
        foreach (var variable in TargetVariable.From(settings))
        {
            variables[variable.Name] = variable.Write(url);
        }

        return variables;
    }

    static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no words were left";
}
