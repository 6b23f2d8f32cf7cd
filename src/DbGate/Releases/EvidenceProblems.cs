using DbGate.Problems;

namespace DbGate.Releases;

/// <summary>What can be wrong with the evidence log, plans and approvals.</summary>
static partial class EvidenceProblems
{
    static readonly ProblemCode GapCode = new("DBG0520", "Evidence is missing", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode EditedCode = new("DBG0521", "A record of the evidence log was edited", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode SignatureCode =
        new("DBG0522", "The signature of evidence is not valid", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode NotWrittenCode = new("DBG0523", "Evidence could not be written", ExitCode.Environment);
    static readonly ProblemCode NoOutcomeCode = new("DBG0524", "The outcome of a deploy was never recorded", ExitCode.Blocked);

    static readonly ProblemCode LogIsEmptyCode =
        new("DBG0582", "The evidence log is empty but a plan or backup exists", ExitCode.Blocked) { IsProof = true };

    static readonly ProblemCode RulesDifferCode =
        new("DBG0584", "Rules in the database differ from the evidence log", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode RulesNotKeptCode =
        new("DBG0586", "The database does not keep the rules of this release", ExitCode.Environment);

    /// <param name="difference">How they differ.</param>
    /// <param name="database">The database's name, to confirm with.</param>
    public static Problem RulesDiffer(string difference, string database) =>
        new(RulesDifferCode, "the rules in the database and in the evidence log differ")
        {
            Cause = $"{difference}; records of the log were removed or replaced, schema dbgate was edited, or the run uses another store",
            State = DatabaseState.Untouched,
            Fix = new(
                "Bring the records under evidence/ back from the store's versions. Where they are lost for good, install the protection "
                    + "again, which forgets the rules of the database",
                FixCommand.Gate("unprotect", ("environment", "production"), ("confirm", database)),
                FixCommand.Gate("protect", ("environment", "production"))),
        };

    /// <param name="why">What the server answered.</param>
    public static Problem RulesNotKept(string why) =>
        new(RulesNotKeptCode, "the rules of this release could not be written to schema dbgate")
        {
            Severity = Severity.Warning,
            Cause = why,
            State = "the release is complete, and the evidence log has its rules; the database keeps those of an earlier release until "
                + "the next one",
            Fix = new(
                "Install the protection again with the role of the deploys", FixCommand.Gate("protect", ("environment", "production"))),
        };

    /// <param name="leftover">The key of a plan or a backup in the same store.</param>
    public static Problem LogIsEmpty(string leftover) =>
        new(LogIsEmptyCode, $"the evidence log is empty, and the store holds {leftover}")
        {
            Cause = "DbGate writes a record for each plan and each backup of this environment, so the log was removed or is in "
                + "another store",
            State = DatabaseState.NotContacted,
            Fix = "bring the objects under evidence/ back from the store's versions; where they never existed, state the rules in a policy "
                + "file: --policy-file=<path>",
        };

    public static Problem RulesMissing(long sequence, long number) =>
        new(GapCode, $"record {sequence} of the evidence log names the rules of record {number}, which holds none")
        {
            Cause = "the record was replaced",
            State = DatabaseState.NotContacted,
            Fix = "find out who may overwrite in the store; where it keeps versions, bring the first version back",
        };

    public static Problem Gap(long from, long to) =>
        new(GapCode, (from, to) switch
        {
            (0, _) => "the first record names one before it: the log's beginning is gone",
            _ when from == to => $"record {from} of the evidence log is missing",
            _ => $"records {from} to {to} of the evidence log are missing",
        })
        {
            Cause = "a record was deleted from the store; nothing in DbGate does that",
            State = "the evidence is incomplete; the database was not looked at",
            Fix = "find out who may delete in the store; where it keeps versions, bring the object back",
        };

    public static Problem Foreign(string key) =>
        new(EditedCode, $"{key} stands in the evidence log and is no record")
        {
            Severity = Severity.Warning,
            Fix = "find out who put it there, and remove it",
        };

    public static Problem Edited(long sequence, string why) =>
        new(EditedCode, $"record {sequence} of the evidence log was edited")
        {
            Cause = why,
            State = "the evidence cannot be relied on from there; the database was not looked at",
            Fix = "find out who may overwrite in the store; where it keeps versions, bring the first version back",
        };

    public static Problem HeadGone(string anchor, long last) =>
        new(GapCode, $"the record {anchor} is not in the evidence log, whose newest is {last}")
        {
            Cause = "newer records were deleted, the record was edited, or the head is of another store",
            State = "the evidence is incomplete; the database was not looked at",
            Fix = "compare the store with the one that the head was shown for; where it keeps versions, bring the objects back",
        };

    public static Problem Signature(long sequence, string why) =>
        new(SignatureCode, $"the signature of record {sequence} is invalid: {why}")
        {
            State = "the evidence cannot be relied on; the database was not looked at",
            Fix = "check that DBGATE_SIGNING_KEY is the key that signed; else find out who wrote the record",
        };

    /// <summary>One problem for each reason, with the number of records and the first of them.</summary>
    /// <param name="records">The records whose signature is missing or wrong, in order.</param>
    public static IEnumerable<Problem> Signatures(IReadOnlyList<(long Sequence, string Why)> records)
    {
        const int Shown = 3;
        return records.GroupBy(record => record.Why).Select(group =>
        {
            long[] all = [.. group.Select(record => record.Sequence)];
            var named = string.Join(", ", all.Take(Shown));
            return all.Length == 1 ? Signature(all[0], group.Key)
                : Signature(all[0], group.Key) with
                {
                    Message = $"the signatures of {all.Length} records do not hold: {group.Key} (records {named}"
                        + $"{(all.Length > Shown ? $" and {all.Length - Shown} more, up to {all[^1]}" : "")})",
                };
        });
    }

    public static Problem NotWritten(string step, string why, bool hasDeployed) =>
        new(NotWrittenCode, $"the evidence of {step} could not be written")
        {
            Severity = hasDeployed ? Severity.Warning : Severity.Error,
            Cause = why,
            State = hasDeployed ? "the migrations are deployed; the run's own report tells it, the log does not" : DatabaseState.Untouched,
            Fix = hasDeployed
                ? new Fix("Keep the report of the run; the evidence log shows the deploy as begun", FixCommand.Gate("audit"))
                : "Make the store writable and run it again",
        };

    public static Problem LogIsBusy(string location, int attempts) =>
        new(NotWrittenCode, $"{attempts} times another run took the next number in the evidence log of {location}")
        {
            State = DatabaseState.Untouched,
            Fix = "run it again",
        };

    public static Problem NoOutcome(Evidence.EvidenceRecord record) =>
        new(NoOutcomeCode,
            $"the deploy of {record.At.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z to {record.Environment} began, and its outcome was never recorded")
        {
            Severity = Severity.Warning,
            Cause = $"record {record.Sequence}: {record.Summary}; the process was killed, or the store was out of reach afterwards",
            State = "the database may hold all, a part or none of it; its ledger tells",
            Fix = new("Read the ledger", FixCommand.Gate("verify-ready")),
        };
}
