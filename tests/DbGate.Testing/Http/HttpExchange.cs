using System.Text;

namespace DbGate.Testing.Http;

/// <summary>One request, and the answer that a handler gives it.</summary>
public sealed record HttpExchange(string Method, string Target, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The target's path as it was sent, still percent-encoded.</summary>
    public string RawPath => Target.Split('?', 2)[0];

    public string Path => Uri.UnescapeDataString(RawPath);

    public string RawQuery => Target.Split('?', 2) is [_, var query] ? query : string.Empty;

    public IReadOnlyDictionary<string, string> Query => field ??= RawQuery
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(
            pair => Uri.UnescapeDataString(pair[0]),
            pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : string.Empty);

    public int Status { get; private set; }

    public Dictionary<string, string> AnswerHeaders { get; } = [];

    public byte[] AnswerBody { get; private set; } = [];

    /// <summary>Close the connection after so many bytes of the body.</summary>
    public int? CutAfter { get; set; }

    public string? Header(string name) => Headers.TryGetValue(name, out var value) ? value : null;

    public void Answer(int status, byte[] body, string contentType = "application/octet-stream")
    {
        (Status, AnswerBody) = (status, body);
        AnswerHeaders["Content-Type"] = contentType;
    }

    public void Answer(int status, string body = "", string contentType = "application/xml") =>
        Answer(status, Encoding.UTF8.GetBytes(body), contentType);
}
