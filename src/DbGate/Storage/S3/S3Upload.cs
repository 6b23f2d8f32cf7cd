using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DbGate.Problems;

namespace DbGate.Storage.S3;

/// <summary>
/// The requests that make one object. The object carries a random mark, so that a repeated request whose first answer was lost can
/// tell "it exists" from "mine exists".
/// </summary>
sealed class S3Upload(S3Connection connection, StoreOptions.S3 options, string key, string name, DateTime? lockUntil)
{
    const string MarkName = "x-amz-meta-dbgate-upload";

    static readonly S3Call Completing = new("complete an upload", "s3:PutObject");
    static readonly S3Call Aborting = new("abort an upload", "s3:AbortMultipartUpload");
    static readonly S3Call Locking = new("lock the new object", "s3:PutObjectRetention", "object lock");
    static readonly S3Call Verifying = new("describe the new object", "s3:GetObject");

    readonly S3Call beginning = new("begin an upload", "s3:PutObject", SettingsOf(options));
    readonly S3Call sending = new("take the data", "s3:PutObject (and kms:GenerateDataKey, with a KMS key)", SettingsOf(options));
    readonly string mark = Guid.NewGuid().ToString("N");
    string? uploadId;

    public bool IsBegun => uploadId is not null;

    public GateException TooLarge(long written) => StoresProblems.TooLarge(connection.Location, key, written);

