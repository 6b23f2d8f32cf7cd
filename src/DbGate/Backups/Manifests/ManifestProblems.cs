using DbGate.Problems;
using DbGate.Signing;

namespace DbGate.Backups.Manifests;

/// <summary>What can be wrong with a manifest, its signature, or the archive that it describes.</summary>
static class ManifestProblems
{
    public static readonly ProblemCode UnreadableCode = new("DBG0320", "The backup manifest cannot be used", ExitCode.Blocked);
    public static readonly ProblemCode SignatureCode =
        new("DBG0321", "The backup manifest is not signed by the expected key", ExitCode.Blocked) { IsProof = true };
    public static readonly ProblemCode ArchiveDiffersCode =
        new("DBG0322", "The archive differs from its manifest", ExitCode.Blocked) { IsProof = true };
    public static readonly ProblemCode MemberDiffersCode =
        new("DBG0323", "A member of the archive differs from its manifest", ExitCode.Blocked) { IsProof = true };
    public static readonly ProblemCode NoBackupCode = new("DBG0324", "No usable backup was found", ExitCode.Blocked);
    public static readonly ProblemCode NoSuchTableCode = new("DBG0326", "The table is not in the backup", ExitCode.Usage);

    public static readonly ProblemCode NewerUnusableCode = new("DBG0328", "The newest backup cannot be used", ExitCode.Blocked);

    const string NotRestored = "no byte of it was given to a database";

    public static GateException Unreadable(string name, string fault, Exception? inner = null) => new(
        new Problem(UnreadableCode, $"{name} is no manifest that can be used: {fault}.")
        {
            Cause = "it was altered or damaged, or another version of DbGate wrote it",
            State = NotRestored,
            Fix = "choose another backup, or use the DbGate that wrote it",
        },
        inner);

    public static GateException Signature(string name, SignatureState state, string expected) => new(
        new Problem(
            SignatureCode, state == SignatureState.NotSigned ? $"{name} is not signed." : $"{name} is not signed by key {expected}.")
        {
            Cause = state == SignatureState.NotSigned
                ? "the backup was taken without a signing key"
                : "it was altered, or another key signed it",
            State = NotRestored,
            Fix = "find out who wrote it; use it only if you know",
        });

    public static GateException ArchiveDiffers(string location, string what, string expected, string found) => new(
        new Problem(ArchiveDiffersCode, $"{location}: {what} is {found}, the manifest says {expected}.")
        {
            Cause = "the archive was cut, altered or replaced after it had been written",
            State = NotRestored,
            Fix = "choose another backup, and find out what happened to this one",
        });

    public static GateException MemberDiffers(string location, int member, long offset, string fault) => new(
        new Problem(MemberDiffersCode, $"{location}: member {member} at byte {offset} {fault}.")
        {
            Cause = "the archive was cut, altered or replaced after it had been written",
            State = NotRestored,
            Fix = "choose another backup, and find out what happened to this one",
        });

    public static GateException NoBackup(string location, string environment, string database) => new(
        new Problem(NoBackupCode, $"{location} holds no backup of {database} ({environment}).")
        {
            Cause = "none was taken, none was completed (an archive without a manifest is none), or it lies under another prefix",
            Fix = new("Take a backup", FixCommand.Gate("backup")),
        });

    /// <summary>An older backup would be chosen silently.</summary>
    public static GateException NewerUnusable(string location, string key, string fault, string? older, DateTimeOffset? olderAt) => new(
        new Problem(NewerUnusableCode, $"{location}/{key} is the newest backup and cannot be used: {fault}.")
        {
            Cause = older is null
                ? "no older backup of this database can be used either"
                : $"the newest one that can be used is {older}, of {olderAt:yyyy-MM-dd HH:mm:ss}Z; what was written since then is not in "
                    + "it",
            State = NotRestored,
            Fix = older is null
                ? new Fix("Take a backup", FixCommand.Gate("backup"))
                : $"Find out what happened to the newer one, or choose the older one by its name: --backup={older}",
        });

    /// <summary>One was asked for by a name that is none.</summary>
    public static GateException NoBackupOfThisName(string location, string key, IReadOnlyList<string> newest) => new(
        new Problem(NoBackupCode, $"{location} holds no backup {key}.")
        {
            Cause = "the name is another one, or the backup was never completed (an archive without a manifest is none)",
            State = NotRestored,
            Fix = newest.Count == 0
                ? new Fix("Take a backup", FixCommand.Gate("backup"))
                : $"Use one that exists, the newest first: {string.Join(", ", newest.Select(name => $"--backup={name}"))}",
        });

    public static GateException NoSuchTable(string name, string key, string? nearest) => new(
        new Problem(NoSuchTableCode, $"{name} is not among the tables of {key}.")
        {
            State = NotRestored,
            Fix = nearest is null
                ? "write it as schema.table, in the spelling that the manifest lists"
                : $"did you mean {nearest}? It is written as schema.table, in the manifest's spelling",
        });

}
