using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DbGate.Problems;
using DbGate.Resilience;

namespace DbGate.Storage.Gcs;

/// <summary>
/// Google's JSON API over one HTTP client, with DbGate's own bounded retry around each call and the store's clock, read off every answer.
/// </summary>
sealed class GcsConnection : IDisposable
{
    static readonly Uri Google = new("https://storage.googleapis.com");
    static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    readonly HttpClient http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = ConnectPatience, PooledConnectionLifetime = ConnectionLife })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    readonly GcsCredentials? credentials;
    readonly Retry retry;
    long dateTicks;

    public GcsConnection(StoreOptions.Gcs options, string location, RetryOptions policy, TimeProvider time)
    {
        (Location, Policy, Time, retry) = (location, policy, time, new(policy, time));
        http.BaseAddress = options.Endpoint ?? Google;
        credentials = options.Endpoint is not null && options.CredentialFile is null ? null : new(location, options.CredentialFile);
    }

    public string Location { get; }

    public RetryOptions Policy { get; }

    public TimeProvider Time { get; }

    public DateTimeOffset? LastDate => Interlocked.Read(ref dateTicks) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null;

    /// <summary>Sends until an answer comes that is not transient. Refusals come as <see cref="GcsRefusal"/>.</summary>
    public Task<HttpResponseMessage> SendAsync(
        GcsCall call, Func<HttpRequestMessage> request, CancellationToken cancellationToken) =>
        TryAsync(call, attempt => SendOnceAsync(request(), attempt), cancellationToken);

    public Task<T> TryAsync<T>(GcsCall call, Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken) =>
        retry.RunAsync(
        attempt,
        IsTransient,
        end => StoresProblems.Unreachable(Location, call.Action, end.Waited, end.Attempts, end.Last),
        cancellationToken);

    public async Task<T> ReadAsync<T>(GcsCall call, string address, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        return await TryAsync(call, ReadOnceAsync, cancellationToken);

        async Task<T> ReadOnceAsync(CancellationToken attempt)
        {
            using var answer = await SendOnceAsync(new(HttpMethod.Get, new Uri(address, UriKind.Relative)), attempt);
            return await answer.Content.ReadFromJsonAsync(type, attempt) ?? throw new HttpRequestException("an empty answer");
        }
    }

    /// <summary>One try. The answer is success or <c>308 Resume Incomplete</c>.</summary>
    public async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            if (credentials is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer",
                    await credentials.ReadTokenAsync(cancellationToken));
            }

            var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.Headers.Date is { } date)
            {
                Interlocked.Exchange(ref dateTicks, date.UtcTicks);
            }

            if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.PermanentRedirect)
            {
                return answer;
            }

            using (answer)
            {
                throw await GcsRefusal.ReadAsync(answer, cancellationToken);
            }
        }
    }

    public GateException ProblemOf(GcsRefusal refusal, GcsCall call) => refusal switch
    {
        { IsBucketMissing: true } => StoresProblems.BucketMissing(Location, "GCS_BACKUP_BUCKET"),
        { Status: HttpStatusCode.Unauthorized } => StoresProblems.CredentialsRefused(
            Location, refusal.Message, "check which identity is used: gcloud auth application-default print-access-token", refusal),
        { Status: HttpStatusCode.Forbidden } => StoresProblems.AccessDenied(Location, call.Right, refusal.Message, refusal),
        _ => StoresProblems.RequestRefused(Location, call.Action, refusal.Message, refusal),
    };

    public void Dispose()
    {
        http.Dispose();
        credentials?.Dispose();
    }

    static bool IsTransient(Exception exception) =>
        exception is GcsRefusal { IsTransient: true } or HttpRequestException or IOException or OperationCanceledException or JsonException;
}

/// <summary>What is being tried, for the problem that may come of it.</summary>
/// <param name="Action">Continues "did not …".</param>
/// <param name="Right">The permission it needs.</param>
sealed record GcsCall(string Action, string Right);
