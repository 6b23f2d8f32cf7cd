using System.Text.Json;
using DbGate.Configuration;
using DbGate.Migrations.Deploy;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Migrations.Tools;

/// <summary>
/// Whether <c>dotnet ef</c> reaches the target with the variables of the deploy: <c>migrations list</c> reads the ledger, writes nothing,
/// and states for each migration whether it is applied. An application that reads its connection string from elsewhere is found here, and
/// not after the approval.
/// </summary>
static class EfCoreProbe
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Asks; the project was built a moment ago.</summary>
    /// <param name="tool">EF Core.</param>
    /// <param name="program">The words that start <c>dotnet ef</c>.</param>
    /// <param name="passed">Project, context and the other options of the deploy command.</param>
    /// <param name="target">Where the command runs, and what it gets.</param>
    /// <param name="pending">The migrations that the ledger does not have.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<Problem?> FindAsync(
        MigrationTool tool, IReadOnlyList<string> program, IReadOnlyList<string> passed, ProbedTarget target, IReadOnlyList<string> pending,
        CancellationToken cancellationToken)
    {
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(program[0], [.. program.Skip(1), "migrations", "list", "--no-build", "--json", .. passed])
            {
                EnvironmentBase = EnvironmentBase.Inherited,
                Environment = target.Environment,
                Secrets = target.Url.Secrets,
                WorkingDirectory = target.Root,
                Deadline = Deadline,
            },
            cancellationToken);
        return outcome.Succeeded && Read(outcome.StandardOutput) is { } applied
            ? Judge(tool, applied, pending, Reason(outcome.StandardOutput + outcome.StandardError))
            : null; // what keeps the tool from listing keeps it from printing the SQL, and that is reported
    }

    /// <summary>Pure.</summary>
    internal static Problem? Judge(
        MigrationTool tool, IReadOnlyDictionary<string, bool?> applied, IReadOnlyList<string> pending, string? reason)
    {
        var wrong = pending.Where(name => applied.TryGetValue(name, out var state) && state != false).ToArray();
        return wrong.Length == 0 ? null
            : applied[wrong[0]] is null ? ToolProblems.NotReached(tool, reason)
            : ToolProblems.OtherLedger(tool, wrong);
    }

    /// <summary>Its array is the last thing that it prints; the application may have printed before.</summary>
    internal static IReadOnlyDictionary<string, bool?>? Read(string output)
    {
        var start = output.LastIndexOf("\n[", StringComparison.Ordinal) + 1;
        try
        {
            using var document = JsonDocument.Parse(output[start..]);
            return document.RootElement.EnumerateArray().ToDictionary(
                one => one.GetProperty("id").GetString()!,
                one => one.GetProperty("applied") is { ValueKind: JsonValueKind.True or JsonValueKind.False } state
                    ? state.GetBoolean() : (bool?)null,
                StringComparer.OrdinalIgnoreCase);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null; // versions before 5 have no such list
        }
    }

    static string? Reason(string output)
    {
        const string mark = "Error: ";
        return output.Split('\n').LastOrDefault(line => line.Contains(mark, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(mark, StringComparison.Ordinal) + mark.Length)..].Trim()
            : null;
    }
}

/// <summary>Where a probing command runs, and what it gets.</summary>
/// <param name="Root">The project's folder.</param>
/// <param name="Url">The target.</param>
/// <param name="Environment">The variables of the deploy.</param>
sealed record ProbedTarget(string Root, PostgresUrl Url, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>With every variable by which the deploy command gets the address.</summary>
    public static ProbedTarget From(string root, PostgresUrl url, IReadOnlyList<TargetVariable> variables)
    {
        var environment = new Dictionary<string, string?>(
            ToolVariables.Add(
                new Dictionary<string, string?>(WithheldVariables.Names.Select(name => KeyValuePair.Create(name, (string?)null))), url));
        foreach (var variable in variables)
        {
            environment[variable.Name] = variable.Write(url);
        }

        return new(root, url, environment);
    }
}
