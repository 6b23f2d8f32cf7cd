using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DbGate.Testing.Http;

namespace DbGate.Testing.S3;

/// <summary>
/// An S3 server in this process, strict where backups need it: signatures, payload hashes, <c>aws-chunked</c> chunks and trailers,
/// checksums, <c>Content-MD5</c>, <c>If-None-Match</c>, <c>If-Match</c>, part sizes and order, versions and object lock are all verified.
/// </summary>
public sealed class S3Double : IAsyncDisposable
{
    public const string Bucket = "acme-backups";
    public const string AccessKey = "AKIADOUBLE";
    public const string SecretKey = "double/secret+key";

    const int SmallestPart = 5 << 20;

    readonly SigV4 signer = new(AccessKey, SecretKey);
    readonly Lock gate = new();
    readonly List<S3Entry> entries = [];
    readonly Dictionary<string, S3Multipart> uploads = [];

    public S3Double() => Http = new(Handle);

    public HttpDouble Http { get; }

    /// <summary>
    /// False is a store of former days: it answers 400 to trailers, ignores checksum headers, and vouches for no checksum.
    /// </summary>
    public bool KnowsChecksums { get; init; } = true;

    /// <summary>False ignores <c>If-None-Match</c> when a multipart upload is completed.</summary>
    public bool KnowsConditionalComplete { get; init; } = true;

    public bool KeepsVersions { get; init; }

    public bool KnowsObjectLock { get; init; }

    /// <summary>What a broken store makes of the bytes that it keeps; it vouches for what it kept.</summary>
    public Func<byte[], byte[]> Keeping { get; set; } = bytes => bytes;

