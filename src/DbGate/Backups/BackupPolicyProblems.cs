using DbGate.Configuration;
using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>What can be wrong with the backup settings.</summary>
static class BackupPolicyProblems
{
    static readonly ProblemCode NotProvenCode = new("DBG0327", "The backup is not verified to the required level", ExitCode.Blocked);
    static readonly ProblemCode SignatureCode =
        new("DBG0380", "The signature of a backup is not valid", ExitCode.Blocked) { IsProof = true };

    public static Problem NotProven(string archive, BackupLevel level, BackupLevel demanded, IEnumerable<string> differences)
    {
        var found = string.Join("; ", differences);
        return new(NotProvenCode, $"the backup is proven to {level}, and backup.level demands {demanded}")
        {
            Cause = found.Length == 0
                ? $"{archive}: no restore test of it is on record"
                : $"{archive} was restored, and is not what was backed up: {found}",
            State = DatabaseState.Untouched,
            Fix = found.Length == 0
                ? new Fix("Test it by a restore", FixCommand.Gate("restore-test", ("backup", CommandArgument.Placeholder("archive"))))
                : new Fix("Do not rely on this backup; take another one and verify it", FixCommand.Gate("backup-first")),
        };
    }

    public static Problem Signature(string manifest, string state) =>
        new(SignatureCode, $"the signature of {manifest} does not hold: {state}")
        {
            Cause = "the manifest was altered, signed by another key, or never signed",
            State = DatabaseState.Untouched,
            Fix = new("Find out who wrote the old one, and take a new backup", FixCommand.Gate("backup-first")),
        };
}
