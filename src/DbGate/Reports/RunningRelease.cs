using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DbGate.Git;
using DbGate.Migrations.Compatibility;
using DbGate.Problems;
using DbGate.Releases.Compatibility;

namespace DbGate.Reports;

/// <summary>The test of the running release as JSON and as SARIF. No text of a query is in it, only its shape. Pure.</summary>
static class RunningRelease
{
    const int LongestShape = 300;

    static readonly JsonWriterOptions Options =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One query in a line.</summary>
    public static string Line(ShapeBreak one) =>
        $"{one.Words} ({(one.Calls > 0 ? $"{one.Calls.ToString(CultureInfo.InvariantCulture)} calls of " : "")}{one.Role}"
            + $"{(one.Place is { } place ? $", from {place.Location} on" : "")}): {Short(one.Shape)}";

    /// <summary>The whole test.</summary>
    public static string Json(CompatibilityReport report) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("source", report.Source);
        json.WriteString("since", report.Since is { } since ? JsonReport.Time(since) : null);
        json.WriteNumber("tested", report.Tested);
        json.WriteNumber("calls", report.Calls);
        json.WriteNumber("failing", report.Failing.Count);
        if (report.Share(report.Failing) is { } share)
        {
            json.WriteNumber("failingPercent", Math.Round(share, 1));
        }
        else
        {
            json.WriteNull("failingPercent");
        }

        JsonReport.Array(json, "shapes", report.Breaks, static (json, one) =>
        {
            json.WriteStartObject();
            json.WriteString("hash", one.Hash);
            json.WriteString("shape", one.Shape);
            json.WriteString("role", one.Role);
            json.WriteNumber("calls", one.Calls);
            json.WriteString("outcome", Interruptions.Word(one.Weight));
            json.WriteString("why", one.Words);
            json.WriteString("remedy", one.Remedy);
            json.WriteString("migration", one.Place?.Migration);
            if (one.Place?.Statement is { } statement)
            {
                json.WriteNumber("statement", statement);
            }
            else
            {
                json.WriteNull("statement");
            }

            json.WriteEndObject();
        });
        JsonReport.Array(json, "untested", report.Untested, static (json, one) =>
        {
            json.WriteStartObject();
            json.WriteString("why", one.Why);
            json.WriteNumber("shapes", one.Shapes);
            json.WriteNumber("calls", one.Calls);
            json.WriteEndObject();
        });
        JsonReport.Array(json, "notes", report.Notes, static (json, note) => json.WriteStringValue(note));
        json.WriteString("stoppedAt", report.Stop?.Place.Location.ToString());
        json.WriteEndObject();
    });

    /// <summary>SARIF 2.1.0 of the problems, each at its statement.</summary>
    public static string Sarif(IReadOnlyList<Problem> problems, Checkout checkout) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "DbGate");
        json.WriteString("semanticVersion", ToolVersion.Current);
        JsonReport.Array(json, "rules", problems.Select(problem => problem.Code).Distinct().ToArray(), static (json, code) =>
        {
            json.WriteStartObject();
            json.WriteString("id", code.Id);
            json.WriteStartObject("shortDescription");
            json.WriteString("text", code.Title);
            json.WriteEndObject();
            json.WriteEndObject();
        });
        json.WriteEndObject();
        json.WriteEndObject();
        JsonReport.Array(json, "results", problems, (json, problem) => Result(json, problem, checkout));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }) + "\n";

    static void Result(Utf8JsonWriter json, Problem problem, Checkout checkout)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", problem.Code.Id);
        json.WriteString("level", problem.IsBlocking ? "error" : "warning");
        json.WriteStartObject("message");
        json.WriteString("text", $"{problem.Message}. {problem.Cause}");
        json.WriteEndObject();
        if (problem.Location is { } place)
        {
            json.WriteStartArray("locations");
            json.WriteStartObject();
            json.WriteStartObject("physicalLocation");
            json.WriteStartObject("artifactLocation");
            json.WriteString("uri", string.Join('/', checkout.Name(place.File).Split('/').Select(Uri.EscapeDataString)));
            json.WriteEndObject();
            if (place.Line is { } line)
            {
                json.WriteStartObject("region");
                json.WriteNumber("startLine", line);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    static string Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    static string Short(string shape) => shape.Length <= LongestShape ? shape : $"{shape[..(LongestShape - 1)]}…";
}
