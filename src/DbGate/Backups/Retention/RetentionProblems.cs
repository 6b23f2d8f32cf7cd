using DbGate.Problems;

namespace DbGate.Backups.Retention;

/// <summary>What can keep retention from deleting.</summary>
static class RetentionProblems
{
    public static readonly ProblemCode PolicyInvalidCode = new("DBG0360", "Invalid retention policy", ExitCode.Usage);
    public static readonly ProblemCode KeptBackupMissingCode =
        new("DBG0361", "The backup that retention relies on is missing", ExitCode.Blocked);

    const string NothingDeleted = "no backup was deleted";

    public static GateException PolicyInvalid(string setting, int value, string valid) => new(
        new(PolicyInvalidCode, $"{setting} is {value}; it has to be {valid}.")
        {
            State = NothingDeleted,
            Fix = "set BACKUP_RETENTION_DAYS to 3 (development), 7 (staging) or 30 (production)",
        });

    public static GateException KeptBackupMissing(string location, BackupRecord kept, string fault) => new(
        new(KeptBackupMissingCode, $"Older backups are only deleted while {location}/{kept.ArchiveKey} stands, and {fault}.")
        {
            Cause = "it was changed or deleted since the store was listed",
            State = NothingDeleted,
            Fix = new("Take a new backup", FixCommand.Gate("backup", ("environment", kept.Environment))),
        });
}
