using System.Text.Json;
using System.Text.Json.Serialization;
using DbGate.Backups.Manifests;
using DbGate.Backups.Retention;
using DbGate.Configuration;
using DbGate.Signing;

namespace DbGate.Backups.Restores;

/// <summary>What a restore test leaves in the store, next to the archive that it is about.</summary>
sealed record RestoreTestReport
{
    /// <summary>The version of the format that this DbGate writes. Readers refuse a newer one.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of the format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Who wrote it.</summary>
    public required string Tool { get; init; }

    /// <summary>The archive's key.</summary>
    public required string Archive { get; init; }

    /// <summary>SHA-256 of the manifest that was restored by, lower-case hex.</summary>
    public required string ManifestSha256 { get; init; }

    /// <summary>The environment that the backup is of, in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>The database that the backup is of.</summary>
    public required string Database { get; init; }

    /// <summary>How far the backup is proven by it.</summary>
    public required VerificationLevel Level { get; init; }

    /// <summary>It could be restored, and is what was backed up.</summary>
    public required bool Passed { get; init; }

    /// <summary>When the test ended, UTC.</summary>
    public required DateTimeOffset TestedAt { get; init; }

    /// <summary>The measured time to restore, from the begin of the archive's verification to the last index: the real RTO.</summary>
    public required TimeSpan RestoreTime { get; init; }

    /// <summary>The time for comparing.</summary>
    public required TimeSpan CompareTime { get; init; }

    /// <summary>The version of the server that it was restored into, 150018 for 15.18.</summary>
    public required int ServerVersion { get; init; }

    /// <summary>How many tables were compared.</summary>
    public required int Tables { get; init; }

    /// <summary>How many rows were read back.</summary>
    public required long Rows { get; init; }

    /// <summary>How many foreign keys were looked at.</summary>
    public required int ForeignKeys { get; init; }

    /// <summary>How many indexes were looked at.</summary>
    public required int Indexes { get; init; }

    /// <summary>What was found, blocking or not: code and message.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>What could not be looked at.</summary>
    public required IReadOnlyList<string> NotChecked { get; init; }
}

/// <summary>A record as it is in the store: the report's own bytes, and their signature.</summary>
/// <param name="Record">The report. Exactly these bytes, as they are between its braces, are signed.</param>
/// <param name="Signature">Null when unsigned.</param>
sealed record SignedRecord(JsonElement Record, ManifestSignature? Signature);

/// <summary>The JSON of restore-test records, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    NewLine = "\n",
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(JsonStringEnumConverter<VerificationLevel>)])]
[JsonSerializable(typeof(RestoreTestReport))]
[JsonSerializable(typeof(SignedRecord))]
sealed partial class RestoreTestJson : JsonSerializerContext;
