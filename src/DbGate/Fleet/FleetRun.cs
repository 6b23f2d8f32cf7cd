using System.Text.Json;

namespace DbGate.Fleet;

/// <summary>How one database of the fleet came out, read from its <c>report.json</c>.</summary>
/// <param name="Name">As the list calls it.</param>
/// <param name="Passed">The verdict.</param>
/// <param name="ExitCode">What its process ended with.</param>
/// <param name="FinishedAt">When.</param>
/// <param name="Summary">What its last step states.</param>
/// <param name="Problem">The first that blocks, with its code; null when it passed.</param>
/// <param name="Path">The report's file.</param>
sealed record FleetRun(string Name, bool Passed, int ExitCode, DateTimeOffset FinishedAt, string Summary, string? Problem, string Path)
{
    /// <summary>Null when the text is no report of a run.</summary>
    public static FleetRun? Read(string name, ReadOnlyMemory<byte> json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var report = document.RootElement;
            if (report.GetProperty("schema").GetString() != "dbgate/gate-report")
            {
                return null;
            }

            var steps = report.GetProperty("steps").EnumerateArray().ToArray();
            return new FleetRun(
                name,
                report.GetProperty("verdict").GetString() == "pass",
                report.GetProperty("exitCode").GetInt32(),
                report.GetProperty("finishedAt").GetDateTimeOffset(),
                Deciding(steps) is { ValueKind: JsonValueKind.Object } step ? step.GetProperty("summary").GetString() ?? "" : "no step ran",
                ProblemOf(report, steps),
                path);
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The deploy, which states what was applied; else the last step.</summary>
    static JsonElement Deciding(JsonElement[] steps) =>
        steps.Where(step => step.GetProperty("step").GetString() == "migrate-deploy").Concat(steps.Reverse()).FirstOrDefault();

    static string? ProblemOf(JsonElement report, JsonElement[] steps)
    {
        var blocking =
            steps.SelectMany(step => step.GetProperty("checks")
                .EnumerateArray()
                .SelectMany(check => check.GetProperty("problems").EnumerateArray())
                .Concat(step.GetProperty("problems").EnumerateArray()))
            .Concat(report.GetProperty("problems").EnumerateArray())
            .FirstOrDefault(problem => problem.GetProperty("severity").GetString() == "error");
        return blocking.ValueKind == JsonValueKind.Object
            ? $"{blocking.GetProperty("code").GetString()} {blocking.GetProperty("message").GetString()}"
            : null;
    }
}
