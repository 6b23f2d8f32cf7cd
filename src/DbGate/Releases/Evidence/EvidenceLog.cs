using System.Globalization;
using System.Text.Json;
using DbGate.Backups.Manifests;
using DbGate.Problems;
using DbGate.Signing;
using DbGate.Storage;

namespace DbGate.Releases.Evidence;

/// <summary>A record's file, as the store has it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Sequence">What its name states; null when that is no record's name.</param>
/// <param name="File">Its bytes and its signature.</param>
sealed record StoredEvidence(string Key, long? Sequence, SignedDocument File);

/// <summary>
/// The append-only log in the store: <c>evidence/00000042.json</c>. The number is the name, and a store never overwrites; so of two runs
/// that write at once exactly one gets the number, and the other takes the next.
/// </summary>
/// <param name="store">Where it is kept.</param>
/// <param name="key">What signs; null leaves the records unsigned.</param>
sealed class EvidenceLog(IObjectStore store, SigningKey? key)
{
    public const string Prefix = "evidence/";

    const string Extension = ".json";
    const int LongestRecord = 4 << 20;
    const int Attempts = 50;

    (long Sequence, string Sha256)? head;

    /// <summary>Appends; number and chain are filled in here.</summary>
    /// <exception cref="GateException">The store's own problem; DBG0523 when others kept taking the number.</exception>
    public async Task<EvidenceRecord> AppendAsync(EvidenceRecord entry, CancellationToken cancellationToken)
    {
        var (sequence, sha256) = head ?? await ReadHeadAsync(cancellationToken);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var record = entry with { Sequence = sequence + 1, Previous = sha256 };
            var file = SignedDocument.Write(JsonSerializer.SerializeToUtf8Bytes(record, EvidenceJson.Readable.EvidenceRecord), key);
            try
            {
                await store.WriteBytesAsync(KeyOf(record.Sequence), file.Bytes, cancellationToken);
                head = (record.Sequence, file.Sha256);
                return record;
            }
            catch (GateException exception) when (exception.Problem.Code == StoresProblems.ObjectExistsCode)
            {
                (sequence, sha256) = (record.Sequence, (await ReadAsync(KeyOf(record.Sequence), cancellationToken)).File.Sha256);
            }
        }

        throw new GateException(EvidenceProblems.LogIsBusy(store.Location, Attempts));
    }

    /// <summary>Every record in the order of its number, one at a time.</summary>
    public async IAsyncEnumerable<StoredEvidence> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation]
        CancellationToken cancellationToken)
    {
        await foreach (var found in store.ListAsync(Prefix, cancellationToken))
        {
            yield return await ReadAsync(found.Key, cancellationToken);
        }
    }

    /// <summary>The newest records, the newest first; the others are not read.</summary>
    public async IAsyncEnumerable<StoredEvidence> ReadNewestAsync(
        int count, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var keys = await store.ListAsync(Prefix, cancellationToken)
            .Select(found => found.Key)
            .Where(key => SequenceOf(key) is not null)
            .ToListAsync(cancellationToken);
        foreach (var found in keys.OrderByDescending(SequenceOf).Take(count))
        {
            yield return await ReadAsync(found, cancellationToken);
        }
    }

    /// <summary>One record.</summary>
    /// <exception cref="GateException">The store's own problem: there is no such record.</exception>
    public Task<StoredEvidence> ReadAsync(long sequence, CancellationToken cancellationToken) =>
        ReadAsync(KeyOf(sequence), cancellationToken);

    public static string KeyOf(long sequence) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{sequence:00000000}{Extension}");

    static long? SequenceOf(string key) =>
        key.StartsWith(Prefix, StringComparison.Ordinal) && key.EndsWith(Extension, StringComparison.Ordinal)
        && long.TryParse(
            key.AsSpan(Prefix.Length, key.Length - Prefix.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture,
            out var sequence)
        && KeyOf(sequence) == key
            ? sequence
            : null;

    async Task<(long, string)> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var last = 0L;
        await foreach (var found in store.ListAsync(Prefix, cancellationToken))
        {
            last = Math.Max(last, SequenceOf(found.Key) ?? 0);
        }

        return last == 0 ? (0, EvidenceRecord.NoPrevious) : (last, (await ReadAsync(KeyOf(last), cancellationToken)).File.Sha256);
    }

    async Task<StoredEvidence> ReadAsync(string objectKey, CancellationToken cancellationToken) =>
        new(objectKey, SequenceOf(objectKey), SignedDocument.Read(await store.ReadBytesAsync(objectKey, LongestRecord, cancellationToken)));
}
