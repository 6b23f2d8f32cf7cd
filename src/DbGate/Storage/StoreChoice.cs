using System.Globalization;

namespace DbGate.Storage;

/// <summary>What the settings state about where backups go.</summary>
/// <param name="Upload"><c>BACKUP_UPLOAD_ENABLED</c>.</param>
/// <param name="S3Bucket"><c>AWS_S3_BACKUP_BUCKET</c>: a bucket, optionally with <c>/prefix</c>; empty for none.</param>
/// <param name="GcsBucket"><c>GCS_BACKUP_BUCKET</c>, the same.</param>
/// <param name="Folder">The local folder, absolute.</param>
/// <param name="Variable">Every other variable in force, by its name; null when it is not set.</param>
sealed record StoreSettings(bool Upload, string S3Bucket, string GcsBucket, string Folder, Func<string, string?> Variable);

/// <summary>Chooses the stores that settings mean. Pure: it opens nothing.</summary>
static class StoreChoice
{
    const int MiB = 1 << 20;

    /// <summary>The buckets, S3 before Google, when uploading is enabled; otherwise the folder.</summary>
    /// <exception cref="DbGate.Problems.GateException">DBG0352: uploading is enabled and no bucket is named, or a variable cannot be
    /// meant.</exception>
    public static IReadOnlyList<StoreOptions> From(StoreSettings settings)
    {
        if (!settings.Upload)
        {
            return [new StoreOptions.Folder(settings.Folder)];
        }

        StoreOptions[] buckets =
        [
            .. Named(settings.S3Bucket, "s3://").Select(name => S3(name.Bucket, name.Prefix, name => Read(settings, name))),
            .. Named(settings.GcsBucket, "gs://").Select(name => Gcs(name.Bucket, name.Prefix, name => Read(settings, name))),
        ];
        return buckets.Length > 0 ? buckets : throw StoresProblems.NotConfigured(
            "BACKUP_UPLOAD_ENABLED is true, and neither AWS_S3_BACKUP_BUCKET nor GCS_BACKUP_BUCKET is set.",
            "set one of them, or BACKUP_UPLOAD_ENABLED=false to keep backups in the local folder");
    }

    static StoreOptions.S3 S3(string bucket, string prefix, Func<string, string?> read) => new(bucket)
    {
        Prefix = prefix,
        Region = read("AWS_REGION") ?? read("AWS_DEFAULT_REGION"),
        Endpoint = Address("AWS_ENDPOINT_URL_S3", read) ?? Address("AWS_ENDPOINT_URL", read),
        PathStyle = Flag("DBGATE_S3_PATH_STYLE", read),
        Keys = Keys(read),
        Profile = read("AWS_PROFILE"),
        Checksums = read("AWS_REQUEST_CHECKSUM_CALCULATION")?.ToUpperInvariant() switch
        {
            null => S3Checksums.Automatic,
            "WHEN_SUPPORTED" => S3Checksums.WhenSupported,
            "WHEN_REQUIRED" => S3Checksums.WhenRequired,
            _ => throw Wrong("AWS_REQUEST_CHECKSUM_CALCULATION", "WHEN_SUPPORTED or WHEN_REQUIRED"),
        },
        KmsKey = read("DBGATE_S3_KMS_KEY") is { } key ? key == "default" ? string.Empty : key : null,
        Lock = Lock(read("DBGATE_S3_OBJECT_LOCK")),
        PartSize = Number("DBGATE_S3_PART_SIZE_MIB", read) is { } size ? size * MiB : 8 * MiB,
    };

    static StoreOptions.Gcs Gcs(string bucket, string prefix, Func<string, string?> read) => new(bucket)
    {
        Prefix = prefix,
        Endpoint = Address(
            "STORAGE_EMULATOR_HOST",
            name => read(name) is { } host ? host.Contains("://", StringComparison.Ordinal) ? host : $"http://{host}" : null),
        CredentialFile = read("GOOGLE_APPLICATION_CREDENTIALS"),
        KmsKey = read("DBGATE_GCS_KMS_KEY"),
    };

    static string? Read(StoreSettings settings, string name) =>
        settings.Variable(name) is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    // As consoles and other tools show it, s3://bucket/prefix/, is understood too.
    static IEnumerable<(string Bucket, string Prefix)> Named(string setting, string scheme) =>
        (setting.Trim() is var name && name.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? name[scheme.Length..] : name)
            .TrimEnd('/')
            .Split('/', 2) is [{ Length: > 0 } bucket, .. var rest] ? [(bucket, rest is [var prefix] ? prefix : string.Empty)] : [];

    static S3Keys? Keys(Func<string, string?> read) => (read("AWS_ACCESS_KEY_ID"), read("AWS_SECRET_ACCESS_KEY")) switch
    {
        (null, null) => null,
        ({ } id, { } secret) => new(id, secret, read("AWS_SESSION_TOKEN")),
        _ => throw StoresProblems.NotConfigured(
            "Of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set.", "set both, or neither to use the SDK's other sources"),
    };

    static S3ObjectLock? Lock(string? text) => text?.Split(':') switch
    {
        null => null,
        [var mode, var days] when Enum.TryParse<S3LockMode>(mode, ignoreCase: true, out var known) && char.IsAsciiLetter(mode[0])
            && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 => new(known, count),
        _ => throw Wrong("DBGATE_S3_OBJECT_LOCK", "governance:DAYS or compliance:DAYS"),
    };

    static Uri? Address(string name, Func<string, string?> read) =>
        read(name) is not { } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback))
            && address.UserInfo.Length == 0 ? address
        : throw Wrong(name, "an https address without credentials in it; http on loopback only");

    static bool? Flag(string name, Func<string, string?> read) => read(name)?.ToUpperInvariant() switch
    {
        null => null,
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => throw Wrong(name, "true or false"),
    };

    static int? Number(string name, Func<string, string?> read) =>
        read(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 5 and <= 512 ? number
        : throw Wrong(name, "a number of MiB from 5 to 512");

    /// <summary>The value is not repeated: an address may contain a password.</summary>
    static Exception Wrong(string name, string valid) => StoresProblems.NotConfigured($"{name} is not {valid}.", $"set {name} to {valid}");
}
