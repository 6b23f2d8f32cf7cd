using System.Net;
using System.Text.Json;

namespace DbGate.Storage.Gcs;

/// <summary>An answer other than success.</summary>
#pragma warning disable CA1064 // Never leaves this folder: every caller turns it into a problem.
sealed class GcsRefusal : Exception
#pragma warning restore CA1064
{
    static readonly HashSet<string> RateReasons = ["rateLimitExceeded", "userRateLimitExceeded"];

    GcsRefusal(HttpStatusCode status, string? reason, string message)
        : base(message) => (Status, Reason) = (status, reason);

    public HttpStatusCode Status { get; }

    /// <summary>Google's word for it, such as <c>forbidden</c> or <c>retentionPolicyNotMet</c>.</summary>
    public string? Reason { get; }

    public bool IsTransient =>
        Status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError
        || RateReasons.Contains(Reason ?? string.Empty);

    public bool IsMissing => Status == HttpStatusCode.NotFound && !IsBucketMissing;

    public bool IsBucketMissing => Status == HttpStatusCode.NotFound && Message.Contains("bucket", StringComparison.OrdinalIgnoreCase);

    public bool IsTaken => Status == HttpStatusCode.PreconditionFailed;

    public bool IsHeld => Status is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest
        && (Reason is "retentionPolicyNotMet" or "objectUnderActiveHold" or "unlockedRetentionPolicyNotMet"
            || Message.Contains("retention policy", StringComparison.OrdinalIgnoreCase)
            || Message.Contains("active hold", StringComparison.OrdinalIgnoreCase));

    public static async Task<GcsRefusal> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        var (reason, message) = Parse(body);
        return new(answer.StatusCode, reason, $"{(int)answer.StatusCode} {reason}: {StoresProblems.Printable(message)}");
    }

    static (string? Reason, string Message) Parse(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var error = json.RootElement.GetProperty("error");
            var reason = error.TryGetProperty("errors", out var errors) && errors.GetArrayLength() > 0
                && errors[0].TryGetProperty("reason", out var first) ? first.GetString() : null;
            return (reason, error.TryGetProperty("message", out var message) ? message.GetString() ?? string.Empty : string.Empty);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (null, body);
        }
    }
}
