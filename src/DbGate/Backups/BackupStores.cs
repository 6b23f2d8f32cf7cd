using DbGate.Backups.Stores;
using DbGate.Configuration;

namespace DbGate.Backups;

/// <summary>Which stores the settings ask for: the local folder, and the bucket when uploads are on.</summary>
static class BackupStores
{
    /// <summary>The stores, the one that evidence is read from first: the bucket when there is one, because it outlives this machine.</summary>
    public static IReadOnlyList<StoreOptions> Choose(Settings settings)
    {
        var bucket = settings.Get(SettingsCatalog.BackupUploadEnabled) ? Bucket(settings) : null;
        var keepsLocal = bucket is null || settings.Get(SettingsCatalog.BackupKeepLocal);
        return
        [
            .. bucket is null ? Array.Empty<StoreOptions>() : [bucket],
            .. keepsLocal ? [new StoreOptions.Folder(settings.GetPath(SettingsCatalog.BackupFolder))] : Array.Empty<StoreOptions>(),
        ];
    }

    /// <summary>Opens what <see cref="Choose"/> names.</summary>
    public static IReadOnlyList<IObjectStore> Open(Settings settings) =>
        [.. Choose(settings).Select(options => ObjectStores.Open(options))];

    static StoreOptions Bucket(Settings settings)
    {
        if (settings.Get(SettingsCatalog.S3Bucket) is { Length: > 0 } s3)
        {
            var (bucket, prefix) = Split(s3);
            return new StoreOptions.S3(bucket)
            {
                Prefix = prefix,
                Region = Variable(settings, "AWS_REGION") ?? Variable(settings, "AWS_DEFAULT_REGION"),
                Endpoint = Address(settings, "AWS_ENDPOINT_URL_S3") ?? Address(settings, "AWS_ENDPOINT_URL"),
                Keys = Variable(settings, "AWS_ACCESS_KEY_ID") is { } id && Variable(settings, "AWS_SECRET_ACCESS_KEY") is { } secret
                    ? new S3Keys(id, secret, Variable(settings, "AWS_SESSION_TOKEN"))
                    : null,
                KmsKey = settings.Find(SettingsCatalog.KmsKey)?.Text,
                Lock = settings.Get(SettingsCatalog.ObjectLockDays) is > 0 and var days ? new S3ObjectLock(S3LockMode.Governance, days) : null,
            };
        }

        if (settings.Get(SettingsCatalog.GcsBucket) is { Length: > 0 } gcs)
        {
            var (bucket, prefix) = Split(gcs);
            return new StoreOptions.Gcs(bucket)
            {
                Prefix = prefix,
                Endpoint = Address(settings, "STORAGE_EMULATOR_HOST"),
                KmsKey = settings.Find(SettingsCatalog.KmsKey)?.Text,
            };
        }

        throw new Problems.GateException(BackupPolicyProblems.NoBucket());
    }

    static (string Bucket, string Prefix) Split(string text)
    {
        var path = text.Replace("s3://", "", StringComparison.Ordinal).Replace("gs://", "", StringComparison.Ordinal).Trim('/');
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
    }

    static string? Variable(Settings settings, string name) =>
        settings.Variables.GetValueOrDefault(name)?.Text is { Length: > 0 } text ? text : null;

    static Uri? Address(Settings settings, string name) =>
        Variable(settings, name) is { } text
            ? Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}", UriKind.Absolute, out var address)
                ? address
                : throw new Problems.GateException(BackupPolicyProblems.Address(name, text))
            : null;
}
