using System.Security.Cryptography;
using System.Text;
using DbGate.Testing.Http;

namespace DbGate.Testing.S3;

/// <summary>AWS Signature Version 4, as a server checks it. Written from Amazon's description, not from the SDK.</summary>
public sealed record SigV4(string AccessKey, string SecretKey)
{
    /// <summary>Null when the signature holds, otherwise S3's error code.</summary>
    public string? FaultOf(HttpExchange request)
    {
        if (Parts(request) is not { } parts)
        {
            return "AccessDenied";
        }

        return parts.AccessKey != AccessKey ? "InvalidAccessKeyId"
            : parts.Signature != Sign(Key(parts.Scope), StringToSign(request, parts)) ? "SignatureDoesNotMatch"
            : null;
    }

    /// <summary>The signature of the request's head, which the first chunk's signature continues.</summary>
    public string SeedOf(HttpExchange request) => Parts(request)!.Signature;

    public string SignChunk(HttpExchange request, string previous, byte[] chunk) =>
        Sign(
            Key(Parts(request)!.Scope),
            Chained(request, "AWS4-HMAC-SHA256-PAYLOAD", previous, Hex(SHA256.HashData([])) + "\n" + Hex(SHA256.HashData(chunk))));

    public string SignTrailer(HttpExchange request, string previous, string trailer) =>
        Sign(
            Key(Parts(request)!.Scope),
            Chained(request, "AWS4-HMAC-SHA256-TRAILER", previous, Hex(SHA256.HashData(Encoding.UTF8.GetBytes(trailer)))));

    sealed record Authorization(string AccessKey, string Scope, string[] SignedHeaders, string Signature);

    static Authorization? Parts(HttpExchange request)
    {
        const string scheme = "AWS4-HMAC-SHA256 ";
        if (request.Header("Authorization") is not { } header || !header.StartsWith(scheme, StringComparison.Ordinal))
        {
            return null;
        }

        var fields =
            header[scheme.Length..].Split(',').Select(field => field.Trim().Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var credential = fields["Credential"].Split('/', 2);
        return new(credential[0], credential[1], fields["SignedHeaders"].Split(';'), fields["Signature"]);
    }

    static string StringToSign(HttpExchange request, Authorization parts) =>
        $"AWS4-HMAC-SHA256\n{request.Header("x-amz-date")}\n{parts.Scope}\n"
            + $"{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(request, parts))))}";

    static string Canonical(HttpExchange request, Authorization parts) => string.Join(
        '\n',
        [
            request.Method,
            request.RawPath,
            string.Join('&', request.RawQuery.Split('&', StringSplitOptions.RemoveEmptyEntries)
                .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=").Order(StringComparer.Ordinal)),
            .. parts.SignedHeaders.Select(name => $"{name}:{request.Header(name)}"),
            string.Empty,
            string.Join(';', parts.SignedHeaders),
            request.Header("x-amz-content-sha256"),
        ]);

    static string Chained(HttpExchange request, string kind, string previous, string rest) =>
        $"{kind}\n{request.Header("x-amz-date")}\n{Parts(request)!.Scope}\n{previous}\n{rest}";

    byte[] Key(string scope) => scope.Split('/').Aggregate(
        Encoding.UTF8.GetBytes("AWS4" + SecretKey), (key, part) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part)));

    static string Sign(byte[] key, string text) => Hex(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