    /// <summary>Keys of all objects that exist, versions and markers aside.</summary>
    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (gate)
            {
                return [.. entries.Select(entry => entry.Key)
                    .Distinct()
                    .Where(key => Latest(key) is not null)
                    .Order(StringComparer.Ordinal)];
            }
        }
    }

    public int UnfinishedUploads
    {
        get
        {
            lock (gate)
            {
                return uploads.Count;
            }
        }
    }

    /// <summary>Puts an object in place, past all rules, as another writer might.</summary>
    public void Place(string key, byte[] content)
    {
        lock (gate)
        {
            Store(new(key, content, $"\"{Convert.ToHexStringLower(MD5.HashData(content))}\""));
        }
    }

    public S3Entry? Find(string key)
    {
        lock (gate)
        {
            return Latest(key);
        }
    }

    public ValueTask DisposeAsync() => Http.DisposeAsync();

    void Handle(HttpExchange request)
    {
        lock (gate)
        {
            try
            {
                if (signer.FaultOf(request) is { } fault)
                {
                    throw new S3Refusal(403, fault);
                }

                var body = S3Body.Read(request, signer, KnowsChecksums).KeptBy(request.Method == "PUT" ? Keeping : bytes => bytes);
                var path = request.Path.Split('/', 3);
                if (path[1] != Bucket)
                {
                    throw new S3Refusal(404, "NoSuchBucket");
                }

                if (path is [_, _, { Length: > 0 } key])
                {
                    HandleObject(request, key, body);
                }
                else if (request.Query.ContainsKey("uploads"))
                {
                    request.Answer(
                        200,
                        S3Xml.Uploads(
                            uploads.Values.Where(upload => upload.Key.StartsWith(request.Query["prefix"], StringComparison.Ordinal))));
                }
                else
                {
                    List(request);
                }
            }
            catch (S3Refusal refusal)
            {
                request.Answer(
                    refusal.Status,
                    refusal.Status == 304 || request.Method == "HEAD" ? string.Empty : S3Xml.Error(refusal.Code, refusal.Message));
            }
        }
    }

    void HandleObject(HttpExchange request, string key, S3Body body)
    {
        switch (request.Method)
        {
            case "PUT" when request.Query.TryGetValue("uploadId", out var id):
                PutPart(request, Upload(id), body);
                break;
            case "PUT":
                RefuseTaken(request, key);
                Describe(request, Store(new(key, body.Content, Quoted(MD5.HashData(body.Content)))
                {
                    Sha256 = KnowsChecksums ? body.Sha256 : null,
                    Metadata = MetadataOf(request),
                    LockedUntil = LockOf(request),
                    LockMode = request.Header("x-amz-object-lock-mode"),
                }));
                request.Answer(200);
                break;
            case "POST" when request.Query.ContainsKey("uploads"):
                Begin(request, key);
                break;
            case "POST":
                Complete(request, key, Upload(request.Query["uploadId"]), body);
                break;
            case "DELETE" when request.Query.TryGetValue("uploadId", out var id):
                Upload(id);
                uploads.Remove(id);
                request.Answer(204);
                break;
            case "DELETE":
                Delete(request, key);
                break;
            default:
                Get(request, key);
                break;
        }
    }

    void PutPart(HttpExchange request, S3Multipart upload, S3Body body)
    {
        var part = new S3Part(body.Content, Quoted(MD5.HashData(body.Content)), KnowsChecksums ? body.Sha256 : null);
        if (upload.WantsSha256 && part.Sha256 is null)
        {
            throw new S3Refusal(400, "InvalidRequest");
        }

        upload.Parts[int.Parse(request.Query["partNumber"], CultureInfo.InvariantCulture)] = part;
        request.AnswerHeaders["ETag"] = part.ETag;
        if (part.Sha256 is not null)
        {
            request.AnswerHeaders["x-amz-checksum-sha256"] = part.Sha256;
        }

        request.Answer(200);
    }

    void Begin(HttpExchange request, string key)
    {
        var id = Guid.NewGuid().ToString("N");
        uploads[id] =
            new(id, key, KnowsChecksums && request.Header("x-amz-checksum-algorithm") == "SHA256", MetadataOf(request), LockOf(request))
        {
            LockMode = request.Header("x-amz-object-lock-mode"),
        };
        request.Answer(200, S3Xml.Begun(Bucket, key, id));
    }

    void Complete(HttpExchange request, string key, S3Multipart upload, S3Body body)
    {
        if (KnowsConditionalComplete)
        {
            RefuseTaken(request, key);
        }

        var named = S3Xml.PartsOf(body.Content);
        foreach (var (number, etag, sha256) in named)
        {
            if (!upload.Parts.TryGetValue(number, out var part)
                || part.ETag.Trim('"') != etag.Trim('"')
                || (upload.WantsSha256 && part.Sha256 != sha256))
            {
                throw new S3Refusal(400, "InvalidPart");
            }

            if (number != named[^1].Number && part.Content.Length < SmallestPart)
            {
                throw new S3Refusal(400, "EntityTooSmall");
            }
        }

        var parts = named.Select(entry => upload.Parts[entry.Number]).ToArray();
        Describe(request, Store(new(key, Joined(parts), Composite(parts))
        {
            Sha256 = upload.WantsSha256 ? CompositeSha256(parts) : null,
            Metadata = upload.Metadata,
            LockedUntil = upload.LockedUntil,
            LockMode = upload.LockMode,
        }));
        uploads.Remove(upload.Id);
        request.Answer(200, S3Xml.Completed(Bucket, key, Latest(key)!.ETag));
    }

    void Delete(HttpExchange request, string key)
    {
        if (!request.Query.TryGetValue("versionId", out var version))
        {
            if (KeepsVersions)
            {
                Store(new(key, [], string.Empty) { IsDeleted = true });
            }
            else
            {
                entries.RemoveAll(entry => entry.Key == key);
            }
        }
        else if (entries.Find(entry => entry.Key == key && entry.VersionId == version) is { } found)
        {
            if (found.LockedUntil > DateTimeOffset.UtcNow)
            {
                throw new S3Refusal(403, "AccessDenied", "Access Denied because object protected by object lock.");
            }

            entries.Remove(found);
        }

        request.Answer(204);
    }

    void Get(HttpExchange request, string key)
    {
        var version = request.Query.GetValueOrDefault("versionId");
        var found =
            (version is null ? Latest(key) : entries.Find(entry => entry.Key == key && entry.VersionId == version))
                ?? throw new S3Refusal(404, "NoSuchKey");
        if (request.Header("If-Match") is { } match && match.Trim('"') != found.ETag.Trim('"'))
        {
            throw new S3Refusal(412, "PreconditionFailed");
        }

        Describe(request, found);
        if (request.Header("Range") is not { } range)
        {
            request.Answer(200, found.Content);
        }
        else
        {
            var bounds = range["bytes=".Length..].Split('-');
            var from = int.Parse(bounds[0], CultureInfo.InvariantCulture);
            var to =
                Math.Min(
                    bounds[1].Length == 0 ? int.MaxValue : int.Parse(bounds[1], CultureInfo.InvariantCulture), found.Content.Length - 1);
            if (from >= found.Content.Length)
            {
                throw new S3Refusal(416, "InvalidRange");
            }

            request.AnswerHeaders["Content-Range"] = $"bytes {from}-{to}/{found.Content.Length}";
            request.Answer(206, found.Content[from..(to + 1)]);
        }

        if (request.Header("x-amz-checksum-mode") == "ENABLED" && found.Sha256 is { } sha256)
        {
            request.AnswerHeaders["x-amz-checksum-sha256"] = sha256;
        }
    }

    /// <summary>Two to a page, so that every listing of three objects shows whether the client turns pages.</summary>
    void List(HttpExchange request)
    {
        var prefix = request.Query.GetValueOrDefault("prefix") ?? string.Empty;
        var after = request.Query.GetValueOrDefault("continuation-token") ?? string.Empty;
        var found = Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0).ToArray();
        request.Answer(200, S3Xml.Objects(found.Take(2).Select(key => Latest(key)!), found.Length > 2 ? found[1] : null));
    }

    void RefuseTaken(HttpExchange request, string key)
    {
        if (request.Header("If-None-Match") == "*" && Latest(key) is not null)
        {
            throw new S3Refusal(412, "PreconditionFailed");
        }
    }

    S3Entry Store(S3Entry entry)
    {
        if (KeepsVersions)
        {
            entry = entry with { VersionId = Guid.NewGuid().ToString("N") };
        }
        else
        {
            entries.RemoveAll(former => former.Key == entry.Key);
        }

        entries.Add(entry);
        return entry;
    }

    S3Entry? Latest(string key) => entries.FindLast(entry => entry.Key == key) is { IsDeleted: false } found ? found : null;

    S3Multipart Upload(string id) => uploads.GetValueOrDefault(id) ?? throw new S3Refusal(404, "NoSuchUpload");

    DateTimeOffset? LockOf(HttpExchange request) =>
        request.Header("x-amz-object-lock-retain-until-date") is not { } until ? null
        : KnowsObjectLock ? DateTimeOffset.Parse(until, CultureInfo.InvariantCulture)
        : throw new S3Refusal(400, "InvalidRequest", "Bucket is missing Object Lock Configuration");

    static void Describe(HttpExchange request, S3Entry found)
    {
        request.AnswerHeaders["ETag"] = found.ETag;
        request.AnswerHeaders["Last-Modified"] = found.LastModified.ToString("r", CultureInfo.InvariantCulture);
        foreach (var (name, value) in found.Metadata)
        {
            request.AnswerHeaders[name] = value;
        }

        if (found.VersionId is { } version)
        {
            request.AnswerHeaders["x-amz-version-id"] = version;
        }

        if (found.LockedUntil is { } until)
        {
            request.AnswerHeaders["x-amz-object-lock-mode"] = found.LockMode!;
            request.AnswerHeaders["x-amz-object-lock-retain-until-date"] =
                until.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }
    }

    static Dictionary<string, string> MetadataOf(HttpExchange request) => request.Headers
        .Where(pair => pair.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(pair => pair.Key, pair => pair.Value);

    static string Composite(S3Part[] parts) =>
        $"\"{Convert.ToHexStringLower(MD5.HashData([.. parts.SelectMany(part => Convert.FromHexString(part.ETag.Trim('"')))]))}-"
            + $"{parts.Length}\"";

    static string CompositeSha256(S3Part[] parts) =>
        $"{Convert.ToBase64String(SHA256.HashData([.. parts.SelectMany(part => Convert.FromBase64String(part.Sha256!))]))}-{parts.Length}";

    static byte[] Joined(S3Part[] parts)
    {
        var content = new MemoryStream();
        foreach (var part in parts)
        {
            content.Write(part.Content);
        }

        return content.ToArray();
    }

    static string Quoted(byte[] digest) => $"\"{Convert.ToHexStringLower(digest)}\"";
}
