using System.Text.Json;
using DbGate.Gates;

namespace DbGate.Releases.Evidence;

/// <summary>
/// The newest records of the evidence log, to be looked at. Whether any was edited or taken out, only an audit of the whole log reports.
/// </summary>
static class EvidenceHistory
{
    /// <summary>Reads them, the newest first; a record that cannot be read is left out, the audit names it.</summary>
    /// <param name="context">Whose settings name the store.</param>
    /// <param name="count">At most so many.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="Problems.GateException">The store cannot be read.</exception>
    public static async Task<IReadOnlyList<EvidenceRecord>> NewestAsync(GateContext context, int count, CancellationToken cancellationToken)
    {
        var records = new List<EvidenceRecord>();
        await foreach (var stored in EvidenceWriter.LogOf(context).ReadNewestAsync(count, cancellationToken))
        {
            if (TryRead(stored) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    internal static EvidenceRecord? TryRead(StoredEvidence stored)
    {
        try
        {
            return JsonSerializer.Deserialize(
                stored.File.Bytes.Span, EvidenceJson.Readable.EvidenceRecord) is { Format: EvidenceRecord.CurrentFormat } record
                && record.Sequence == stored.Sequence
                    ? record
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
