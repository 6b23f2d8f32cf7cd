using System.Text.Json.Serialization;

namespace DbGate.Service;

/// <summary>What is serialised, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PublicProblem))]
sealed partial class ServiceJson : JsonSerializerContext;
