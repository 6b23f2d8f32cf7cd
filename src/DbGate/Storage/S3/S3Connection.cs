using System.Globalization;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DbGate.Resilience;

namespace DbGate.Storage.S3;

/// <summary>
/// The SDK's client with DbGate's own bounded retry around each call, the checksum mode that the store understands, and the store's
/// clock, read off every answer.
/// </summary>
sealed class S3Connection : IDisposable
{
    readonly StoreOptions.S3 options;
    readonly RetryOptions policy;
    readonly Retry retry;
    readonly Lock gate = new();
    AmazonS3Client client;
    string? date;

    public S3Connection(StoreOptions.S3 options, string location, RetryOptions policy, TimeProvider time)
    {
        (this.options, this.policy, Location, Time) = (options, policy, location, time);
        retry = new(policy, time);
        UsesChecksums = options.Checksums is not S3Checksums.WhenRequired;
        client = Connect();
    }

    public string Location { get; }

    public TimeProvider Time { get; }

    public RetryOptions Policy => policy;

    /// <summary>Whether requests carry <c>x-amz-checksum-*</c>; turns false when the store cannot read them.</summary>
    public bool UsesChecksums { get; private set; }

    bool MayGiveUpChecksums => UsesChecksums && options.Checksums is S3Checksums.Automatic;

    /// <summary>An unsigned body is as safe as TLS and the checksum next to it, and saves hashing it twice.</summary>
    public bool MaySendUnsigned => UsesChecksums && options.Endpoint?.Scheme != Uri.UriSchemeHttp;

    /// <summary>The time of the last answer, by the store's clock.</summary>
    public DateTimeOffset? LastDate =>
        DateTimeOffset.TryParseExact(
            Volatile.Read(ref date), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>Runs a call until it succeeds, is refused or the policy ends. Refusals come as the SDK's own exceptions.</summary>
    public Task<T> TryAsync<T>(S3Call call, Func<IAmazonS3, CancellationToken, Task<T>> request, CancellationToken cancellationToken) =>
        TryAsync(call, request, S3Faults.IsTransient, cancellationToken);

    async Task<T> TryAsync<T>(
        S3Call call, Func<IAmazonS3, CancellationToken, Task<T>> request, Func<Exception, bool> isTransient,
            CancellationToken cancellationToken)
    {
        while (true)
        {
            var used = Volatile.Read(ref client);
            try
            {
                return await retry.RunAsync(
                    attempt => request(used, attempt),
                    isTransient,
                    end => end.Last is AmazonServiceException { ErrorCode: "RequestTimeTooSkewed" } || S3Faults.IsFrontends(end.Last)
                        ? S3Faults.ProblemOf(end.Last, Location, call)
                        : StoresProblems.Unreachable(Location, call.Action, end.Waited, end.Attempts, end.Last),
                    cancellationToken);
            }
            catch (AmazonServiceException refusal) when (S3Faults.MayBeChecksums(refusal) && GaveUpChecksums(used))
            {
                // Asked once more, in the older way.
            }
        }
    }

    /// <summary>The same, with refusals turned into problems.</summary>
    public async Task<T> RunAsync<T>(S3Call call, Func<IAmazonS3, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(call, request, cancellationToken);
        }
        catch (Exception refusal) when (S3Faults.IsSdks(refusal))
        {
            throw S3Faults.ProblemOf(refusal, Location, call);
        }
    }

