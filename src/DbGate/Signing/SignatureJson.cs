using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DbGate.Texts;

namespace DbGate.Signing;

/// <summary>The JSON of a signature, as manifests and signed documents contain it.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, NewLine = "\n", PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ManifestSignature))]
sealed partial class SignatureJson : JsonSerializerContext
{
    /// <summary>Base64's "+" is not escaped: the text is JSON by itself, never part of a web page.</summary>
    public static SignatureJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
