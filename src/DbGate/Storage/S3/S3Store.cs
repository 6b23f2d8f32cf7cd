using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using DbGate.Resilience;

namespace DbGate.Storage.S3;

/// <summary>
/// A bucket of Amazon S3 or of a server that speaks its protocol. Loading this type loads the AWS SDK. Objects are created with
/// <c>If-None-Match: *</c>; a server that ignores it on multipart uploads is asked once more just before completion.
/// </summary>
sealed class S3Store : IObjectStore, IUnfinishedUploads, IDisposable
{
    static readonly S3Call Heading = new("describe an object", "s3:GetObject (with s3:ListBucket, which tells 'missing' from 'denied')");
    static readonly S3Call Reading = new("give an object", "s3:GetObject");
    static readonly S3Call Listing = new("list objects", "s3:ListBucket");
    static readonly S3Call ListingUploads = new("list unfinished uploads", "s3:ListBucketMultipartUploads");
    static readonly S3Call Aborting = new("abort an upload", "s3:AbortMultipartUpload");

    const int Resumptions = 6;

    readonly S3Connection connection;
    readonly StoreOptions.S3 options;
    readonly BucketPrefix prefix;

    public S3Store(StoreOptions.S3 options, RetryOptions policy, TimeProvider time)
    {
        Validate(options);
        this.options = options;
        prefix = new(options.Prefix);
        connection = new(options, prefix.Describe("s3", options.Bucket), policy, time);
    }

    public string Location => connection.Location;

    public async Task<IObjectWriter> CreateAsync(string key, CancellationToken cancellationToken)
    {
        var name = prefix.Of(key);
        return await HeadAsync(key, cancellationToken) is not null
            ? throw StoresProblems.ObjectExists(Location, key)
            : new S3Writer(connection, options, key, name, await LockUntilAsync(cancellationToken));
    }

    public async Task<Stream> OpenReadAsync(string key, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        var first = await GetAsync(key, offset, length is { } limit ? offset + Math.Max(limit, 1) - 1 : null, null, cancellationToken);
        if (first is null || length == 0)
        {
            first?.Dispose();
            return Stream.Null;
        }

        var end = offset + first.ContentLength - 1;
        return new ResumingStream(
            first.ResponseStream,
            first.ContentLength,
            async (position, cancel) => (await GetAsync(key, offset + position, end, first, cancel))!.ResponseStream,
            connection.Policy.AttemptTimeout,
            Resumptions,
            connection.Time,
            (failure, attempts) =>
                StoresProblems.Unreachable(Location, Reading.Action, connection.Policy.AttemptTimeout, attempts, failure));
    }

