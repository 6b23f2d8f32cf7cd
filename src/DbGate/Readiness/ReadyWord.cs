using System.Text.Json;

namespace DbGate.Readiness;

/// <summary>The word for ready in the body of an answer, in the three shapes that applications speak.</summary>
/// <param name="Said">What the application states of itself, such as <c>ready</c>, <c>ok</c> or <c>Healthy</c>.</param>
/// <param name="IsReady">True when that is its shape's word for ready, and nothing next to it states otherwise.</param>
sealed record ReadyWord(string Said, bool IsReady)
{
    /// <summary>The word of ASP.NET Core's health checks; <c>Degraded</c> is answered with 200 too, and is not ready.</summary>
    const string Healthy = "Healthy";

    static readonly string[] HealthWords = [Healthy, "Degraded", "Unhealthy"];

    /// <summary>Finds it; null when the body holds none.</summary>
    public static ReadyWord? Find(string body)
    {
        var text = body.Trim();
        if (HealthWords.Contains(text))
        {
            return new(text, text == Healthy); // as MapHealthChecks writes it, unless told otherwise
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && Text(root, "status") is { } said
                ? new(said, Holds(root, said))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static bool Holds(JsonElement answer, string said) => said switch
    {
        "ready" => true,
        "ok" => IsTerminus(answer), // alone it is what any liveness endpoint answers
        Healthy => Parts(answer, "entries")
            .Concat(Parts(answer, "results"))
            .Concat(Parts(answer, "checks"))
            .All(part => Text(part, "status") is null or Healthy),
        _ => false,
    };

    /// <summary>NestJS terminus: <c>{"status":"ok","info":{…},"error":{},"details":{"database":{"status":"up"}}}</c>.</summary>
    static bool IsTerminus(JsonElement answer) =>
        answer.TryGetProperty("details", out var details)
        && details.ValueKind == JsonValueKind.Object
        && !Parts(answer, "error").Any()
        && Parts(answer, "details").All(part => Text(part, "status") == "up");

    static IEnumerable<JsonElement> Parts(JsonElement answer, string name) =>
        !answer.TryGetProperty(name, out var parts) ? []
        : parts.ValueKind switch
        {
            JsonValueKind.Object => parts.EnumerateObject().Select(part => part.Value),
            JsonValueKind.Array => parts.EnumerateArray(),
            _ => [],
        };

    static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
