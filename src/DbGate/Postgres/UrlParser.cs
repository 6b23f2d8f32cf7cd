using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DbGate.Problems;

namespace DbGate.Postgres;

/// <summary>
/// Reads a connection URL, or hands a connection string of .NET on. Where Prisma, libpq and node-postgres would read the same text in
/// different ways it is refused, and no refusal quotes a part that could belong to a badly encoded password.
/// </summary>
static class UrlParser
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static PostgresUrl Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(source);

        DemandOneLine(text, source);
        if (ConnectionStringParser.IsConnectionString(text))
        {
            return ConnectionStringParser.Parse(text, source);
        }

        var rest = AfterScheme(text, source);
        if (rest.Contains('#', StringComparison.Ordinal))
        {
            throw PostgresProblems.UrlNotEncoded(source);
        }

        var end = rest.AsSpan().IndexOfAny('/', '?') is var slash and >= 0 ? slash : rest.Length;
        var authority = rest[..end];
        var at = authority.LastIndexOf('@');
        if (rest.AsSpan(end).Contains('@'))
        {
            throw PostgresProblems.UrlNotEncoded(source);
        }

        var queryAt = rest.IndexOf('?', end);
        var path = rest[end..(queryAt < 0 ? rest.Length : queryAt)];
        var parameters = ReadParameters(queryAt < 0 ? "" : rest[(queryAt + 1)..], source);

        var (user, password, written) = ReadUser(at < 0 ? "" : authority[..at], source);
        var (host, port) = ReadHost(authority[(at + 1)..], parameters, source);

        return new PostgresUrl
        {
            Source = source,
            Host = host,
            Port = port,
            Database = ReadDatabase(path, source),
            User = user,
            Password = password,
            // The host is in its place now, and cannot contradict it later.
            Parameters = parameters.RemoveAll(parameter => parameter.Key == "host"),
            Written = written is null ? [] : [text, written],
        };
    }

    static void DemandOneLine(string text, string source)
    {
        if (text.Length == 0 || text.All(char.IsWhiteSpace))
        {
            throw PostgresProblems.UrlEmpty(source);
        }

        if (text.Any(char.IsControl) || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]))
        {
            throw PostgresProblems.UrlControlCharacters(source);
        }
    }

    static string AfterScheme(string text, string source)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : text[..colon].ToLowerInvariant();

        return scheme switch
        {
            "postgres" or "postgresql" when text.AsSpan(colon).StartsWith("://") => text[(colon + 3)..],
            "prisma" or "prisma+postgres" => throw PostgresProblems.UrlPrismaProxy(source, scheme),
            "mysql" or "mariadb" or "sqlserver" or "mongodb" or "mongodb+srv" or "file" or "sqlite" or "jdbc" or "cockroachdb" or "http"
                or "https" =>
                throw PostgresProblems.UrlScheme(source, scheme),
            _ => throw PostgresProblems.UrlScheme(source, null),
        };
    }

    static (string User, string? Password, string? Written) ReadUser(string userInfo, string source)
    {
        var colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        var user = Decode(colon < 0 ? userInfo : userInfo[..colon], source);
        var written = colon < 0 ? null : userInfo[(colon + 1)..];
        var password = written is null ? null : Decode(written, source);

        return user.Length == 0
            ? throw PostgresProblems.UrlPartMissing(source, "user", "postgresql://USER:PASSWORD@HOST:5432/DATABASE")
            : (user, password is "" ? null : password, password is "" ? null : written);
    }

    static (string Host, int Port) ReadHost(string written, ImmutableArray<KeyValuePair<string, string>> parameters, string source)
    {
        var overriding = parameters.FirstOrDefault(parameter => parameter.Key == "host").Value;
        if (written.Contains(',', StringComparison.Ordinal) || overriding?.Contains(',', StringComparison.Ordinal) == true)
        {
            throw PostgresProblems.UrlSeveralHosts(source);
        }

        var bracket = written.LastIndexOf(']');
        var colon = written.IndexOf(':', bracket + 1);
        var name = colon < 0 ? written : written[..colon];
        var port = colon < 0 ? PostgresUrl.DefaultPort : ReadPort(written[(colon + 1)..], source);
        var host = overriding ?? (name.StartsWith('[') && name.EndsWith(']') ? ReadAddress(name[1..^1], source) : Decode(name, source));

        return host.Length == 0
            ? throw PostgresProblems.UrlPartMissing(source, "host", "postgresql://USER:PASSWORD@HOST:5432/DATABASE")
            : (IsHost(host) ? host : throw PostgresProblems.UrlHost(source), port);
    }

    static string ReadAddress(string text, string source)
    {
        var address = Decode(text, source);
        return IsVersion6(address) ? address : throw PostgresProblems.UrlHost(source);
    }

    static bool IsVersion6(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    internal static bool IsHost(string host) =>
        host.StartsWith('/') || IsVersion6(host) || host.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '.' or '_');

    static int ReadPort(string text, string source) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : throw PostgresProblems.UrlPort(source);

    static string ReadDatabase(string path, string source)
    {
        var written = path.StartsWith('/') ? path[1..] : path;
        if (written.Contains('/', StringComparison.Ordinal))
        {
            throw PostgresProblems.UrlNotEncoded(source);
        }

        var database = Decode(written, source);
        return database.Length == 0
            ? throw PostgresProblems.UrlPartMissing(source, "database", "postgresql://USER:PASSWORD@HOST:5432/DATABASE")
            : database;
    }

    static ImmutableArray<KeyValuePair<string, string>> ReadParameters(string query, string source)
    {
        var parameters = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);

        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            // As in a form, and as Prisma and node-postgres read it, '+' is a space.
            var parts = pair.Replace('+', ' ').Split('=', 2);
            var key = Decode(parts[0], source);
            if (parts.Length == 1 || key.Length == 0)
            {
                throw PostgresProblems.UrlNotEncoded(source);
            }

            var value = Decode(parts[1], source);
            Accept(key, value, source);
            if (!seen.Add(key))
            {
                throw PostgresProblems.UrlDuplicateKey(source, Shown(key));
            }

            parameters.Add(new(key, value));
        }

        return parameters.ToImmutable();
    }

    static void Accept(string key, string value, string source)
    {
        if (UrlParameters.IsAmbiguous(key))
        {
            throw PostgresProblems.UrlAmbiguousKey(source, key);
        }

        if (UrlParameters.Demand(key, value) is { } demand)
        {
            throw PostgresProblems.UrlParameter(source, key, demand);
        }
    }

    // An unknown key may be a piece of a password that was not encoded.
    static string Shown(string key) => UrlParameters.IsKnown(key) ? key : "a parameter";

    /// <summary>Percent-decoding that accepts neither a broken escape, nor bytes that are no UTF-8, nor control characters.</summary>
    static string Decode(string text, string source)
    {
        if (!text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        try
        {
            var decoded = Strict.GetString(Unescape(Strict.GetBytes(text), source));
            return decoded.Any(char.IsControl) ? throw PostgresProblems.UrlControlCharacters(source) : decoded;
        }
        catch (ArgumentException)
        {
            throw PostgresProblems.UrlPercentEncoding(source);
        }
    }

    static ReadOnlySpan<byte> Unescape(byte[] bytes, string source)
    {
        var length = 0;
        for (var i = 0; i < bytes.Length; i++, length++)
        {
            bytes[length] = bytes[i];
            if (bytes[i] == '%')
            {
                bytes[length] =
                    i + 2 < bytes.Length
                        && byte.TryParse(
                            bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : throw PostgresProblems.UrlPercentEncoding(source);
                i += 2;
            }
        }

        return bytes.AsSpan(0, length);
    }
}
