using System.Text.Json;
using System.Text.Json.Serialization;

namespace DbGate.Storage.Gcs;

/// <summary>An object as Google's JSON API describes it. Numbers of 64 bits are text there.</summary>
sealed record GcsObject
{
    /// <summary>What <see cref="GcsObject"/> reads; asked for by name, to keep answers small.</summary>
    public const string Fields = "name,size,generation,timeCreated,crc32c";

    public string Name { get; init; } = string.Empty;

    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public long Size { get; init; }

    public string? Generation { get; init; }

    public DateTimeOffset TimeCreated { get; init; }

    /// <summary>Base64 of the big-endian CRC-32C of the content.</summary>
    public string? Crc32c { get; init; }

    public StoredObject Describe(string key) => new(key, Size, TimeCreated, Generation, Sha256: null);
}

/// <summary>A page of a listing.</summary>
sealed record GcsPage
{
    public IReadOnlyList<GcsObject> Items { get; init; } = [];

    public string? NextPageToken { get; init; }
}

/// <summary>What a new upload session is told.</summary>
sealed record GcsUploadRequest(string ContentType);

/// <summary>Google's JSON, generated at compile time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(GcsObject))]
[JsonSerializable(typeof(GcsPage))]
[JsonSerializable(typeof(GcsUploadRequest))]
sealed partial class GcsJson : JsonSerializerContext;
