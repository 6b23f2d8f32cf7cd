using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;
using DbGate.Problems;
using Npgsql;

namespace DbGate.Postgres;

/// <summary>
/// Reads a connection string of .NET (<c>Host=…;Database=…</c>) as Npgsql does, and refuses what a URL cannot carry. Npgsql's
/// exceptions may quote a value: none of them is passed on.
/// </summary>
static partial class ConnectionStringParser
{
    /// <summary>What becomes a part of the URL.</summary>
    static readonly FrozenSet<string> Carried =
    [
        "Host", "Port", "Database", "Username", "Password", "SSL Mode", "Root Certificate", "SSL Certificate", "SSL Key", "SSL Password",
        "Channel Binding", "Timeout", "Options", "Search Path", "Timezone",
    ];

    /// <summary>What only concerns the application's own pool, buffers and errors: the same database is reached without it.</summary>
    static readonly FrozenSet<string> Harmless =
    [
        "Application Name", "Array Nullability Mode", "Auto Prepare Min Usages", "Cancellation Timeout", "Client Encoding",
        "Command Timeout", "Connection Idle Lifetime", "Connection Lifetime", "Connection Pruning Interval", "Encoding", "Enlist",
        "Host Recheck Seconds", "Include Error Detail", "Include Failed Batched Command", "Internal Command Timeout", "Keepalive",
        "Load Balance Hosts", "Load Table Composites", "Log Parameters", "Max Auto Prepare", "Maximum Pool Size", "Minimum Pool Size",
        "Multiplexing", "No Reset On Close", "Persist Security Info", "Pooling", "Read Buffer Size", "Server Compatibility Mode",
        "Socket Receive Buffer Size", "Socket Send Buffer Size", "TCP Keepalive", "TCP Keepalive Interval", "TCP Keepalive Time",
        "Trust Server Certificate", "Write Buffer Size", "Write Coalescing Buffer Threshold Bytes",
    ];

    /// <summary>The text begins with a key that Npgsql knows; any other text could be a secret of another kind.</summary>
    public static bool IsConnectionString(string text) =>
        Start().Match(text) is { Success: true } start && new NpgsqlConnectionStringBuilder().ContainsKey(start.Groups[1].Value.Trim());

    public static PostgresUrl Parse(string text, string source)
    {
        var read = Read(text, source);
        var (host, port) = ReadHost(read, source);
        var password = Given(read.Password);
        return WithSession(
            new PostgresUrl
            {
                Source = source,
                IsFromConnectionString = true,
                Host = host,
                Port = port,
                Database = Given(read.Database) ?? throw PostgresProblems.ConnectionStringPartMissing(source, "Database"),
                User = Given(read.Username) ?? throw PostgresProblems.ConnectionStringPartMissing(source, "Username"),
                Password = password,
                Parameters = [.. Parameters(read)],
                Written = password is null && Given(read.SslPassword) is null ? [] : [text],
            },
            read);
    }

    static NpgsqlConnectionStringBuilder Read(string text, string source)
    {
        var read = new NpgsqlConnectionStringBuilder();
        var defaults = new NpgsqlConnectionStringBuilder();
        var seen = new HashSet<string>(StringComparer.Ordinal);

        foreach (var (key, value) in Split(text, source))
        {
            if (!read.ContainsKey(key))
            {
                throw PostgresProblems.ConnectionStringUnknownKey(
                    source, IsBeforePasswords(key, text) ? $"the key {key}" : "a key behind the password");
            }

            var name = Set(read, key, value, source);
            if (!seen.Add(name))
            {
                throw PostgresProblems.UrlDuplicateKey(source, name);
            }

            if (!Carried.Contains(name) && !IsHarmless(name, read) && !Equals(read[name], defaults[name]))
            {
                throw PostgresProblems.ConnectionStringKey(source, name);
            }
        }

        return read;
    }

