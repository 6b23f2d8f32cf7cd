using System.Text.Json.Serialization;

namespace DbGate.Texts;

/// <summary>Lists of texts as JSON, generated at compile time.</summary>
[JsonSerializable(typeof(string[]))]
sealed partial class StringsJson : JsonSerializerContext;
