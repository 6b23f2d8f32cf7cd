using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using DbGate.Testing.Http;

namespace DbGate.Testing.Gcs;

/// <summary>
/// Google Cloud Storage in this process, as far as backups need it: resumable uploads in pieces of 256 KiB with <c>308</c> answers and
/// status questions, <c>ifGenerationMatch=0</c> at the beginning and at the end, CRC-32C, generations, ranges, pages, holds, and OAuth
/// tokens.
/// </summary>
public sealed class GcsDouble : IAsyncDisposable
{
    public const string Bucket = "acme-backups";
    public const string Token = "ya29.double";

    const int Quantum = 256 << 10;

    readonly Lock gate = new();
    readonly SortedDictionary<string, GcsEntry> entries = new(StringComparer.Ordinal);
    readonly Dictionary<string, GcsSession> sessions = [];
    long generations = 1_000_000;

    public GcsDouble() => Http = new(Handle);

    public HttpDouble Http { get; }

    /// <summary>Refuse requests without the token that <c>/token</c> gives.</summary>
    public bool WantsToken { get; init; }

    /// <summary>How much of a piece is kept: a store may keep less than it was sent.</summary>
    public Func<int, int> Keeping { get; set; } = length => length;

    /// <summary>What a broken store makes of the bytes.</summary>
    public Func<byte[], byte[]> Storing { get; set; } = bytes => bytes;

    /// <summary>Objects that a retention policy of the bucket holds.</summary>
    public HashSet<string> Held { get; } = [];

    public int OpenSessions
    {
        get
        {
            lock (gate)
            {
                return sessions.Count;
            }
        }
    }

    public byte[]? Find(string name)
    {
        lock (gate)
        {
            return entries.GetValueOrDefault(name)?.Content;
        }
    }

