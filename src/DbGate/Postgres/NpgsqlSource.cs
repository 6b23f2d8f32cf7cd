using Npgsql;

namespace DbGate.Postgres;

/// <summary>A URL in Npgsql's words.</summary>
static class NpgsqlSource
{
    static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(15);

    public static TimeSpan ConnectTimeout(PostgresUrl url, SessionOptions options) =>
        options.ConnectTimeout ?? (url.ConnectTimeout is { Ticks: > 0 } own ? own : DefaultConnectTimeout);

    public static NpgsqlDataSource Create(PostgresUrl url, SessionOptions options)
    {
        var tls = Tls.For(url, options.DemandTls);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Database = url.Database,
            Username = url.User,
            Password = url.Password,
            ApplicationName = options.ApplicationName,
            Options = url.Options,
            SslMode = Enum.Parse<Npgsql.SslMode>(tls.Mode.ToString(), ignoreCase: true),
            RootCertificate = tls.RootCertificate,
            SslCertificate = url.ClientIdentity ?? url.ClientCertificate,
            SslKey = url.ClientKey,
            SslPassword = url.ClientIdentityPassword,
            ChannelBinding = Enum.TryParse<ChannelBinding>(url.ChannelBinding, ignoreCase: true, out var binding)
                ? binding
                : ChannelBinding.Prefer,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timeout = WholeSeconds(ConnectTimeout(url, options)),
            CommandTimeout = WholeSeconds(options.CommandTimeout),
            CancellationTimeout = (int)options.CancelTimeout.TotalMilliseconds,
            TcpKeepAlive = true,
            Pooling = false,
            Enlist = false,
            // The server's own words; they hold no password, and a person needs them.
            IncludeErrorDetail = true,
            IncludeFailedBatchedCommand = true,
        };

        var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);

        // Reading all of a database's types takes longer than many a session lives, and DbGate's own queries return built-in types only.
        source.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return source.Build();
    }

    /// <summary>The same address for a program of .NET, as a connection string.</summary>
    public static string ConnectionString(PostgresUrl url)
    {
        var tls = Tls.For(url, false);
        return new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.Port,
            Database = url.Database,
            Username = url.User,
            Password = url.Password,
            Options = url.Options,
            SslMode = Enum.Parse<Npgsql.SslMode>(tls.Mode.ToString(), ignoreCase: true),
            RootCertificate = tls.RootCertificate,
            SslCertificate = url.ClientIdentity ?? url.ClientCertificate,
            SslKey = url.ClientKey,
            SslPassword = url.ClientIdentityPassword,
        }.ConnectionString;
    }

    // Npgsql takes 0 as "for ever", which no wait of DbGate is.
    static int WholeSeconds(TimeSpan time) => (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, 1024 * 1024);
}
