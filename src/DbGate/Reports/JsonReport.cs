using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Reports;

/// <summary>The report as JSON; its shape is docs/schemas/gate-report.schema.json.</summary>
public static class JsonReport
{
    static readonly JsonWriterOptions Options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Renders; the same report gives the same bytes. Ends with a line break.</summary>
    public static string Render(GateReport report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            Write(json, report);
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    /// <summary>
    /// What <c>--json</c> prints: the report; of a step that was asked for its own document, and passed, the document alone.
    /// </summary>
    internal static string RenderForOutput(GateReport report) =>
        report.Steps is [{ Step.PrintsDocument: true, Result.Json: { } document }] && report.ExitCode == ExitCode.Pass
            ? document.TrimEnd() + "\n"
            : Render(report);

    static void Write(Utf8JsonWriter json, GateReport report)
    {
        json.WriteStartObject();
        json.WriteString("schema", "dbgate/gate-report");
        json.WriteNumber("schemaVersion", GateReport.SchemaVersion);
        json.WriteString("verdict", Word(report.Verdict));
        json.WriteNumber("exitCode", (int)report.ExitCode);
        json.WriteString("toolVersion", report.ToolVersion);
        json.WriteString("environment", report.Environment.Length == 0 ? null : report.Environment);
        json.WriteString("target", report.Target);
        json.WriteString("commit", report.Commit);
        json.WriteString("startedAt", Time(report.StartedAt));
        json.WriteString("finishedAt", Time(report.FinishedAt));
        Array(json, "steps", report.Steps, Write);
        Array(json, "problems", report.Problems, Write);
        Array(json, "waiversUsed", report.WaiversUsed, static (json, waiver) =>
        {
            json.WriteStartObject();
            json.WriteString("check", waiver.Check);
            json.WriteString("scope", waiver.Scope);
            json.WriteString("reason", waiver.Reason);
            json.WriteString("who", waiver.Who);
            json.WriteString("expires", waiver.Expires.ToString("yyyy-MM-dd"));
            json.WriteEndObject();
        });
        Array(json, "rulesChanged", report.RulesChanged, static (json, change) =>
        {
            json.WriteStartObject();
            json.WriteString("name", change.Name);
            json.WriteString("before", change.Before);
            json.WriteString("after", change.After);
            json.WriteString("location", change.Location);
            json.WriteEndObject();
        });
        Array(json, "notChecked", report.NotChecked, static (json, text) => json.WriteStringValue(text));
        json.WritePropertyName("release");
        if (report.Release is { } release)
        {
            JsonRelease.Write(json, release);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndObject();
    }

    /// <summary>
    /// The report of a run that could not begin: no step, one problem, and no environment, because the settings were not read.
    /// </summary>
    /// <param name="problem">Why.</param>
    /// <param name="at">When.</param>
    public static string Render(Problem problem, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return Render(new GateReport
        {
            ToolVersion = ToolVersion.Current, Environment = "", StartedAt = at, FinishedAt = at, Steps = [], Problems = [problem],
        });
    }

    static void Write(Utf8JsonWriter json, StepReport step)
    {
        json.WriteStartObject();
        json.WriteString("step", step.Step.Name);
        json.WriteString("outcome", step.Result.IsBlocking ? "blocked" : "passed");
        json.WriteString("summary", step.Result.Summary);
        json.WriteNumber("milliseconds", (long)step.Duration.TotalMilliseconds);
        Array(json, "facts", step.Result.Facts, static (json, fact) =>
        {
            json.WriteStartObject();
            json.WriteString("name", fact.Name);
            json.WriteString("value", fact.Value);
            if (!fact.Commands.IsEmpty)
            {
                Array(json, "commands", fact.Commands, JsonCommand.Write);
            }

            json.WriteEndObject();
        });
        Array(json, "checks", step.Result.Checks, static (json, check) =>
        {
            json.WriteStartObject();
            json.WriteString("id", check.Check.Id);
            json.WriteString("name", check.Check.Name);
            json.WriteString("title", check.Check.Title);
            json.WriteString("outcome", check.Result.Outcome.ToString().ToLowerInvariant());
            json.WriteString("details", check.Result.Details);
            json.WriteNumber("milliseconds", (long)check.Duration.TotalMilliseconds);
            Array(json, "problems", check.Result.Problems, Write);
            json.WriteEndObject();
        });
        Array(json, "problems", step.Result.Problems, Write);
        if (step.Result.Json is { } document)
        {
            json.WritePropertyName("document");
            json.WriteRawValue(document);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes one problem as an object.</summary>
    public static void Write(Utf8JsonWriter json, Problem problem)
    {
        json.WriteStartObject();
        json.WriteString("code", problem.Code.Id);
        json.WriteString("title", problem.Code.Title);
        json.WriteString("severity", problem.Severity.ToString().ToLowerInvariant());
        json.WriteString("message", problem.Message);
        json.WriteString("cause", problem.Cause);
        json.WriteString("state", problem.State);
        json.WriteString("fix", problem.Fix?.ToString());
        if (problem.Fix is { Commands.IsEmpty: false } fix)
        {
            Array(json, "commands", fix.Commands, JsonCommand.Write);
        }

        if (problem.Location is { } location)
        {
            json.WriteString("file", location.File);
            if (location.Line is { } line)
            {
                json.WriteNumber("line", line);
            }
        }

        if (problem.Excerpt is { } excerpt)
        {
            json.WriteStartObject("excerpt");
            json.WriteNumber("firstLine", excerpt.First);
            Array(json, "lines", excerpt.Lines, static (json, line) => json.WriteStringValue(line));
            json.WriteEndObject();
        }

        if (problem.Remedies.Count > 0)
        {
            Array(json, "remedies", problem.Remedies, static (json, remedy) =>
            {
                json.WriteStartObject();
                json.WriteString("title", remedy.Title);
                Array(
                    json, "commands", remedy.Commands,
                    static (json, command) => json.WriteStringValue(CommandStyle.BuildScript.Line(command)));
                json.WriteEndObject();
            });
        }

        json.WriteString("docs", problem.Code.HelpPage);
        if (problem.Code.Url is { } url)
        {
            json.WriteString("url", url);
        }

        json.WriteEndObject();
    }

    internal static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }

    internal static string Word(Verdict verdict) => verdict == Verdict.Pass ? "pass" : "blocked";

    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
}
