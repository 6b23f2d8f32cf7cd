using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DbGate.Texts;

namespace DbGate.Configuration.Rules;

/// <summary>The JSON of rules, generated at compile time.</summary>
[JsonSerializable(typeof(JsonNode))]
sealed partial class RuleJson : JsonSerializerContext
{
    /// <summary>Names stay readable: the texts are never part of a web page as they are.</summary>
    public static JsonSerializerOptions Readable =>
        field ??= new() { TypeInfoResolver = Default, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
