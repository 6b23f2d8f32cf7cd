using DbGate.Problems;

namespace DbGate.Storage;

/// <summary>What can go wrong between DbGate and the place where backups are. No message carries a credential.</summary>
static class StoresProblems
{
    public static readonly ProblemCode KeyRefusedCode = new("DBG0340", "The name of a stored object is invalid", ExitCode.Usage);
    public static readonly ProblemCode ObjectExistsCode = new("DBG0341", "An object of this name already exists", ExitCode.Blocked);
    public static readonly ProblemCode ObjectMissingCode = new("DBG0342", "A stored object is missing", ExitCode.Blocked);
    public static readonly ProblemCode BucketMissingCode = new("DBG0343", "The backup bucket does not exist", ExitCode.Usage);
    public static readonly ProblemCode CredentialsRefusedCode =
        new("DBG0344", "The backup store refused the credentials", ExitCode.Credentials);
    public static readonly ProblemCode AccessDeniedCode = new("DBG0345", "Missing permission on the backup store", ExitCode.Credentials);
    public static readonly ProblemCode UnreachableCode = new("DBG0346", "The backup store did not answer", ExitCode.Environment);
    public static readonly ProblemCode StoreFullCode = new("DBG0347", "No space left for the backup", ExitCode.Environment);
    public static readonly ProblemCode ContentDiffersCode =
        new("DBG0348", "The stored object differs from what was sent", ExitCode.Environment);
    public static readonly ProblemCode ObjectChangedCode = new("DBG0349", "A stored object changed while it was read", ExitCode.Blocked);
    public static readonly ProblemCode ObjectLockedCode = new("DBG0350", "A stored object is locked against deletion", ExitCode.Blocked);
    public static readonly ProblemCode FolderRefusedCode = new("DBG0351", "The backup folder cannot be used", ExitCode.Usage);
    public static readonly ProblemCode NotConfiguredCode = new("DBG0352", "The backup store is not configured", ExitCode.Usage);
    public static readonly ProblemCode RegionWrongCode = new("DBG0353", "The backup bucket is in another region", ExitCode.Usage);
    public static readonly ProblemCode RequestRefusedCode = new("DBG0354", "The backup store refused the request", ExitCode.Environment);
    public static readonly ProblemCode TooLargeCode = new("DBG0355", "The archive is too large for the part size", ExitCode.Usage);
    public static readonly ProblemCode SettingRefusedCode =
        new("DBG0356", "The bucket does not support a requested setting", ExitCode.Usage);

    public static readonly ProblemCode ObjectTooLongCode = new("DBG0357", "A stored record is implausibly long", ExitCode.Blocked);

    const string NothingChanged = "no backup was completed, changed or deleted by this step";

    public static GateException KeyRefused(string key, string fault) => Create(
        KeyRefusedCode,
        $"'{Printable(key)}' cannot name a stored object: {fault}.",
        fix: "use a name such as prod/shop_production_20261122_060000.sql.gz");

    public static GateException ObjectExists(string location, string key) => Create(
        ObjectExistsCode,
        $"{location}/{key} exists already; a backup is never overwritten.",
        cause: "another run wrote it, or this run was started twice within a second",
        fix: "run the backup again: it takes a new name from the time");

    public static GateException ObjectMissing(string location, string key) => Create(
        ObjectMissingCode,
        $"{location}/{key} does not exist.",
        cause: "it was deleted, never completed, or lies under another prefix",
        fix: "list what the store holds, and choose a backup that is there");

    public static GateException BucketMissing(string location, string setting) => Create(
        BucketMissingCode,
        $"The bucket of {location} does not exist.",
        cause: $"{setting} names it",
        fix: $"create the bucket, or correct {setting}");

    public static GateException CredentialsRefused(string location, string cause, string fix, Exception? inner = null) => Create(
        CredentialsRefusedCode, $"{location} refused the credentials, or there are none.", cause, fix, inner);

