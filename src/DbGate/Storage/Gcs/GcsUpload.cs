using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using DbGate.Problems;

namespace DbGate.Storage.Gcs;

/// <summary>
/// One resumable upload: a session that takes the bytes in order, states after a failure how far it got, and makes the object exist with
/// its
/// last byte. An answer that was lost is asked for again, so nothing is sent twice that the store already has.
/// </summary>
sealed class GcsUpload(GcsConnection connection, StoreOptions.Gcs options, string key, string name)
{
    static readonly GcsCall Beginning = new("begin an upload", "storage.objects.create");
    static readonly GcsCall Sending = new("take the data", "storage.objects.create");

    Uri? session;
    long confirmed;

    /// <summary>Sends the bytes that start at an offset; the last ones make the object, and return it.</summary>
    /// <param name="bytes">A multiple of 256 KiB, unless they are the last.</param>
    /// <param name="start">Their place in the object.</param>
    /// <param name="isLast">Completes the object.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<GcsObject?> SendAsync(ReadOnlyMemory<byte> bytes, long start, bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            session ??= await BeginAsync(cancellationToken);
            var end = start + bytes.Length;
            var isRepeated = false;
            return await connection.TryAsync(
                Sending,
                async attempt =>
                {
                    var state = isRepeated ? await AskAsync(isLast ? end : null, attempt) : null;
                    isRepeated = true;
                    while (state is null && (confirmed < end || isLast))
                    {
                        state = await SendOnceAsync(bytes[(int)(confirmed - start)..], isLast ? end : null, attempt);
                    }

                    return state;
                },
                cancellationToken);
        }
        catch (GcsRefusal refusal)
        {
            throw refusal.IsTaken ? StoresProblems.ObjectExists(connection.Location, key) : connection.ProblemOf(refusal, Sending);
        }
    }

    /// <summary>Ends the session, so that nothing of it remains. A failure is of no consequence: sessions expire.</summary>
    public async Task TryCancelAsync(CancellationToken cancellationToken)
    {
        if (session is null)
        {
            return;
        }

        try
        {
            using var answer = await connection.SendOnceAsync(new(HttpMethod.Delete, session), cancellationToken);
        }
        catch (Exception exception) when (exception is GcsRefusal or HttpRequestException or OperationCanceledException or GateException)
        {
            // 499 is the answer to expect.
        }
    }

    public GateException Differs(string expected, string found) => StoresProblems.ContentDiffers(connection.Location, key, expected, found);

    public StoredObject Describe(GcsObject made) => made.Describe(key);

    async Task<Uri> BeginAsync(CancellationToken cancellationToken)
    {
        var address = $"/upload/storage/v1/b/{Uri.EscapeDataString(options.Bucket)}/o?uploadType=resumable&ifGenerationMatch=0"
            + $"&name={Uri.EscapeDataString(name)}&fields={GcsObject.Fields}"
            + (options.KmsKey is { Length: > 0 } kms ? $"&kmsKeyName={Uri.EscapeDataString(kms)}" : string.Empty);
        using var answer = await connection.SendAsync(
            Beginning,
            () => new(HttpMethod.Post, new Uri(address, UriKind.Relative))
            {
                Content = JsonContent.Create(new GcsUploadRequest("application/octet-stream"), GcsJson.Default.GcsUploadRequest),
            },
            cancellationToken);
        return answer.Headers.Location
            ?? throw StoresProblems.RequestRefused(connection.Location, Beginning.Action, "its answer names no upload session");
    }

    async Task<GcsObject?> SendOnceAsync(ReadOnlyMemory<byte> bytes, long? total, CancellationToken cancellationToken)
    {
        var before = confirmed;
        var content = new ReadOnlyMemoryContent(bytes)
        {
            Headers =
            {
                ContentRange = bytes.IsEmpty ? new ContentRangeHeaderValue(total!.Value)
                    : total is { } all ? new ContentRangeHeaderValue(before, before + bytes.Length - 1, all)
                    : new ContentRangeHeaderValue(before, before + bytes.Length - 1),
            },
        };
        var made = await PutAsync(content, cancellationToken);
        return made is null && confirmed <= before && !bytes.IsEmpty ? throw new HttpRequestException("not a byte of it was kept") : made;
    }

    /// <summary>How far the session got; or the object, when it is complete.</summary>
    Task<GcsObject?> AskAsync(long? total, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent([]);
        content.Headers.TryAddWithoutValidation("Content-Range", total is { } all ? $"bytes */{all}" : "bytes */*");
        return PutAsync(content, cancellationToken);
    }

    async Task<GcsObject?> PutAsync(HttpContent content, CancellationToken cancellationToken)
    {
        using var answer = await connection.SendOnceAsync(new(HttpMethod.Put, session) { Content = content }, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.PermanentRedirect)
        {
            return await answer.Content.ReadFromJsonAsync(GcsJson.Default.GcsObject, cancellationToken);
        }

        var kept = answer.Headers.TryGetValues("Range", out var ranges)
            && RangeHeaderValue.TryParse(ranges.First(), out var range) && range.Ranges.First().To is { } last ? last + 1 : 0;
        confirmed = kept >= confirmed
            ? kept
            : throw StoresProblems.ContentDiffers(connection.Location, key, $"{confirmed} bytes kept", $"{kept} bytes");
        return null;
    }
}