    /// <summary>Behind a password the key may be a piece of it that was not quoted.</summary>
    static bool IsBeforePasswords(string key, string text) =>
        Regex.IsMatch(
            Passwords().Match(text) is { Success: true } first ? text[..first.Index] : text, $@"(?:\A|;)\s*{Regex.Escape(key)}\s*=",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    /// <summary>DbGate uses no GSS encryption, and checks itself that the server is not a standby.</summary>
    static bool IsHarmless(string name, NpgsqlConnectionStringBuilder read) => name switch
    {
        "GSS Encryption Mode" => read.GssEncryptionMode != GssEncryptionMode.Require,
        "Target Session Attributes" => read.TargetSessionAttributes?.ToUpperInvariant() is "ANY" or "PRIMARY" or "PREFER-PRIMARY"
            or "READ-WRITE",
        _ => Harmless.Contains(name),
    };

    static IEnumerable<KeyValuePair<string, string>> Split(string text, string source)
    {
        try
        {
            var pairs = new DbConnectionStringBuilder { ConnectionString = text };
            return [.. pairs.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, $"{pairs[key]}"))];
        }
        catch (ArgumentException)
        {
            throw PostgresProblems.ConnectionStringSyntax(source);
        }
    }

    /// <returns>The key's own name, whichever of its names the text has.</returns>
    static string Set(NpgsqlConnectionStringBuilder read, string key, string value, string source)
    {
        try
        {
            read[key] = value;
            return new NpgsqlConnectionStringBuilder { [key] = value }.Keys.Cast<string>().First();
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            throw PostgresProblems.UrlParameter(source, key, Demand(key));
        }
    }

    static string Demand(string key) => key.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant() switch
    {
        "SSLMODE" => $"one of {string.Join(", ", Enum.GetNames<Npgsql.SslMode>())}",
        "PORT" => "a number between 1 and 65535",
        "TIMEOUT" => "whole seconds",
        "CHANNELBINDING" => "Disable, Prefer or Require",
        _ => "a value that Npgsql accepts",
    };

    /// <summary>As in Npgsql a port behind the host's name is stronger than the key Port.</summary>
    static (string Host, int Port) ReadHost(NpgsqlConnectionStringBuilder read, string source)
    {
        var written = Given(read.Host) ?? throw PostgresProblems.ConnectionStringPartMissing(source, "Host");
        if (written.Contains(',', StringComparison.Ordinal))
        {
            throw PostgresProblems.UrlSeveralHosts(source);
        }

        var parts = HostAndPort().Match(written);
        var host = parts.Success ? parts.Groups["host"].Value.Trim('[', ']') : written;
        var port = parts.Success && parts.Groups["port"].Value is { Length: > 0 } digits
            ? int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var own) ? own : 0
            : read.Port;
        return !UrlParser.IsHost(host) ? throw PostgresProblems.UrlHost(source)
            : port is <= 0 or > 65535 ? throw PostgresProblems.UrlParameter(source, "Port", Demand("Port"))
            : (host, port);
    }

    static IEnumerable<KeyValuePair<string, string>> Parameters(NpgsqlConnectionStringBuilder read)
    {
        var certificate = Given(read.SslCertificate);
        var isIdentity = Path.GetExtension(certificate)?.ToUpperInvariant() is ".PFX" or ".P12";
        var hasMode = read.Keys.Cast<string>().Contains("SSL Mode");
        (string Key, string? Value)[] parameters =
        [
            ("sslmode", hasMode ? UrlParameters.SslModes.First(mode => $"{mode.Value}".Equals($"{read.SslMode}", Letters)).Key : null),
            ("sslrootcert", Given(read.RootCertificate)),
            (isIdentity ? "sslidentity" : "sslcert", certificate),
            // A PEM file without a key of its own next to it holds both.
            ("sslkey", Given(read.SslKey) ?? (isIdentity ? null : certificate)),
            ("sslpassword", Given(read.SslPassword)),
            ("channel_binding", read.Keys.Cast<string>().Contains("Channel Binding") ? $"{read.ChannelBinding}".ToLowerInvariant() : null),
            ("connect_timeout", read.Keys.Cast<string>().Contains("Timeout") ? $"{read.Timeout}" : null),
            ("options", Given(read.Options)),
            // The one schema is Prisma's, too; the whole path is in the options.
            ("schema", read.SearchPath is { } path && Schema().IsMatch(path) ? path : null),
        ];
        return parameters.Where(one => one.Value is not null).Select(one => KeyValuePair.Create(one.Key, one.Value!));
    }

    /// <summary>What Npgsql sets for every session.</summary>
    static PostgresUrl WithSession(PostgresUrl url, NpgsqlConnectionStringBuilder read)
    {
        var placed = Given(read.SearchPath) is { } path ? url.WithServerSetting("search_path", path) : url;
        return Given(read.Timezone) is { } zone ? placed.WithServerSetting("TimeZone", zone) : placed;
    }

    const StringComparison Letters = StringComparison.OrdinalIgnoreCase;

    static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;

    [GeneratedRegex(@"\A\s*([A-Za-z][A-Za-z ]*)=")]
    private static partial Regex Start();

    [GeneratedRegex("pass|pwd|psw", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Passwords();

    [GeneratedRegex(@"\A(?<host>\[[^\]]+\]|[^:/]+)(?::(?<port>[0-9]+))?\z")]
    private static partial Regex HostAndPort();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_]*\z")]
    private static partial Regex Schema();
}
