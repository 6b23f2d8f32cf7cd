namespace DbGate.Storage;

/// <summary>Which store to open, and how. One of three kinds.</summary>
public abstract record StoreOptions
{
    StoreOptions()
    {
    }

    /// <summary>A folder on this machine.</summary>
    /// <param name="Path">Made, for its owner only, when the first object is written.</param>
    public sealed record Folder(string Path) : StoreOptions;

    /// <summary>A bucket of Amazon S3, or of a server that speaks its protocol.</summary>
    /// <param name="Bucket"><c>AWS_S3_BACKUP_BUCKET</c>.</param>
    public sealed record S3(string Bucket) : StoreOptions
    {
        /// <summary>Put before every key; empty or like <c>acme/prod</c>.</summary>
        public string Prefix { get; init; } = string.Empty;

        /// <summary><c>AWS_REGION</c>; null lets the SDK's chain find it.</summary>
        public string? Region { get; init; }

        /// <summary><c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c>: a server other than Amazon's.</summary>
        public Uri? Endpoint { get; init; }

        /// <summary>
        /// The bucket in the path instead of the host name; null means yes exactly when there is an <see cref="Endpoint"/>.
        /// </summary>
        public bool? PathStyle { get; init; }

        /// <summary>Null lets the SDK's chain find them: environment, profile, web identity, container, instance.</summary>
        public S3Keys? Keys { get; init; }

        /// <summary><c>AWS_PROFILE</c>, for the SDK's chain; null for its default. Of no effect next to <see cref="Keys"/>.</summary>
        public string? Profile { get; init; }

        /// <summary>How requests carry checksums; <see cref="S3Checksums.Automatic"/> suits every store.</summary>
        internal S3Checksums Checksums { get; init; }

        /// <summary>
        /// Encrypt with KMS: the key's id or ARN, or empty for the account's default KMS key; null leaves it to the bucket.
        /// </summary>
        public string? KmsKey { get; init; }

        /// <summary>Locks every object against deletion; null for no lock. The bucket must have object lock enabled.</summary>
        internal S3ObjectLock? Lock { get; init; }

        /// <summary>Bytes of one part, at least 5 MiB. Memory per writer is four parts.</summary>
        public int PartSize { get; init; } = 8 << 20;
    }

    /// <summary>A bucket of Google Cloud Storage, with application default credentials.</summary>
    /// <param name="Bucket"><c>GCS_BACKUP_BUCKET</c>.</param>
    public sealed record Gcs(string Bucket) : StoreOptions
    {
        /// <summary>Put before every key; empty or like <c>acme/prod</c>.</summary>
        public string Prefix { get; init; } = string.Empty;

        /// <summary><c>STORAGE_EMULATOR_HOST</c>: an emulator instead of Google's servers; without a <see cref="CredentialFile"/> it is
        /// addressed without credentials.</summary>
        public Uri? Endpoint { get; init; }

        /// <summary>
        /// <c>GOOGLE_APPLICATION_CREDENTIALS</c>; null lets Google's library look for the application default credentials.
        /// </summary>
        public string? CredentialFile { get; init; }

        /// <summary>A Cloud KMS key's resource name; null leaves it to the bucket.</summary>
        public string? KmsKey { get; init; }
    }
}

/// <summary>AWS access keys. Their text form never shows the secret.</summary>
/// <param name="AccessKeyId"><c>AWS_ACCESS_KEY_ID</c>.</param>
/// <param name="SecretAccessKey"><c>AWS_SECRET_ACCESS_KEY</c>.</param>
/// <param name="SessionToken"><c>AWS_SESSION_TOKEN</c>, of temporary credentials.</param>
public sealed record S3Keys(string AccessKeyId, string SecretAccessKey, string? SessionToken = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{AccessKeyId} (secret hidden)";
}

/// <summary>How S3 requests carry checksums.</summary>
enum S3Checksums
{
    /// <summary>
    /// Start as <see cref="WhenSupported"/>; change to <see cref="WhenRequired"/> when the store cannot read such requests.
    /// </summary>
    Automatic,

    /// <summary>SHA-256 with every part, and trailers on whole objects: Amazon S3 and stores that follow it.</summary>
    WhenSupported,

    /// <summary>MD5 only: stores that know no newer checksums.</summary>
    WhenRequired,
}

/// <summary>Object lock: who may delete before the time is over.</summary>
enum S3LockMode
{
    /// <summary>Only identities with <c>s3:BypassGovernanceRetention</c>.</summary>
    Governance,

    /// <summary>No one, not even the account's owner.</summary>
    Compliance,
}

/// <summary>How long and how hard an object is locked.</summary>
/// <param name="Mode">Who may lift it.</param>
/// <param name="Days">Counted from the store's clock when the object is begun; at least 1.</param>
sealed record S3ObjectLock(S3LockMode Mode, int Days);
