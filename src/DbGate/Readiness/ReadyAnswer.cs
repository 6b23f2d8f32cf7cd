using System.Net;
using System.Text.Json;

namespace DbGate.Readiness;

/// <summary>What an application answered to a readiness probe.</summary>
/// <param name="Status">The HTTP status; null when no answer came.</param>
/// <param name="Said">Its own word, such as "ready"; null when the body holds none.</param>
/// <param name="Text">The body's first characters, or why no answer came.</param>
public sealed record ReadyAnswer(HttpStatusCode? Status, string? Said, string Text)
{
    const int ShownCharacters = 400;

    /// <summary>200, and the word for ready.</summary>
    public bool IsReady => Status == HttpStatusCode.OK && Said == "ready";

    /// <summary>Reads an answer. 200 without a word for ready is not ready: a proxy's welcome page says 200 too.</summary>
    public static ReadyAnswer Read(HttpStatusCode status, string body) => new(status, Word(body), Shorten(body));

    /// <inheritdoc/>
    public override string ToString() => Status is { } status ? $"{(int)status} {Text}" : Text;

    static string? Word(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("status", out var status)
                && status.ValueKind == JsonValueKind.String
                    ? status.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static string Shorten(string body) => body.Length <= ShownCharacters ? body : body[..ShownCharacters] + "…";
}
