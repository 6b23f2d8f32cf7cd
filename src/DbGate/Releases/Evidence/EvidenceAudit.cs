using System.Text.Json;
using DbGate.Backups.Manifests;
using DbGate.Problems;
using DbGate.Signing;

namespace DbGate.Releases.Evidence;

/// <summary>What an audit found.</summary>
/// <param name="Records">The readable records, in order.</param>
/// <param name="Head">Number and SHA-256 of the newest, as <c>42:9f2c…</c>; null for an empty log. Kept elsewhere, it proves that no end
/// was cut off.</param>
/// <param name="Problems">Gaps, edits, signatures that do not hold, deploys without an outcome.</param>
/// <param name="NotChecked">What the log cannot prove by itself.</param>
sealed record AuditReport(
    IReadOnlyList<EvidenceRecord> Records, string? Head, IReadOnlyList<Problem> Problems, IReadOnlyList<string> NotChecked);

/// <summary>Follows the chain. Pure.</summary>
static class EvidenceAudit
{
    /// <param name="log">The records in the order of their numbers.</param>
    /// <param name="key">The key that signed; null when none is known.</param>
    /// <param name="anchor">A head that a person kept (<see cref="AuditReport.Head"/>); null when no one did.</param>
    public static AuditReport Verify(IReadOnlyList<StoredEvidence> log, SigningKey? key, string? anchor)
    {
        var records = new List<EvidenceRecord>();
        var problems = new List<Problem>(log.Where(item => item.Sequence is null).Select(item => EvidenceProblems.Foreign(item.Key)));
        var (expected, previous, signing) = (1L, EvidenceRecord.NoPrevious, false);
        var heads = new HashSet<string>();
        var unproven = new List<(long Sequence, string Why)>();
        var provenTo = long.TryParse(anchor?.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
        foreach (var item in log.Where(item => item.Sequence is not null).OrderBy(item => item.Sequence))
        {
            var isGap = item.Sequence > expected;
            if (isGap)
            {
                problems.Add(EvidenceProblems.Gap(expected, item.Sequence!.Value - 1));
            }

            if (Read(item, problems) is { } record)
            {
                if (!isGap && record.Previous != previous)
                {
                    problems.Add(expected == 1
                        ? EvidenceProblems.Gap(0, 0)
                        : EvidenceProblems.Edited(
                            expected - 1,
                            $"record {expected} holds its sha256 as {record.Previous[..Math.Min(12, record.Previous.Length)]}…, the file "
                                + $"has {previous[..8]}…"));
                }

                records.Add(record);
            }

            signing = Judge(item, key, signing, provenTo, unproven);
            (expected, previous) = (item.Sequence!.Value + 1, item.File.Sha256);
            heads.Add($"{item.Sequence}:{previous}");
        }

        if (anchor is not null && !heads.Contains(anchor))
        {
            problems.Add(EvidenceProblems.HeadGone(anchor, expected - 1));
        }

        problems.AddRange(EvidenceProblems.Signatures(unproven));
        problems.AddRange(Unfinished(records).Select(EvidenceProblems.NoOutcome));
        return new AuditReport(
            records, heads.Count == 0 ? null : $"{expected - 1}:{previous}", problems, [.. NotChecked(log, key, anchor)]);
    }

    static EvidenceRecord? Read(StoredEvidence item, List<Problem> problems)
    {
        try
        {
            var record =
                JsonSerializer.Deserialize(item.File.Bytes.Span, EvidenceJson.Readable.EvidenceRecord)
                    ?? throw new JsonException("it is null");
            if (record.Format != EvidenceRecord.CurrentFormat || record.Sequence != item.Sequence)
            {
                problems.Add(
                    EvidenceProblems.Edited(
                        item.Sequence!.Value, $"the file calls itself record {record.Sequence} of format {record.Format}"));
                return null;
            }

            return record;
        }
        catch (JsonException exception)
        {
            problems.Add(EvidenceProblems.Edited(item.Sequence!.Value, $"it cannot be read: {exception.Message}"));
            return null;
        }
    }

    /// <summary>
    /// Where a key is set, each record must be signed: an account that may write to the store could take all signatures out and hash the
    /// chain again. Only the records up to a head that a person kept are proven without. Once a record is signed, every later one must be.
    /// </summary>
    static bool Judge(StoredEvidence item, SigningKey? key, bool signing, long provenTo, List<(long Sequence, string Why)> unproven)
    {
        var state = item.File.Check(key);
        var isMissing = state == SignatureState.NotSigned && (signing || (key is not null && item.Sequence > provenTo));
        if (state == SignatureState.Invalid || isMissing)
        {
            unproven.Add((
                item.Sequence!.Value,
                state == SignatureState.Invalid ? "altered, or signed by another key"
                : signing ? "not signed, but an earlier one is"
                : "not signed, though DBGATE_SIGNING_KEY is set"));
        }

        return signing || item.File.Signature is not null;
    }

    static IEnumerable<EvidenceRecord> Unfinished(List<EvidenceRecord> records) =>
        records.Where((record, index) => record.Outcome == Outcomes.Began
            && !records.Skip(index + 1)
                .Any(later => later.Kind == record.Kind && later.Environment == record.Environment && later.Outcome != Outcomes.Began));

    static IEnumerable<string> NotChecked(IReadOnlyList<StoredEvidence> log, SigningKey? key, string? anchor)
    {
        if (log.Count == 0)
        {
            yield break;
        }

        if (key is null)
        {
            yield return log.Any(item => item.File.Signature is not null)
                ? "the signatures: DBGATE_SIGNING_KEY is not set"
                : "who wrote the records: none is signed, so anyone who may write to the store could have written the whole chain";
        }

        if (anchor is null)
        {
            yield return "whether newer records were deleted: give the head that an earlier run showed, --evidence-head=<number>:<sha256>";
        }
    }
}

/// <summary>How a recorded step ended.</summary>
static class Outcomes
{
    public const string Began = "began";
    public const string Passed = "passed";
    public const string Blocked = "blocked";
}
