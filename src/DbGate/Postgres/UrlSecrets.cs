using System.Net;
using System.Text.Json;

namespace DbGate.Postgres;

/// <summary>The spellings of a URL's secrets: as other programs would print them.</summary>
static class UrlSecrets
{
    public static IReadOnlyList<string> From(PostgresUrl url)
    {
        string?[] secrets = [url.Password, url.ClientIdentityPassword];

        return
        [
            .. secrets.OfType<string>().SelectMany(Spellings)
                .Concat(url.Written)
                .Append(url.Password is null && url.ClientIdentityPassword is null ? "" : url.Reveal())
                .Where(secret => secret.Length > 0)
                .Distinct(StringComparer.Ordinal)
                .OrderByDescending(secret => secret.Length)
                .ThenBy(secret => secret, StringComparer.Ordinal),
        ];
    }

    static IEnumerable<string> Spellings(string secret)
    {
        var encoded = Uri.EscapeDataString(secret);
        yield return secret;
        yield return encoded;
        yield return encoded.Replace("%20", "+", StringComparison.Ordinal);
        yield return LowerHex(encoded);
        yield return WebUtility.UrlEncode(secret);
        yield return JsonEncodedText.Encode(secret).Value;
        yield return PassFile.Escape(secret);
        yield return secret.Replace("'", "''", StringComparison.Ordinal);
        yield return secret.Replace("\"", "\"\"", StringComparison.Ordinal);
    }

    static string LowerHex(string encoded) =>
        string.Create(encoded.Length, encoded, static (span, text) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var inEscape = (i >= 1 && text[i - 1] == '%') || (i >= 2 && text[i - 2] == '%');
                span[i] = inEscape ? char.ToLowerInvariant(text[i]) : text[i];
            }
        });
}
