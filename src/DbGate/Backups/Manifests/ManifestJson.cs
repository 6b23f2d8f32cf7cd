using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DbGate.Signing;
using DbGate.Texts;

namespace DbGate.Backups.Manifests;

/// <summary>The JSON of manifests, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    Converters = [typeof(PartKindConverter), typeof(MemberTableConverter)])]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(ManifestSignature))]
sealed partial class ManifestJson : JsonSerializerContext
{
    /// <summary>Names stay readable: the file is JSON by itself, never part of a web page.</summary>
    public static ManifestJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary>The member table without line breaks: one line for each column would be tens of thousands otherwise.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MemberTable))]
sealed partial class MemberTableJson : JsonSerializerContext;

sealed class PartKindConverter() : JsonStringEnumConverter<PartKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false);

sealed class MemberTableConverter : JsonConverter<MemberTable>
{
    public override MemberTable? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, MemberTableJson.Default.MemberTable);

    public override void Write(Utf8JsonWriter writer, MemberTable value, JsonSerializerOptions options) =>
        writer.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes(value, MemberTableJson.Default.MemberTable), skipInputValidation: true);
}
