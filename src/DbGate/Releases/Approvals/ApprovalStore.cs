using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DbGate.Backups.Manifests;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Releases.Approvals;

/// <summary>An approval as the store has it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Approval">Null when the file is no approval.</param>
/// <param name="File">Its bytes and its signature.</param>
sealed record StoredApproval(string Key, Approval? Approval, SignedDocument File);

/// <summary>
/// The approvals of a store: <c>approvals/&lt;plan&gt;/&lt;person&gt;.json</c>. One person has one key, so no person approves twice.
/// </summary>
/// <param name="store">Where.</param>
/// <param name="key">What signs; null leaves them unsigned.</param>
sealed class ApprovalStore(IObjectStore store, SigningKey? key)
{
    const int LongestApproval = 1 << 20;
    const int MostApprovals = 100;

    /// <summary>Stores an approval.</summary>
    /// <returns>False when this person has approved this plan already.</returns>
    public async Task<bool> SaveAsync(Approval approval, CancellationToken cancellationToken)
    {
        try
        {
            var file = SignedDocument.Write(JsonSerializer.SerializeToUtf8Bytes(approval, EvidenceJson.Readable.Approval), key);
            await store.WriteBytesAsync(KeyOf(approval.Plan, approval.By), file.Bytes, cancellationToken);
            return true;
        }
        catch (GateException exception) when (exception.Problem.Code == StoresProblems.ObjectExistsCode)
        {
            return false;
        }
    }

    /// <summary>The approvals of a plan.</summary>
    public async Task<IReadOnlyList<StoredApproval>> ListAsync(string plan, CancellationToken cancellationToken)
    {
        var approvals = new List<StoredApproval>();
        await foreach (var found in store.ListAsync($"approvals/{plan}/", cancellationToken))
        {
            var file = SignedDocument.Read(await store.ReadBytesAsync(found.Key, LongestApproval, cancellationToken));
            approvals.Add(new StoredApproval(found.Key, Read(file), file));
            if (approvals.Count == MostApprovals)
            {
                break;
            }
        }

        return approvals;
    }

    public static string KeyOf(string plan, string person) =>
        $"approvals/{plan}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PersonName.Fold(person))))[..16]}.json";

    static Approval? Read(SignedDocument file)
    {
        try
        {
            return JsonSerializer.Deserialize(
                file.Bytes.Span, EvidenceJson.Readable.Approval) is { Format: Approval.CurrentFormat } approval ? approval : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
