using System.Net;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using DbGate.Problems;

namespace DbGate.Storage.S3;

/// <summary>What a failed S3 request means.</summary>
static partial class S3Faults
{
    static readonly HashSet<string> TransientCodes =
    [
        "SlowDown", "InternalError", "ServiceUnavailable", "RequestTimeout", "RequestTimeTooSkewed", "Throttling", "ThrottlingException",
        "TooManyRequests", "OperationAborted", "ConditionalRequestConflict", "BadDigest", "503",
    ];

    static readonly HashSet<string> CredentialCodes =
    [
        "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "TokenRefreshRequired", "RequestExpired",
        "RequestTimeTooSkewed", "InvalidClientTokenId", "UnrecognizedClientException", "AuthFailure", "InvalidSecurity",
    ];

    static readonly HashSet<string> ChecksumCodes =
        ["XAmzContentSHA256Mismatch", "NotImplemented", "InvalidArgument", "InvalidRequest", "BadRequest"];

    static readonly HashSet<string> RegionCodes =
        ["PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "Redirect"];

    /// <summary>The SDK's two kinds of exception have no common base: the store's refusals, and the client's own.</summary>
    public static bool IsSdks(Exception exception) => exception is AmazonServiceException or AmazonClientException;

    public static bool IsTransient(Exception exception) => exception switch
    {
        AmazonServiceException answer => IsServerFault(answer.StatusCode) || TransientCodes.Contains(answer.ErrorCode ?? string.Empty)
            || (answer.StatusCode == 0 && IsNetwork(answer.InnerException)),
        AmazonClientException client => IsNetwork(client.InnerException),
        _ => IsNetwork(exception),
    };

    /// <summary>
    /// A 400 without a request id is not S3's answer but that of an HTTP front end, which could not read the request. Seen from Ceph, now
    /// and then, behind a PUT that it had refused.
    /// </summary>
    public static bool IsFrontends(Exception exception) =>
        exception is AmazonServiceException { StatusCode: HttpStatusCode.BadRequest, RequestId: null or "" };

    /// <summary>The answers of stores that cannot read the newer checksums.</summary>
    public static bool MayBeChecksums(Exception exception) =>
        exception is AmazonServiceException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.NotImplemented } answer
        && ChecksumCodes.Contains(answer.ErrorCode ?? string.Empty);

    public static bool IsMissing(AmazonServiceException answer) =>
        answer.StatusCode == HttpStatusCode.NotFound && answer.ErrorCode is not "NoSuchBucket";

    public static bool IsTaken(AmazonServiceException answer) => answer.StatusCode == HttpStatusCode.PreconditionFailed;

    public static bool IsForbidden(AmazonServiceException answer) => answer.StatusCode == HttpStatusCode.Forbidden;

    /// <param name="exception">What the SDK threw.</param>
    /// <param name="location">The store.</param>
    /// <param name="call">What was tried.</param>
    public static GateException ProblemOf(Exception exception, string location, S3Call call) => exception switch
    {
        GateException known => known,
        AmazonServiceException { ErrorCode: "NoSuchBucket" } => StoresProblems.BucketMissing(location, "AWS_S3_BACKUP_BUCKET"),
        AmazonServiceException answer when RegionCodes.Contains(answer.ErrorCode ?? string.Empty) =>
            StoresProblems.RegionWrong(
                location, ExpectedRegion().Match(answer.Message) is { Success: true } named ? named.Groups[1].Value : null),
        AmazonServiceException { StatusCode: HttpStatusCode.MovedPermanently } => StoresProblems.RegionWrong(location, region: null),
        AmazonServiceException answer when CredentialCodes.Contains(answer.ErrorCode ?? string.Empty)
            || answer.StatusCode == HttpStatusCode.Unauthorized =>
            StoresProblems.CredentialsRefused(location, Words(answer), FixOf(answer.ErrorCode), answer),
        AmazonServiceException answer when IsSetting(answer, call) =>
            StoresProblems.SettingRefused(location, call.Setting ?? "this request", Words(answer), answer),
        AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } answer =>
            StoresProblems.AccessDenied(location, call.Right, Words(answer), answer),
        AmazonServiceException { ErrorCode: "QuotaExceeded" or "XMinioStorageFull" or "InsufficientStorage" } => StoresProblems.StoreFull(
            location, exception),
        AmazonServiceException answer => StoresProblems.RequestRefused(location, call.Action, Words(answer), answer),
        _ => StoresProblems.CredentialsRefused(
            location,
            "the SDK's chain found none",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or let the workflow assume a role",
            exception),
    };

    // Ceph, when busy, refuses an object lock without a word: the SDK then states "BadRequest".
    static bool IsSetting(AmazonServiceException answer, S3Call call) =>
        (answer.ErrorCode ?? string.Empty).StartsWith("KMS.", StringComparison.Ordinal)
        || answer.ErrorCode is "ObjectLockConfigurationNotFoundError"
        || (call.Setting is not null && answer.ErrorCode is "InvalidRequest" or "InvalidArgument" or "NotImplemented" or "BadRequest");

    static string FixOf(string? code) => code switch
    {
        "ExpiredToken" or "RequestExpired" or "TokenRefreshRequired" => "sign in again, or let the session last longer than the backup",
        "SignatureDoesNotMatch" => "correct AWS_SECRET_ACCESS_KEY",
        "RequestTimeTooSkewed" => "set this machine's clock (timedatectl set-ntp true)",
        _ => "check which identity is used: aws sts get-caller-identity",
    };

    static bool IsServerFault(HttpStatusCode status) =>
        status is >= HttpStatusCode.InternalServerError and not HttpStatusCode.NotImplemented and not HttpStatusCode.InsufficientStorage
            or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;

    static bool IsNetwork(Exception? exception) => exception is HttpRequestException or IOException or System.Net.Sockets.SocketException
        or TimeoutException or OperationCanceledException || (exception?.InnerException is { } inner && IsNetwork(inner));

    [GeneratedRegex("expecting '([a-z0-9-]+)'")]
    private static partial Regex ExpectedRegion();

    static string Words(AmazonServiceException answer) =>
        $"{answer.ErrorCode ?? ((int)answer.StatusCode).ToString()}: {StoresProblems.Printable(answer.Message)}";
}

/// <summary>What is being tried, for the problem that may come of it.</summary>
/// <param name="Action">Continues "did not …".</param>
/// <param name="Right">The IAM action it needs.</param>
/// <param name="Setting">What was asked for beyond the ordinary, which the bucket may not support; null when nothing was.</param>
sealed record S3Call(string Action, string Right, string? Setting = null);
