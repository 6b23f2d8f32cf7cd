using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>What can be wrong with the backup settings.</summary>
static class BackupPolicyProblems
{
    static readonly ProblemCode SignatureCode = new("DBG0380", "A backup's signature does not hold", ExitCode.Blocked);

    public static Problem Signature(string manifest, string state) =>
        new(SignatureCode, $"the signature of {manifest} does not hold: {state}")
        {
            Cause = "the manifest was altered, signed by another key, or never signed",
            State = DatabaseState.Untouched,
            Fix = "take a new backup (./build.sh --target=backup-first); find out who wrote the old one",
        };
}