    /// <summary>What the store knows about an object; null when there is none.</summary>
    public async Task<GetObjectMetadataResponse?> HeadAsync(string bucket, string name, S3Call call, CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(
                call,
                (s3, attempt) => s3.GetObjectMetadataAsync(
                    new() { BucketName = bucket, Key = name, ChecksumMode = UsesChecksums ? ChecksumMode.ENABLED : null }, attempt),
                fault => S3Faults.IsTransient(fault) || (!MayGiveUpChecksums && S3Faults.IsFrontends(fault)),
                cancellationToken);
        }
        catch (AmazonS3Exception answer) when (S3Faults.IsMissing(answer))
        {
            return null;
        }
        catch (AmazonS3Exception answer) when (S3Faults.IsForbidden(answer))
        {
            // An answer to HEAD has no body; the same question by GET states which credential or right it was.
            var why = new GetObjectRequest { BucketName = bucket, Key = name, ByteRange = new("bytes=0-0") };
            using var given = await RunAsync(call, (s3, attempt) => s3.GetObjectAsync(why, attempt), cancellationToken);
            throw S3Faults.ProblemOf(answer, Location, call);
        }
        catch (Exception refusal) when (S3Faults.IsSdks(refusal))
        {
            throw S3Faults.ProblemOf(refusal, Location, call);
        }
    }

    /// <summary>Drops an unfinished upload; one that is gone already is no error.</summary>
    public async Task AbortAsync(string bucket, string name, string uploadId, S3Call call, CancellationToken cancellationToken)
    {
        var request = new AbortMultipartUploadRequest { BucketName = bucket, Key = name, UploadId = uploadId };
        try
        {
            await TryAsync(call, (s3, attempt) => s3.AbortMultipartUploadAsync(request, attempt), cancellationToken);
        }
        catch (AmazonS3Exception answer) when (S3Faults.IsMissing(answer))
        {
            // Gone already.
        }
        catch (Exception refusal) when (S3Faults.IsSdks(refusal))
        {
            throw S3Faults.ProblemOf(refusal, Location, call);
        }
    }

    public static StoredObject Describe(string key, GetObjectMetadataResponse found) =>
        new(key, found.ContentLength, Utc(found.LastModified), found.VersionId, Sha256Of(found.ChecksumSHA256));

    public static DateTimeOffset Utc(DateTime? time) => new((time ?? default).ToUniversalTime());

    public void Dispose() => client.Dispose();

    /// <summary>The digest of an object of several parts ends in a dash and their number: it is no digest of the content.</summary>
    static string? Sha256Of(string? checksum) =>
        checksum is null || checksum.Contains('-', StringComparison.Ordinal)
            ? null
            : Convert.ToHexStringLower(Convert.FromBase64String(checksum));

    bool GaveUpChecksums(AmazonS3Client refused)
    {
        lock (gate)
        {
            if (client != refused)
            {
                return true;
            }

            if (!MayGiveUpChecksums)
            {
                return false;
            }

            UsesChecksums = false;
            client = Connect();
            return true;
        }
    }

    AmazonS3Client Connect()
    {
        try
        {
            var config = Configure();
            var connected = options.Keys switch
            {
                null => new AmazonS3Client(config),
                { SessionToken: { Length: > 0 } token } keys => new(
                    new SessionAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey, token), config),
                var keys => new(new BasicAWSCredentials(keys.AccessKeyId, keys.SecretAccessKey), config),
            };
            connected.AfterResponseEvent += (_, answer) => NoteDate(answer);
            return connected;
        }
        catch (AmazonClientException exception)
        {
            throw StoresProblems.NotConfigured(
                $"{Location} cannot be addressed: {StoresProblems.Printable(exception.Message)}", "set AWS_REGION");
        }
    }

    AmazonS3Config Configure()
    {
        var config = new AmazonS3Config
        {
            // The one retry around each call is ours.
            MaxErrorRetry = 0,
            ThrottleRetries = false,
            // Not the SDK's own clock: it would end an attempt in other words, now and then before the retry's does.
            Timeout = Timeout.InfiniteTimeSpan,
            ForcePathStyle = options.PathStyle ?? options.Endpoint is not null,
            RequestChecksumCalculation = UsesChecksums
                ? RequestChecksumCalculation.WHEN_SUPPORTED
                : RequestChecksumCalculation.WHEN_REQUIRED,
            // Reads are compared with the manifest's SHA-256; a range has no checksum that the SDK could compare.
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options is { Keys: null, Profile: { Length: > 0 } profile })
        {
            config.Profile = new(profile);
        }

        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = options.Region ?? "us-east-1";
        }
        else if (options.Region is { Length: > 0 } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return config;
    }

    void NoteDate(ResponseEventArgs answer)
    {
        if (answer is WebServiceResponseEventArgs { ResponseHeaders: { } headers } && headers.TryGetValue("Date", out var value))
        {
            Volatile.Write(ref date, value);
        }
    }
}
