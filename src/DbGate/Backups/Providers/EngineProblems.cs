using System.Globalization;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Texts;

namespace DbGate.Backups.Providers;

/// <summary>What can be wrong with the backups of an engine.</summary>
static class EngineProblems
{
    internal static readonly ProblemCode NoSpaceCode =
        new("DBG0375", "Not enough disk space for the scratch cluster", ExitCode.Environment);
    static readonly ProblemCode DamagedCode =
        new("DBG0368", "The engine's verification found damage", ExitCode.Blocked) { IsProof = true };

    static readonly ProblemCode NoAnswerCode = new("DBG0362", "The backup engine did not answer", ExitCode.Environment);
    static readonly ProblemCode UnreadableCode =
        new("DBG0363", "The output of the backup engine is unknown", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode NoBackupCode =
        new("DBG0364", "The backup engine has no backup of this cluster", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode OtherClusterCode =
        new("DBG0365", "The engine's backups are of another cluster", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode TooOldCode = new("DBG0366", "The newest base backup is too old", ExitCode.Blocked);
    static readonly ProblemCode FaultyCode =
        new("DBG0367", "The newest base backup has errors", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode GapCode = new("DBG0369", "The WAL archive has a gap", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode NotArchivedCode =
        new("DBG0370", "The restore point is not archived", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode NoPointCode =
        new("DBG0371", "A restore point cannot be created", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode GoneCode =
        new("DBG0372", "The base backup of the proof has expired", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode DiffersCode =
        new("DBG0373", "The restored cluster differs from the database", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode NotReachedCode =
        new("DBG0374", "The recovery did not reach the restore point", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode MovedCode = new("DBG0376", "Transactions committed at the restore point", ExitCode.Environment);
    static readonly ProblemCode SettingCode = new("DBG0377", "A setting of the backup engine is missing", ExitCode.Usage);
    static readonly ProblemCode ProofCode =
        new("DBG0378", "The proof of a backup engine is invalid", ExitCode.Blocked) { IsProof = true };
    internal static readonly ProblemCode UnsupportedCode =
        new("DBG0379", "DbGate cannot restore this base backup", ExitCode.Blocked);
    static readonly ProblemCode NotReadCode =
        new("DBG0381", "A table cannot be read for the comparison", ExitCode.Blocked) { IsProof = true };
    static readonly ProblemCode ByEngineCode = new("DBG0383", "The backup engine restores this database", ExitCode.Blocked);
    static readonly ProblemCode LevelCode =
        new("DBG0382", "The backup engine does not reach the level", ExitCode.Blocked) { IsProof = true };

    public static GateException NoProgram(string engine, string program, string reason) =>
        Throw(NoAnswerCode, $"{program} of {engine} could not be started", reason,
            $"Install {engine} on this machine, with access to its repository");

    public static GateException TooLate(string engine, string command, TimeSpan deadline) =>
        Throw(NoAnswerCode, $"{engine} did not end within {TextSanitizer.Duration(deadline)}", command,
            "Set backup.restoreTimeout to a longer time, or look at why the repository is slow");

    public static GateException Failed(string engine, string command, int exitCode, string said) =>
        Throw(NoAnswerCode, $"{engine} failed with exit code {exitCode}", $"{command}: {Short(said)}",
            "Run the same command by hand under the account that runs the scratch server, and correct what it reports");

    public static GateException Unreadable(string engine, string command, string why) =>
        Throw(UnreadableCode, $"the output of {command} is not understood: {why}", $"{engine}: what is not understood proves nothing",
            $"Update {engine} or DbGate, so that the versions fit (docs/guides/backup-engines.md)");

    public static GateException NoBackup(string engine, string place, string why) =>
        Throw(NoBackupCode, $"{engine} has no usable base backup in {place}", why,
            $"Take a base backup with {engine} and run the release again");

    public static GateException OtherCluster(string engine, string place, string found, string expected) =>
        Throw(OtherClusterCode, $"{place} of {engine} belongs to another cluster",
            $"system identifier {found}, the target's is {expected}",
            "Set backup.stanza (or the folders) to the ones of the target's cluster");

    public static GateException TooOld(string engine, EngineBackup backup, TimeSpan age, TimeSpan limit) =>
        Throw(TooOldCode, $"the base backup {backup.Label} of {engine} is {TextSanitizer.Duration(age)} old",
            $"backup.maxBaseAge allows {TextSanitizer.Duration(limit)}",
            $"Take a new base backup with {engine}; the recovery of an old one reads much WAL");

    public static GateException Faulty(string engine, string label, string why) =>
        Throw(FaultyCode, $"the newest base backup {label} of {engine} has errors", why,
            $"Find the cause of the errors, then take a new base backup with {engine}");

    public static GateException Damaged(string engine, string label, string found) =>
        Throw(DamagedCode, $"{engine} found damage in the base backup {label} or its WAL", Short(found),
            $"Do not rely on this backup: look at the storage, then take a new base backup with {engine}");

    public static GateException Gap(string engine, EngineBackup backup, RestorePoint point, IReadOnlyList<string> missing) =>
        Throw(GapCode, $"WAL between the base backup {backup.Label} and the restore point is missing in the archive of {engine}",
            $"missing: {string.Join(", ", missing)}; needed: {backup.FirstWal} to {point.WalFile}",
            $"Take a new base backup with {engine} after the gap, and look at archive_command and the archive's retention");

    public static GateException NotArchived(string engine, RestorePoint point, TimeSpan waited, string? failure) =>
        Throw(NotArchivedCode, $"{point.WalFile} with the restore point was not archived within {TextSanitizer.Duration(waited)}",
            failure ?? $"{engine} does not list it, and the server reports no failure",
            "Correct archive_command (the server's log names its error), or set backup.archiveTimeout to a longer time",
            FixCommand.Sql("SELECT * FROM pg_stat_archiver"));

    public static GateException NoPoint(string why, params FixCommand[] commands) =>
        Throw(NoPointCode, "a restore point cannot be created in the target", why,
            commands.Length > 0 ? "Grant the permission to the role of the release" : "Set up WAL archiving on the server", commands);

    public static GateException Gone(string engine, string label) =>
        Throw(GoneCode, $"the base backup {label} is not in the repository of {engine} any more", "its retention removed it",
            "Run the release again: it makes a new proof with the newest base backup", FixCommand.Gate("backup-first"));

    public static Problem Differs(IReadOnlyList<string> differences) =>
        Make(DiffersCode, "what was restored is not what the database contained at the restore point", Some(differences),
            "Do not rely on this backup: look at the differences, then take a new base backup and test it",
            FixCommand.Gate("restore-test"));

    public static GateException NotReached(string engine, RestorePoint point, string log) =>
        Throw(NotReachedCode, $"the recovery of {engine}'s backup ended before the restore point {point.Name}", Short(log),
            "Look for the WAL segment or file that the last lines name; take a new base backup if it is lost");

    public static GateException NoSpace(string folder, long needed, long free) =>
        Throw(NoSpaceCode, $"{folder} has {TextSanitizer.Bytes(free)} free; the restored cluster takes {TextSanitizer.Bytes(needed)}",
            "the whole cluster is restored", "Set backup.scratchFolder to a folder on a larger disk");

    public static GateException Moved(int transactions) =>
        Throw(MovedCode, "the snapshot and the restore point differ by transactions that committed at that moment",
            $"transactions: {transactions}; the rows cannot be compared",
            "Run the restore test again", FixCommand.Gate("restore-test"));

    public static GateException Busy(int attempts) =>
        Throw(MovedCode, "no moment without a commit was found for the snapshot and the restore point",
            $"attempts: {attempts}", "Run the restore test again at a quieter time", FixCommand.Gate("restore-test"));

    public static GateException MissingSetting(string engine, string setting, string what) =>
        Throw(SettingCode, $"backup.provider is {engine}, and {setting} is not set", what,
            $"Set {setting} (docs/guides/backup-engines.md)");

    public static GateException Proof(string key, string why) =>
        Throw(ProofCode, $"the proof {key} cannot be used", why, "Make a new proof", FixCommand.Gate("backup-first"));

    public static GateException Unsupported(string engine, string label, string why) =>
        Throw(UnsupportedCode, $"the base backup {label} of {engine} cannot be restored by DbGate", why,
            "Take a base backup as docs/guides/backup-engines.md shows, or use pgBackRest");

    public static GateException NotRead(string table, string why) =>
        Throw(NotReadCode, $"{table} cannot be read for the comparison", why,
            "Give the role of the release the membership of pg_read_all_data, and BYPASSRLS where row security is used");

    public static GateException Level(string engine, VerificationLevel reached, BackupLevel demanded) =>
        Throw(LevelCode, $"{engine} reaches level L{(int)reached}, and backup.level demands {demanded}",
            "what an external command reports is not checked by DbGate",
            "Use a provider that DbGate can verify, or set backup.level to L0, which needs an approval");

    public static GateException RestoreByEngine(string engine, IReadOnlyList<string> lines) =>
        Throw(ByEngineCode, $"the backups of this database are {engine}'s, and it restores them",
            lines.Count == 0 ? "no proof of it is in the store" : "the newest proof in the store has these commands",
            $"Restore with {engine}; the page and the evidence of each release contain its commands",
            [.. lines.Select(FixCommand.FromLine)]);

    internal static string Some(IReadOnlyList<string> all, int shown = 10) =>
        string.Join("; ", all.Take(shown))
            + (all.Count > shown ? string.Create(CultureInfo.InvariantCulture, $"; {all.Count - shown} more") : "");

    static GateException Throw(ProblemCode code, string message, string cause, string fix, params FixCommand[] commands) =>
        new(Make(code, message, cause, fix, commands));

    static Problem Make(ProblemCode code, string message, string cause, string fix, params FixCommand[] commands) =>
        new(code, message) { Cause = cause, State = DatabaseState.Untouched, Fix = new(fix, [.. commands]) };

    static string Short(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length == 0 ? "it said nothing" : string.Join(" | ", lines.TakeLast(8));
    }
}
