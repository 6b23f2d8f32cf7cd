using System.Security.Cryptography;
using DbGate.Testing.Http;

namespace DbGate.Testing.S3;

/// <summary>A request's content, decoded, with every digest that came along verified.</summary>
sealed record S3Body(byte[] Content, string? Sha256)
{
    public S3Body KeptBy(Func<byte[], byte[]> keeping) =>
        keeping(Content) is var kept && kept == Content
            ? this
            : new(kept, Sha256 is null ? null : Convert.ToBase64String(SHA256.HashData(kept)));

    public static S3Body Read(HttpExchange request, SigV4 signer, bool knowsChecksums)
    {
        var kind = request.Header("x-amz-content-sha256") ?? throw new S3Refusal(400, "MissingContentSHA256");
        var (content, trailers) = (request.Body, (IReadOnlyDictionary<string, string>)new Dictionary<string, string>());
        if (kind.StartsWith("STREAMING-", StringComparison.Ordinal))
        {
            if (!knowsChecksums && kind.EndsWith("-TRAILER", StringComparison.Ordinal))
            {
                throw new S3Refusal(400, "XAmzContentSHA256Mismatch");
            }

            var decoded = AwsChunked.Read(request, signer);
            (content, trailers) = (decoded.Content, decoded.Trailers);
            if (decoded.Fault is { } fault)
            {
                throw new S3Refusal(403, fault);
            }

            if (request.Header("x-amz-trailer") is { } promised && !trailers.ContainsKey(promised))
            {
                throw new S3Refusal(400, "MalformedTrailerError");
            }
        }
        else if (kind != "UNSIGNED-PAYLOAD" && kind != Convert.ToHexStringLower(SHA256.HashData(content)))
        {
            throw new S3Refusal(400, "XAmzContentSHA256Mismatch");
        }

        if (request.Header("Content-MD5") is { } md5 && md5 != Convert.ToBase64String(MD5.HashData(content)))
        {
            throw new S3Refusal(400, "BadDigest");
        }

        if (knowsChecksums)
        {
            foreach (var (name, value) in request.Headers.Concat(trailers))
            {
                if (S3Checksum.From(name.ToLowerInvariant(), content) is { } expected && value != expected)
                {
                    throw new S3Refusal(400, "BadDigest");
                }
            }
        }

        return new(content, request.Header("x-amz-checksum-sha256") ?? trailers.GetValueOrDefault("x-amz-checksum-sha256"));
    }
}