    public void Place(string name, byte[] content)
    {
        lock (gate)
        {
            entries[name] = new(name, content, ++generations, DateTimeOffset.UtcNow);
        }
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    void Handle(HttpExchange request)
    {
        lock (gate)
        {
            try
            {
                Route(request);
            }
            catch (GcsRefusal refusal)
            {
                request.Answer(
                    refusal.Status,
                    JsonSerializer.Serialize(
                        new { error = new { code = refusal.Status, message = refusal.Message,
                            errors = new[] { new { reason = refusal.Reason } } } }),
                    "application/json");
            }
        }
    }

    void Route(HttpExchange request)
    {
        if (request.RawPath == "/token")
        {
            request.Answer(200, $$"""{"access_token":"{{Token}}","expires_in":3600,"token_type":"Bearer"}""", "application/json");
            return;
        }

        if (WantsToken && request.Header("Authorization") != $"Bearer {Token}")
        {
            throw new GcsRefusal(401, "authError", "Invalid Credentials");
        }

        if (request.RawPath.StartsWith("/session/", StringComparison.Ordinal))
        {
            HandleSession(request, request.RawPath["/session/".Length..]);
            return;
        }

        var path = request.RawPath.Replace("/upload", string.Empty, StringComparison.Ordinal)["/storage/v1/b/".Length..].Split('/', 3);
        if (path[0] != Bucket)
        {
            throw new GcsRefusal(404, "notFound", "The specified bucket does not exist.");
        }

        if (request.Method == "POST")
        {
            Begin(request);
        }
        else if (path is [_, _, var name])
        {
            HandleObject(request, Uri.UnescapeDataString(name));
        }
        else
        {
            List(request);
        }
    }

    void Begin(HttpExchange request)
    {
        var name = request.Query["name"];
        RefuseTaken(name, request.Query.GetValueOrDefault("ifGenerationMatch"));
        var id = Guid.NewGuid().ToString("N");
        sessions[id] = new(name, request.Query.GetValueOrDefault("ifGenerationMatch"));
        request.AnswerHeaders["Location"] = new Uri(Http.Url, $"/session/{id}").AbsoluteUri;
        request.Answer(200);
    }

    void HandleSession(HttpExchange request, string id)
    {
        var session = sessions.GetValueOrDefault(id) ?? throw new GcsRefusal(404, "notFound", "No such session");
        if (request.Method == "DELETE")
        {
            sessions.Remove(id);
            request.Answer(499);
            return;
        }

        var (range, total) = request.Header("Content-Range")!["bytes ".Length..].Split('/') is [var first, var last]
            ? (first, last == "*" ? (long?)null : long.Parse(last, CultureInfo.InvariantCulture))
            : throw new GcsRefusal(400, "badRequest", "Content-Range");
        if (session.Made is { } made)
        {
            Answer(request, made);
            return;
        }

        if (range != "*")
        {
            Keep(session, long.Parse(range.Split('-')[0], CultureInfo.InvariantCulture), request.Body, total);
        }

        if (total == session.Content.Length)
        {
            RefuseTaken(session.Name, session.Condition);
            Place(session.Name, Storing(session.Content.ToArray()));
            session.Made = entries[session.Name];
            Answer(request, session.Made);
            return;
        }

        if (session.Content.Length > 0)
        {
            request.AnswerHeaders["Range"] = $"bytes=0-{session.Content.Length - 1}";
        }

        request.Answer(308);
    }

    void Keep(GcsSession session, long from, byte[] body, long? total)
    {
        if (from != session.Content.Length)
        {
            throw new GcsRefusal(400, "badRequest", $"The next byte is {session.Content.Length}, not {from}");
        }

        var isLast = total == from + body.Length;
        if (!isLast && body.Length % Quantum != 0)
        {
            throw new GcsRefusal(400, "badRequest", "Not a multiple of 256 KiB");
        }

        var kept = Keeping(body.Length);
        session.Content.Write(body, 0, kept == body.Length ? kept : kept / Quantum * Quantum);
    }

    void HandleObject(HttpExchange request, string name)
    {
        var found = entries.GetValueOrDefault(name);
        if (found is null
            || (request.Query.TryGetValue("generation", out var wanted)
            && wanted != found.Generation.ToString(CultureInfo.InvariantCulture)))
        {
            throw new GcsRefusal(404, "notFound", $"No such object: {Bucket}/{name}");
        }

        if (request.Method == "DELETE")
        {
            if (Held.Contains(name))
            {
                throw new GcsRefusal(
                    403, "retentionPolicyNotMet",
                    $"Object '{name}' is subject to bucket's retention policy and cannot be deleted until tomorrow");
            }

            entries.Remove(name);
            request.Answer(204);
        }
        else if (request.Query.GetValueOrDefault("alt") == "media")
        {
            var bounds = request.Header("Range")!["bytes=".Length..].Split('-');
            var (from, to) =
                (int.Parse(bounds[0], CultureInfo.InvariantCulture),
                    Math.Min(int.Parse(bounds[1], CultureInfo.InvariantCulture), found.Content.Length - 1));
            request.AnswerHeaders["Content-Range"] = $"bytes {from}-{to}/{found.Content.Length}";
            request.Answer(206, found.Content[from..(to + 1)]);
        }
        else
        {
            Answer(request, found);
        }
    }

    /// <summary>Two to a page.</summary>
    void List(HttpExchange request)
    {
        var (prefix, after) =
            (request.Query.GetValueOrDefault("prefix") ?? string.Empty, request.Query.GetValueOrDefault("pageToken") ?? string.Empty);
        var found =
            entries.Values.Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal)
                && string.CompareOrdinal(entry.Name, after) > 0).ToArray();
        request.Answer(
            200,
            JsonSerializer.Serialize(
                new { items = found.Take(2).Select(Describe), nextPageToken = found.Length > 2 ? found[1].Name : null }),
                "application/json");
    }

    void RefuseTaken(string name, string? condition)
    {
        if (condition == "0" && entries.ContainsKey(name))
        {
            throw new GcsRefusal(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
        }
    }

    static void Answer(HttpExchange request, GcsEntry entry) =>
        request.Answer(200, JsonSerializer.Serialize(Describe(entry)), "application/json");

    static object Describe(GcsEntry entry) => new
    {
        name = entry.Name,
        size = entry.Content.Length.ToString(CultureInfo.InvariantCulture),
        generation = entry.Generation.ToString(CultureInfo.InvariantCulture),
        timeCreated = entry.Created,
        crc32c = Crc32COf(entry.Content),
    };

    static string Crc32COf(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var one in content)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
            }
        }

        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return Convert.ToBase64String(bytes);
    }

    sealed record GcsEntry(string Name, byte[] Content, long Generation, DateTimeOffset Created);

    sealed record GcsSession(string Name, string? Condition)
    {
        public MemoryStream Content { get; } = new();

        public GcsEntry? Made { get; set; }
    }

    sealed class GcsRefusal(int status, string reason, string message) : Exception(message)
    {
        public int Status { get; } = status;

        public string Reason { get; } = reason;
    }
}
