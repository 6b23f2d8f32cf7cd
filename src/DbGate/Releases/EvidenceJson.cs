using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DbGate.Releases.Approvals;
using DbGate.Releases.Evidence;
using DbGate.Releases.Plans;
using DbGate.Texts;

namespace DbGate.Releases;

/// <summary>The JSON of records, plans and approvals, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(EvidenceRecord))]
[JsonSerializable(typeof(PlanDocument))]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
sealed partial class EvidenceJson : JsonSerializerContext
{
    /// <summary>Names stay readable: the files are JSON by themselves, never part of a web page.</summary>
    public static EvidenceJson Readable =>
        field ??= new(
            new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