    public async Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken) =>
        await connection.HeadAsync(options.Bucket, prefix.Of(key), Heading, cancellationToken) is { } found
            ? S3Connection.Describe(key, found) : null;

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = this.prefix.OfPrefix(prefix) };
        do
        {
            var page = await connection.RunAsync(Listing, (s3, attempt) => s3.ListObjectsV2Async(request, attempt), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                if (this.prefix.KeyOf(found.Key) is { } key)
                {
                    yield return new(key, found.Size ?? 0, S3Connection.Utc(found.LastModified), VersionId: null, Sha256: null);
                }
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public async Task DeleteAsync(StoredObject target, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest { BucketName = options.Bucket, Key = prefix.Of(target.Key), VersionId = target.VersionId };
        var deleting = new S3Call("delete an object", target.VersionId is null ? "s3:DeleteObject" : "s3:DeleteObjectVersion");
        try
        {
            await connection.TryAsync(deleting, (s3, attempt) => s3.DeleteObjectAsync(request, attempt), cancellationToken);
        }
        catch (AmazonS3Exception answer) when (S3Faults.IsMissing(answer))
        {
            // Gone already.
        }
        catch (AmazonS3Exception answer) when (S3Faults.IsForbidden(answer))
        {
            throw await LockOfAsync(request, cancellationToken) is { } held
                ? StoresProblems.ObjectLocked(Location, target.Key, held)
                : S3Faults.ProblemOf(answer, Location, deleting);
        }
        catch (Exception refusal) when (S3Faults.IsSdks(refusal))
        {
            throw S3Faults.ProblemOf(refusal, Location, deleting);
        }
    }

    public async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix.OfPrefix(string.Empty), MaxKeys = 1 };
        await connection.RunAsync(Listing, (s3, attempt) => s3.ListObjectsV2Async(request, attempt), cancellationToken);
        return connection.LastDate ?? throw StoresProblems.RequestRefused(Location, "tell the time", "its answers carry no Date header");
    }

    public async IAsyncEnumerable<UnfinishedUpload> ListUnfinishedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = prefix.OfPrefix(string.Empty) };
        bool more;
        do
        {
            var page = await connection.RunAsync(ListingUploads, (s3, attempt) => s3.ListMultipartUploadsAsync(request, attempt),
                cancellationToken);
            foreach (var found in page.MultipartUploads ?? [])
            {
                if (prefix.KeyOf(found.Key) is { } key)
                {
                    yield return new(key, found.UploadId, S3Connection.Utc(found.Initiated));
                }
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
            more = page.IsTruncated == true;
        }
        while (more);
    }

    public async Task<bool> AbortAsync(UnfinishedUpload upload, CancellationToken cancellationToken)
    {
        await connection.AbortAsync(options.Bucket, prefix.Of(upload.Key), upload.Id, Aborting, cancellationToken);
        return true;
    }

    public void Dispose() => connection.Dispose();

    /// <summary>Null when the range starts at or behind the object's end.</summary>
    async Task<GetObjectResponse?> GetAsync(string key, long from, long? to, GetObjectResponse? same, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest
        {
            BucketName = options.Bucket,
            Key = prefix.Of(key),
            ByteRange = from == 0 && to is null ? null : new ByteRange($"bytes={from}-{to}"),
            EtagToMatch = same?.ETag,
            VersionId = same?.VersionId,
        };
        try
        {
            return await connection.TryAsync(Reading, (s3, attempt) => s3.GetObjectAsync(request, attempt), cancellationToken);
        }
        catch (AmazonS3Exception answer) when (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && same is null)
        {
            return null;
        }
        catch (AmazonS3Exception answer) when (S3Faults.IsTaken(answer) && same is not null)
        {
            throw StoresProblems.ObjectChanged(Location, key);
        }
        catch (AmazonS3Exception answer) when (S3Faults.IsMissing(answer))
        {
            throw StoresProblems.ObjectMissing(Location, key);
        }
        catch (Exception refusal) when (S3Faults.IsSdks(refusal))
        {
            throw S3Faults.ProblemOf(refusal, Location, Reading);
        }
    }

    async Task<DateTime?> LockUntilAsync(CancellationToken cancellationToken) =>
        options.Lock is { } wanted ? (await ReadClockAsync(cancellationToken)).AddDays(wanted.Days).UtcDateTime : null;

    /// <summary>Why a deletion may have been refused, in words; null when no lock explains it.</summary>
    async Task<string?> LockOfAsync(DeleteObjectRequest refused, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = refused.BucketName, Key = refused.Key, VersionId = refused.VersionId };
        var found = await connection.RunAsync(Heading, (s3, attempt) => s3.GetObjectMetadataAsync(request, attempt), cancellationToken);
        return found.ObjectLockLegalHoldStatus == ObjectLockLegalHoldStatus.On ? "it is under legal hold"
            : found.ObjectLockRetainUntilDate is { } until && S3Connection.Utc(until) > (connection.LastDate ?? connection.Time.GetUtcNow())
                ? $"object lock, mode {found.ObjectLockMode}, until {S3Connection.Utc(until):yyyy-MM-dd HH:mm} UTC"
                : null;
    }

    static void Validate(StoreOptions.S3 options)
    {
        var fault = string.IsNullOrWhiteSpace(options.Bucket) ? ("The S3 bucket's name is empty.", "set AWS_S3_BACKUP_BUCKET")
            : options.Bucket.Contains('/', StringComparison.Ordinal)
                ? ("The S3 bucket's name contains a slash.", "set AWS_S3_BACKUP_BUCKET to the bucket alone")
            : options.PartSize is < PartPlan.Smallest or > PartPlan.Largest
                ? ($"A part size of {options.PartSize} bytes is not possible.", "choose one from 5 MiB (5242880) to 512 MiB")
            : options.Lock is { Days: < 1 } ? ("Object lock needs at least one day.", "set its days, or remove it")
            : options.Endpoint is { } endpoint
                && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https") || endpoint.UserInfo.Length > 0)
                ? ("The S3 endpoint is no plain http or https address.",
                    "set AWS_ENDPOINT_URL_S3 like https://host:9000, without credentials in it")
            : default((string Fault, string Fix)?);
        if (fault is { } found)
        {
            throw StoresProblems.NotConfigured(found.Fault, found.Fix);
        }
    }
}
