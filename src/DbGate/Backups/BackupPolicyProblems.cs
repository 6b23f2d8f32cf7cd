using DbGate.Problems;

namespace DbGate.Backups;

/// <summary>What can be wrong with the backup settings.</summary>
static class BackupPolicyProblems
{
    static readonly ProblemCode NoBucketCode = new("DBG0380", "Uploads are on, but no bucket is named", ExitCode.Usage);
    static readonly ProblemCode AddressCode = new("DBG0381", "A store's address cannot be read", ExitCode.Usage);

    static readonly ProblemCode SignatureCode = new("DBG0382", "A backup's signature does not hold", ExitCode.Blocked);

    public static Problem Signature(string manifest, string state) =>
        new(SignatureCode, $"the signature of {manifest} does not hold: {state}")
        {
            Cause = "the manifest was altered, signed by another key, or never signed",
            State = DatabaseState.Untouched,
            Fix = "take a new backup (./build.sh --target=backup-first); find out who wrote the old one",
        };

    public static Problem NoBucket() =>
        new(NoBucketCode, "BACKUP_UPLOAD_ENABLED is true, but neither AWS_S3_BACKUP_BUCKET nor GCS_BACKUP_BUCKET is set")
        {
            State = DatabaseState.NotContacted,
            Fix = "set AWS_S3_BACKUP_BUCKET=bucket/prefix or GCS_BACKUP_BUCKET=bucket/prefix",
        };

    public static Problem Address(string name, string text) =>
        new(AddressCode, $"{name} is no address: {text}")
        {
            State = DatabaseState.NotContacted,
            Fix = $"set {name}=https://host:port",
        };
}
