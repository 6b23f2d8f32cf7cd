using System.Globalization;
using System.Text;
using DbGate.Testing.Http;

namespace DbGate.Testing.S3;

/// <summary>A body in <c>aws-chunked</c> encoding: its chunks' signatures verified, its trailers read.</summary>
public sealed record AwsChunked(byte[] Content, IReadOnlyDictionary<string, string> Trailers, string? Fault)
{
    public static AwsChunked Read(HttpExchange request, SigV4 signer)
    {
        var kind = request.Header("x-amz-content-sha256")!;
        var signed = kind.StartsWith("STREAMING-AWS4-HMAC", StringComparison.Ordinal);
        var (body, at, previous, fault) = (request.Body, 0, signed ? signer.SeedOf(request) : string.Empty, (string?)null);
        using var content = new MemoryStream();
        while (true)
        {
            var head = Line(body, ref at).Split(";chunk-signature=");
            var size = int.Parse(head[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var chunk = body[at..(at + size)];
            if (signed)
            {
                var expected = signer.SignChunk(request, previous, chunk);
                fault = head[1] == expected ? fault : "SignatureDoesNotMatch";
                previous = expected;
            }

            content.Write(chunk);
            at += size;
            if (size == 0)
            {
                break;
            }

            Line(body, ref at);
        }

        var trailers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (at < body.Length && Line(body, ref at) is { Length: > 0 } line)
        {
            var pair = line.Split(':', 2);
            trailers[pair[0]] = pair[1].Trim();
        }

        if (signed && kind.EndsWith("-TRAILER", StringComparison.Ordinal))
        {
            var text =
                string.Concat(trailers.Where(pair => pair.Key != "x-amz-trailer-signature").Select(pair => $"{pair.Key}:{pair.Value}\n"));
            fault = trailers["x-amz-trailer-signature"] == signer.SignTrailer(request, previous, text) ? fault : "SignatureDoesNotMatch";
        }

        return new(content.ToArray(), trailers, fault);
    }

    static string Line(byte[] body, ref int at)
    {
        var end = Array.IndexOf(body, (byte)'\n', at);
        var line = Encoding.ASCII.GetString(body, at, end - at).TrimEnd('\r');
        at = end + 1;
        return line;
    }
}
