using System.Security.Cryptography;
using System.Text.Json;
using DbGate.Backups.Manifests;
using DbGate.Problems;
using DbGate.Signing;

namespace DbGate.Releases.Plans;

/// <summary>The shape of <c>plan.json</c>.</summary>
/// <param name="Digest">Of the canonical form of <paramref name="Plan"/>.</param>
/// <param name="Plan">The plan.</param>
sealed record PlanDocument(string Digest, Plan Plan);

/// <summary>A plan as a file, with its digest.</summary>
sealed class PlanFile
{
    readonly SignedDocument document;

    PlanFile(Plan plan, string digest, SignedDocument document) => (Plan, Digest, this.document) = (plan, digest, document);

    /// <summary>What it states.</summary>
    public Plan Plan { get; }

    /// <summary>SHA-256 of the canonical form, lower-case hex.</summary>
    public string Digest { get; }

    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Bytes => document.Bytes;

    /// <summary>Writes a plan, signed when there is a key.</summary>
    public static PlanFile Write(Plan plan, SigningKey? key)
    {
        var digest = DigestOf(JsonSerializer.SerializeToElement(plan, EvidenceJson.Readable.Plan));
        return new(
            plan, digest,
            SignedDocument.Write(
                JsonSerializer.SerializeToUtf8Bytes(new PlanDocument(digest, plan), EvidenceJson.Readable.PlanDocument), key));
    }

    /// <summary>Reads a plan.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in a problem.</param>
    /// <param name="digest">What its name or its reader states that its digest is.</param>
    /// <param name="key">The key that signed it; null when none is known.</param>
    /// <exception cref="GateException">DBG0531: it is no plan, or was altered.</exception>
    public static PlanFile Read(ReadOnlyMemory<byte> bytes, string name, string digest, SigningKey? key)
    {
        var file = SignedDocument.Read(bytes);
        try
        {
            using var parsed = JsonDocument.Parse(bytes);
            var element = parsed.RootElement.GetProperty("plan");
            var actual = DigestOf(element);
            if (actual != digest)
            {
                throw new GateException(
                    EvidenceProblems.PlanAltered(name, $"its digest is {actual[..8]}…, not {digest[..Math.Min(8, digest.Length)]}…"));
            }

            // The digest covers what is there, so members that this version does not know must not be skipped in silence.
            var plan = element.Deserialize(EvidenceJson.Readable.Plan) ?? throw new JsonException("it is null");
            if (plan.Format != Plan.CurrentFormat
                || DigestOf(JsonSerializer.SerializeToElement(plan, EvidenceJson.Readable.Plan)) != digest)
            {
                throw new GateException(EvidenceProblems.PlanAltered(name, "it is of another version of DbGate"));
            }

            return key is null || file.Check(key) == SignatureState.Valid
                ? new(plan, digest, file)
                : throw new GateException(EvidenceProblems.PlanAltered(name, $"its signature: {file.Check(key)}"));
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new GateException(EvidenceProblems.PlanAltered(name, exception.Message), exception);
        }
    }

    static string DigestOf(JsonElement plan) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.From(plan)));
}