    public static GateException AccessDenied(string location, string right, string cause, Exception? inner = null) => Create(
        AccessDeniedCode,
        $"{location}: access denied; the right {right} is missing.",
        cause,
        $"grant {right} on this bucket to the identity that runs DbGate",
        inner);

    public static GateException Unreachable(string location, string action, TimeSpan waited, int attempts, Exception inner) => Create(
        UnreachableCode,
        $"{location} did not {action} within {Seconds(waited)} and {Count(attempts, "attempt")}.",
        Words(inner),
        "run it again; if it stays so, look at the store's status and at the network between",
        inner);

    public static GateException StoreFull(string location, Exception inner) => Create(
        StoreFullCode,
        $"{location} has no space left.",
        Words(inner),
        "free space or choose another place; the unfinished file was removed",
        inner);

    public static GateException ContentDiffers(string location, string key, string expected, string found) => Create(
        ContentDiffersCode,
        $"{location}/{key} is not what was sent: {found} instead of {expected}.",
        "bytes were lost or altered on the way into the store",
        "run the backup again; an object without a manifest is no backup");

    public static GateException ObjectChanged(string location, string key) => Create(
        ObjectChangedCode,
        $"{location}/{key} was replaced while it was being read.",
        "another object stands under this key now",
        "find out who wrote it; choose another backup until then");

    public static GateException ObjectLocked(string location, string key, string cause) => Create(
        ObjectLockedCode,
        $"{location}/{key} is locked against deletion and stays.",
        cause,
        "wait until the lock ends; prune-backups will delete it then");

    public static GateException FolderRefused(string folder, string fault, Exception? inner = null) => Create(
        FolderRefusedCode,
        $"The backup folder {folder} cannot be used: {fault}.",
        inner is null ? null : Words(inner),
        inner is UnauthorizedAccessException
            ? $"give the folder to the user who runs DbGate ({Environment.UserName}): sudo chown -R {Environment.UserName} '{folder}'; "
                + $"then: chmod -R u+rwX '{folder}'"
            : "name a folder on a local disk that the user who runs DbGate owns",
        inner);

    public static GateException NotConfigured(string fault, string fix) => Create(NotConfiguredCode, fault, fix: fix);

    public static GateException RegionWrong(string location, string? region) => Create(
        RegionWrongCode,
        region is null ? $"{location} lies in another region." : $"{location} lies in region {region}.",
        "the request was signed for, or sent to, another region",
        region is null ? "set AWS_REGION to the bucket's region" : $"set AWS_REGION={region}");

    public static GateException RequestRefused(string location, string action, string cause, Exception? inner = null) => Create(
        RequestRefusedCode, $"{location} refused to {action}.", cause, "see the store's own words above, and this code's page", inner);

    public static GateException TooLarge(string location, string key, long bytes) => Create(
        TooLargeCode,
        $"{location}/{key} does not fit: {bytes} bytes are written and no further part can be added.",
        "S3 takes 10000 parts of one object",
        "set a larger part size (32 MiB reaches 312 GiB, 64 MiB 625 GiB; memory grows by four parts)");

    public static GateException SettingRefused(string location, string setting, string cause, Exception? inner = null) => Create(
        SettingRefusedCode,
        $"{location} does not support {setting}.",
        cause,
        $"enable it on the bucket, or remove the setting",
        inner);

    public static GateException ObjectTooLong(string location, string key, int limit) => Create(
        ObjectTooLongCode,
        $"{location}/{key} is longer than {limit} bytes, which no record of its kind is.",
        "something else was stored under this name",
        "find out who wrote it; choose another backup until then");

    static GateException Create(ProblemCode code, string message, string? cause = null, string? fix = null, Exception? inner = null) =>
        new(new Problem(code, message) { Cause = cause, State = NothingChanged, Fix = fix }, inner);

    static string Words(Exception exception) => Printable(exception.Message);

    internal static string Printable(string text) =>
        string.Concat(text.Take(300).Select(c => char.IsControl(c) ? '?' : c));

    static string Seconds(TimeSpan time) => $"{Math.Max(1, (long)time.TotalSeconds)} s";

    static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
