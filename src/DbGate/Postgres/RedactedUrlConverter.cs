using System.Text.Json;
using System.Text.Json.Serialization;

namespace DbGate.Postgres;

/// <summary>A URL that ends up in JSON by accident shows itself without its password.</summary>
sealed class RedactedUrlConverter : JsonConverter<PostgresUrl>
{
    public override PostgresUrl Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A connection URL is never read back from JSON.");

    public override void Write(Utf8JsonWriter writer, PostgresUrl value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Redacted);
}