    /// <summary>An object that fits into one part.</summary>
    public async Task<StoredObject> PutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await RefuseTakenAsync(cancellationToken);
        var part = await TryUnlessTakenAsync(
            sending,
            async (s3, attempt) =>
            {
                var sha256 = SHA256.HashData(bytes.Span);
                using var body = Body(bytes);
                var request = Put(bytes, sha256, body);
                var answer = await s3.PutObjectAsync(request, attempt);
                return Verified(1, answer.ETag, answer.ChecksumSHA256, sha256, bytes);
            },
            cancellationToken);
        var found = await HeadAsync(cancellationToken);
        Compare(found, bytes.Length, part is null || found.ChecksumSHA256 is null ? null : Convert.ToBase64String(part.Sha256), null);
        return await LockedAsync(found, cancellationToken);
    }

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        var answer = await connection.RunAsync(
            beginning,
            (s3, attempt) =>
            {
                var request = new InitiateMultipartUploadRequest { BucketName = options.Bucket, Key = name };
                if (connection.UsesChecksums)
                {
                    (request.ChecksumAlgorithm, request.ChecksumType) = (ChecksumAlgorithm.SHA256, ChecksumType.COMPOSITE);
                }

                request.Metadata[MarkName] = mark;
                (request.ObjectLockMode, request.ObjectLockRetainUntilDate) = (LockMode, lockUntil);
                (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = Encryption;
                return s3.InitiateMultipartUploadAsync(request, attempt);
            },
            cancellationToken);
        uploadId = answer.UploadId;
    }

    public Task<UploadedPart> SendPartAsync(ReadOnlyMemory<byte> bytes, int number, CancellationToken cancellationToken)
    {
        var sha256 = SHA256.HashData(bytes.Span);
        return connection.RunAsync(
            sending,
            async (s3, attempt) =>
            {
                using var body = Body(bytes);
                var request = new UploadPartRequest
                {
                    BucketName = options.Bucket,
                    Key = name,
                    UploadId = uploadId,
                    PartNumber = number,
                    PartSize = bytes.Length,
                    InputStream = body,
                    UseChunkEncoding = false,
                    DisablePayloadSigning = connection.MaySendUnsigned,
                };
                if (connection.UsesChecksums)
                {
                    request.ChecksumSHA256 = Convert.ToBase64String(sha256);
                }
                else
                {
                    request.MD5Digest = Convert.ToBase64String(PartDigests.Md5Of(bytes.Span));
                }

                var answer = await s3.UploadPartAsync(request, attempt);
                return Verified(number, answer.ETag, answer.ChecksumSHA256, sha256, bytes);
            },
            cancellationToken);
    }

    public async Task<StoredObject> CompleteAsync(IReadOnlyList<UploadedPart> parts, long written, CancellationToken cancellationToken)
    {
        await RefuseTakenAsync(cancellationToken);
        await TryUnlessTakenAsync(
            Completing,
            (s3, attempt) => s3.CompleteMultipartUploadAsync(
                new()
                {
                    BucketName = options.Bucket,
                    Key = name,
                    UploadId = uploadId,
                    IfNoneMatch = "*",
                    PartETags = [.. parts.Select(Named)],
                },
                attempt),
            cancellationToken);
        var found = await HeadAsync(cancellationToken);
        Compare(
            found,
            written,
            found.ChecksumSHA256 is null ? null : PartDigests.Sha256(parts),
            found.ChecksumSHA256 is null && !IsEncryptedByKms(found) ? PartDigests.Md5(parts) : null);
        return await LockedAsync(found, cancellationToken);
    }

    /// <summary>
    /// Drops what was uploaded. A failure is left to the sweep of stale uploads: the caller has a failure of its own to tell.
    /// </summary>
    public async Task TryAbortAsync(CancellationToken cancellationToken)
    {
        if (uploadId is null)
        {
            return;
        }

        try
        {
            await connection.AbortAsync(options.Bucket, name, uploadId, Aborting, cancellationToken);
        }
        catch (Exception exception) when (exception is GateException or OperationCanceledException)
        {
        }
    }

    S3LockMode? WantedLock => options.Lock?.Mode;

    ObjectLockMode? LockMode => WantedLock switch
    {
        null => null,
        S3LockMode.Governance => ObjectLockMode.Governance,
        _ => ObjectLockMode.Compliance,
    };

    (ServerSideEncryptionMethod? Method, string? Key) Encryption => options.KmsKey switch
    {
        null => (null, null),
        "" => (ServerSideEncryptionMethod.AWSKMS, null),
        var kmsKey => (ServerSideEncryptionMethod.AWSKMS, kmsKey),
    };

    PutObjectRequest Put(ReadOnlyMemory<byte> bytes, byte[] sha256, Stream body)
    {
        var request = new PutObjectRequest
        {
            BucketName = options.Bucket,
            Key = name,
            InputStream = body,
            IfNoneMatch = "*",
            UseChunkEncoding = false,
            DisablePayloadSigning = connection.MaySendUnsigned,
            ObjectLockMode = LockMode,
            ObjectLockRetainUntilDate = lockUntil,
        };
        (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = Encryption;
        request.Metadata[MarkName] = mark;
        if (connection.UsesChecksums)
        {
            request.ChecksumSHA256 = Convert.ToBase64String(sha256);
        }
        else
        {
            request.MD5Digest = Convert.ToBase64String(PartDigests.Md5Of(bytes.Span));
        }

        return request;
    }

    /// <summary>Null when the request found its own object in place: an earlier try had succeeded, and its answer was lost.</summary>
    async Task<T?> TryUnlessTakenAsync<T>(S3Call call, Func<IAmazonS3, CancellationToken, Task<T>> request,
        CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await connection.TryAsync(call, request, cancellationToken);
        }
        catch (AmazonS3Exception answer) when (S3Faults.IsTaken(answer) || S3Faults.IsMissing(answer))
        {
            var found = await connection.HeadAsync(options.Bucket, name, Verifying, cancellationToken);
            return found is null ? throw S3Faults.ProblemOf(answer, connection.Location, call)
                : IsMine(found) ? null
                : throw StoresProblems.ObjectExists(connection.Location, key);
        }
        catch (Exception refusal) when (S3Faults.IsSdks(refusal))
        {
            throw S3Faults.ProblemOf(refusal, connection.Location, call);
        }
    }

    async Task<GetObjectMetadataResponse> HeadAsync(CancellationToken cancellationToken) =>
        await connection.HeadAsync(options.Bucket, name, Verifying, cancellationToken) is not { } found
            ? throw StoresProblems.ContentDiffers(connection.Location, key, "the new object", "nothing")
            : IsMine(found) ? found
            : throw StoresProblems.ObjectExists(connection.Location, key);

    bool IsMine(GetObjectMetadataResponse found) => found.Metadata[MarkName] == mark;

    /// <summary>
    /// The store vouches for the SHA-256, or else its ETag is the MD5; with KMS it is neither, and the request's own digest was checked.
    /// </summary>
    UploadedPart Verified(int number, string etag, string? checksum, byte[] sha256, ReadOnlyMemory<byte> bytes)
    {
        if (checksum is not null)
        {
            return checksum == Convert.ToBase64String(sha256)
                ? new(number, etag, sha256, Md5: null)
                : throw StoresProblems.ContentDiffers(connection.Location, key, Convert.ToBase64String(sha256), checksum);
        }

        var md5 = PartDigests.Md5Of(bytes.Span);
        var expected = Convert.ToHexStringLower(md5);
        return options.KmsKey is not null || Bare(etag) == expected
            ? new(number, etag, sha256, md5)
            : throw StoresProblems.ContentDiffers(connection.Location, key, expected, Bare(etag));
    }

    void Compare(GetObjectMetadataResponse found, long length, string? sha256, string? etag)
    {
        var (expected, actual) =
            found.ContentLength != length ? ($"{length} bytes", $"{found.ContentLength} bytes")
            : sha256 is not null && found.ChecksumSHA256 != sha256 ? (sha256, found.ChecksumSHA256)
            : etag is not null && Bare(found.ETag) != etag ? (etag, Bare(found.ETag))
            : (null, null);
        if (expected is not null)
        {
            throw StoresProblems.ContentDiffers(connection.Location, key, expected, actual!);
        }
    }

    /// <summary>A lock that was asked for is seen, not assumed: some stores forget it for multipart uploads, and are asked again.</summary>
    async Task<StoredObject> LockedAsync(GetObjectMetadataResponse found, CancellationToken cancellationToken)
    {
        if (lockUntil is not null && !IsLocked(found))
        {
            var request = new PutObjectRetentionRequest
            {
                BucketName = options.Bucket,
                Key = name,
                VersionId = found.VersionId,
                Retention = new() { Mode = RetentionMode, RetainUntilDate = lockUntil },
            };
            await connection.RunAsync(Locking, (s3, attempt) => s3.PutObjectRetentionAsync(request, attempt), cancellationToken);

            // Setting the lock moves the date of an object on some stores.
            found = await HeadAsync(cancellationToken);
            if (!IsLocked(found))
            {
                throw StoresProblems.SettingRefused(connection.Location, "object lock", $"{key} was stored and is not locked");
            }
        }

        return S3Connection.Describe(key, found);
    }

    ObjectLockRetentionMode RetentionMode =>
        options.Lock?.Mode is S3LockMode.Compliance ? ObjectLockRetentionMode.Compliance : ObjectLockRetentionMode.Governance;

    static bool IsLocked(GetObjectMetadataResponse found) => found.ObjectLockRetainUntilDate is { } until && until > DateTime.UnixEpoch;

    /// <summary>For stores that ignore <c>If-None-Match</c>, in versioned buckets or when parts are joined: the question narrows the gap to
    /// milliseconds, and the versions keep what may fall into it.</summary>
    async Task RefuseTakenAsync(CancellationToken cancellationToken)
    {
        if (await connection.HeadAsync(options.Bucket, name, Verifying, cancellationToken) is not null)
        {
            throw StoresProblems.ObjectExists(connection.Location, key);
        }
    }

    static string? SettingsOf(StoreOptions.S3 options) => (options.Lock, options.KmsKey) switch
    {
        (null, null) => null,
        (_, null) => "object lock",
        (null, _) => "KMS encryption",
        _ => "object lock or KMS encryption",
    };

    static PartETag Named(UploadedPart part) =>
        part.Md5 is null
            ? new(part.Number, part.ETag) { ChecksumSHA256 = Convert.ToBase64String(part.Sha256) }
            : new(part.Number, part.ETag);

    static bool IsEncryptedByKms(GetObjectMetadataResponse found) =>
        found.ServerSideEncryptionMethod is { } method && method == ServerSideEncryptionMethod.AWSKMS;

    static string Bare(string etag) => etag.Trim('"');

    static MemoryStream Body(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new(segment.Array ?? [], segment.Offset, segment.Count, writable: false)
            : new(bytes.ToArray(), writable: false);
}
