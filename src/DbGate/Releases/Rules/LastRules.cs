using System.Text.Json;
using DbGate.Backups.Manifests;
using DbGate.Configuration.Rules;
using DbGate.Releases.Evidence;
using DbGate.Problems;
using DbGate.Signing;

namespace DbGate.Releases.Rules;

/// <summary>The rules of the last release that passed.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="Record">Number of the record that holds them.</param>
sealed record LastRules(RuleSet Rules, long Record)
{
    /// <summary>
    /// Finds them in the evidence log: from its newest record backwards, each compared with the hash that the next one holds of it.
    /// </summary>
    /// <param name="log">The log.</param>
    /// <param name="environment">The environment, in lower case.</param>
    /// <param name="key">The key that signed the records; null when none is set.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>Null when the log holds none: no release has passed.</returns>
    /// <exception cref="GateException">DBG0520, DBG0521, DBG0522: the log is damaged.</exception>
    public static async Task<LastRules?> FindAsync(
        EvidenceLog log, string environment, SigningKey? key, CancellationToken cancellationToken)
    {
        StoredEvidence? newer = null;
        EvidenceRecord? after = null;
        await foreach (var stored in log.ReadNewestAsync(int.MaxValue, cancellationToken))
        {
            var record = Read(stored, key);
            DemandLink(stored, newer, after);
            (newer, after) = (stored, record);
            if (record.Environment != environment)
            {
                continue;
            }

            if (Take(record) is { } rules)
            {
                return rules;
            }

            if (record.RulesRecord is { } number)
            {
                return Take(Read(await log.ReadAsync(number, cancellationToken), key))
                    ?? throw new GateException(EvidenceProblems.RulesMissing(record.Sequence, number));
            }
        }

        return null;
    }

    /// <summary>The digest of the rules in one record; null when it has none, is missing, or is damaged.</summary>
    public static async Task<string?> FindDigestAsync(EvidenceLog log, long record, SigningKey? key, CancellationToken cancellationToken)
    {
        try
        {
            return Take(Read(await log.ReadAsync(record, cancellationToken), key)) is { } found
                ? RecordedRules.DigestOf(found.Rules)
                : null;
        }
        catch (GateException exception) when (exception.Problem.Code.ExitCode is not (ExitCode.Environment or ExitCode.Credentials))
        {
            return null;
        }
    }

    static LastRules? Take(EvidenceRecord record) =>
        record.Rules is not { } recorded ? null
        : recorded.Read() is { } rules ? new LastRules(rules, record.Sequence)
        : throw new GateException(EvidenceProblems.Edited(record.Sequence, "its rules do not have the digest that it names"));

    static EvidenceRecord Read(StoredEvidence stored, SigningKey? key)
    {
        var number = stored.Sequence ?? 0;
        if (key is not null && stored.File.Check(key) is not SignatureState.Valid and var state)
        {
            throw new GateException(
                EvidenceProblems.Signature(
                    number, state == SignatureState.NotSigned ? "it is not signed" : "it was altered, or signed by another key"));
        }

        try
        {
            return JsonSerializer.Deserialize(
                stored.File.Bytes.Span, EvidenceJson.Readable.EvidenceRecord) is { Format: EvidenceRecord.CurrentFormat } record
                    && record.Sequence == stored.Sequence
                ? record
                : throw new GateException(EvidenceProblems.Edited(number, "the file is not the record that its name says"));
        }
        catch (JsonException exception)
        {
            throw new GateException(EvidenceProblems.Edited(number, $"it cannot be read: {exception.Message}"), exception);
        }
    }

    static void DemandLink(StoredEvidence stored, StoredEvidence? newer, EvidenceRecord? after)
    {
        if (newer is null || after is null)
        {
            return;
        }

        if (stored.Sequence != newer.Sequence - 1)
        {
            throw new GateException(EvidenceProblems.Gap((stored.Sequence ?? 0) + 1, (newer.Sequence ?? 0) - 1));
        }

        if (after.Previous != stored.File.Sha256)
        {
            throw new GateException(EvidenceProblems.Edited(stored.Sequence ?? 0, $"record {newer.Sequence} holds another sha256 of it"));
        }
    }
}
