using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DbGate.Checks;
using DbGate.Releases;

namespace DbGate.Checks;

/// <summary>The body of <c>/ready</c>. Its shape and its sentences are a contract that monitors and scripts read.</summary>
static class ReadyDocument
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>True when every check is ok: the answer is 200, else 503.</summary>
    public static bool IsReady(IEnumerable<CheckReport> checks) => checks.All(check => check.Result.IsOk);

    /// <summary><c>{"status":"ready","checks":{"migrations":{"ok":true,"details":"4/4 migrations applied"},…}}</c></summary>
    public static string Render(IReadOnlyCollection<CheckReport> checks)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("status", IsReady(checks) ? "ready" : "not_ready");
            json.WriteStartObject("checks");
            foreach (var check in checks)
            {
                json.WriteStartObject(check.Check.Name);
                json.WriteBoolean("ok", check.Result.IsOk);
                json.WriteString("details", check.Result.Details);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
