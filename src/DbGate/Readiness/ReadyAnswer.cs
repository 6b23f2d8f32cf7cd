using System.Net;

namespace DbGate.Readiness;

/// <summary>What an application answered to a readiness probe.</summary>
/// <param name="Status">The HTTP status; null when no answer came.</param>
/// <param name="Said">Its own word, such as "ready"; null when the body holds none.</param>
/// <param name="Text">The body's first characters, or why no answer came.</param>
sealed record ReadyAnswer(HttpStatusCode? Status, string? Said, string Text)
{
    const int ShownCharacters = 400;

    /// <summary>200, and the word for ready: the contract's <c>ready</c>, terminus' <c>ok</c> or ASP.NET Core's <c>Healthy</c>.</summary>
    public bool IsReady { get; private init; }

    /// <summary>Reads an answer. 200 without a word for ready is not ready: a proxy's welcome page states 200 too.</summary>
    public static ReadyAnswer Read(HttpStatusCode status, string body)
    {
        var word = ReadyWord.Find(body);
        return new(status, word?.Said, Shorten(body)) { IsReady = status == HttpStatusCode.OK && word is { IsReady: true } };
    }

    /// <inheritdoc/>
    public override string ToString() => Status is { } status ? $"{(int)status} {Text}" : Text;

    static string Shorten(string body) => body.Length <= ShownCharacters ? body : body[..ShownCharacters] + "…";
}
