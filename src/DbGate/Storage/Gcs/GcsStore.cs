using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using DbGate.Resilience;

namespace DbGate.Storage.Gcs;

/// <summary>
/// A bucket of Google Cloud Storage, over its JSON API. Objects are created by resumable uploads with <c>ifGenerationMatch=0</c>, deleted
/// and read by generation. Unfinished uploads cannot be listed; Google drops them after a week, and they cost nothing.
/// </summary>
sealed class GcsStore : IObjectStore, IDisposable
{
    static readonly GcsCall Heading = new("describe an object", "storage.objects.get");
    static readonly GcsCall Reading = new("give an object", "storage.objects.get");
    static readonly GcsCall Listing = new("list objects", "storage.objects.list");
    static readonly GcsCall Deleting = new("delete an object", "storage.objects.delete");

    const int Resumptions = 6;

    readonly StoreOptions.Gcs options;
    readonly BucketPrefix prefix;
    readonly GcsConnection connection;

    public GcsStore(StoreOptions.Gcs options, RetryOptions policy, TimeProvider time)
    {
        if (string.IsNullOrWhiteSpace(options.Bucket) || options.Bucket.Contains('/', StringComparison.Ordinal))
        {
            throw StoresProblems.NotConfigured(
                "The Google Cloud Storage bucket's name is empty or contains a slash.", "set GCS_BACKUP_BUCKET");
        }

        this.options = options;
        prefix = new(options.Prefix);
        connection = new(options, prefix.Describe("gs", options.Bucket), policy, time);
    }

    public string Location => connection.Location;

    string Bucket => $"/storage/v1/b/{Uri.EscapeDataString(options.Bucket)}/o";

    public async Task<IObjectWriter> CreateAsync(string key, CancellationToken cancellationToken)
    {
        var name = prefix.Of(key);
        return await HeadAsync(key, cancellationToken) is not null
            ? throw StoresProblems.ObjectExists(Location, key)
            : new GcsWriter(new(connection, options, key, name));
    }

    public async Task<Stream> OpenReadAsync(string key, long offset, long? length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        var found = await HeadAsync(key, cancellationToken) ?? throw StoresProblems.ObjectMissing(Location, key);
        var left = Math.Min(length ?? long.MaxValue, Math.Max(0, found.Length - offset));
        return left == 0 ? Stream.Null : new ResumingStream(
            await OpenAsync(found, offset, offset + left - 1, cancellationToken),
            left,
            (position, cancel) => OpenAsync(found, offset + position, offset + left - 1, cancel),
            connection.Policy.AttemptTimeout,
            Resumptions,
            connection.Time,
            (failure, attempts) =>
                StoresProblems.Unreachable(Location, Reading.Action, connection.Policy.AttemptTimeout, attempts, failure));
    }

    public async Task<StoredObject?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.ReadAsync(Heading, $"{AddressOf(key)}?fields={GcsObject.Fields}", GcsJson.Default.GcsObject,
                cancellationToken))
                .Describe(key);
        }
        catch (GcsRefusal refusal) when (refusal.IsMissing)
        {
            return null;
        }
        catch (GcsRefusal refusal)
        {
            throw connection.ProblemOf(refusal, Heading);
        }
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = Uri.EscapeDataString(this.prefix.OfPrefix(prefix));
        string? token = null;
        do
        {
            var page =
                await ListPageAsync(
                    $"prefix={start}&fields=items({GcsObject.Fields}),nextPageToken"
                        + $"{(token is null ? "" : $"&pageToken={Uri.EscapeDataString(token)}")}", cancellationToken);
            foreach (var found in page.Items)
            {
                if (this.prefix.KeyOf(found.Name) is { } key)
                {
                    yield return found.Describe(key);
                }
            }

            token = page.NextPageToken;
        }
        while (token is not null);
    }

    public async Task DeleteAsync(StoredObject target, CancellationToken cancellationToken)
    {
        var address =
            AddressOf(target.Key) + (target.VersionId is { } generation ? $"?generation={Uri.EscapeDataString(generation)}" : string.Empty);
        try
        {
            using var answer = await connection.SendAsync(Deleting, () => new(HttpMethod.Delete, new Uri(address, UriKind.Relative)),
                cancellationToken);
        }
        catch (GcsRefusal refusal) when (refusal.IsMissing)
        {
            // Gone already.
        }
        catch (GcsRefusal refusal)
        {
            throw refusal.IsHeld
                ? StoresProblems.ObjectLocked(Location, target.Key, refusal.Message)
                : connection.ProblemOf(refusal, Deleting);
        }
    }

    public async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        await ListPageAsync($"prefix={Uri.EscapeDataString(prefix.OfPrefix(string.Empty))}&maxResults=1&fields=nextPageToken",
            cancellationToken);
        return connection.LastDate ?? throw StoresProblems.RequestRefused(Location, "tell the time", "its answers carry no Date header");
    }

    public void Dispose() => connection.Dispose();

    async Task<GcsPage> ListPageAsync(string query, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.ReadAsync(Listing, $"{Bucket}?{query}", GcsJson.Default.GcsPage, cancellationToken);
        }
        catch (GcsRefusal refusal)
        {
            throw connection.ProblemOf(refusal, Listing);
        }
    }

    async Task<Stream> OpenAsync(StoredObject found, long from, long to, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await connection.SendAsync(
                Reading,
                () => new(HttpMethod.Get, new Uri($"{AddressOf(found.Key)}?alt=media&generation={found.VersionId}", UriKind.Relative))
                {
                    Headers = { Range = new RangeHeaderValue(from, to) },
                },
                cancellationToken);
            return answer.StatusCode == HttpStatusCode.PartialContent
                ? await answer.Content.ReadAsStreamAsync(cancellationToken)
                : throw StoresProblems.RequestRefused(Location, "give a part of an object", "it answered with the whole object");
        }
        catch (GcsRefusal refusal)
        {
            throw refusal.IsMissing ? StoresProblems.ObjectChanged(Location, found.Key) : connection.ProblemOf(refusal, Reading);
        }
    }

    string AddressOf(string key) => $"{Bucket}/{Uri.EscapeDataString(prefix.Of(key))}";
}
