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
        var settings = Address(url, options.DemandTls);
        settings.ApplicationName = options.ApplicationName;
        settings.ChannelBinding = Enum.TryParse<ChannelBinding>(url.ChannelBinding, ignoreCase: true, out var binding)
            ? binding
            : ChannelBinding.Prefer;
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.Timeout = WholeSeconds(ConnectTimeout(url, options));
        settings.CommandTimeout = WholeSeconds(options.CommandTimeout);
        settings.CancellationTimeout = (int)options.CancelTimeout.TotalMilliseconds;
        settings.TcpKeepAlive = true;
        settings.Pooling = false;
        settings.Enlist = false;
        // The server's own words; they hold no password, and a person needs them.
        settings.IncludeErrorDetail = true;
        settings.IncludeFailedBatchedCommand = true;

        var source = new NpgsqlDataSourceBuilder(settings.ConnectionString);

        // Reading all of a database's types takes longer than many a session lives, and DbGate's own queries return built-in types only.
        source.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return source.Build();
    }

    /// <summary>The same address for a program of .NET, as a connection string.</summary>
    public static string ConnectionString(PostgresUrl url) => Address(url, false).ConnectionString;

    static NpgsqlConnectionStringBuilder Address(PostgresUrl url, bool demandTls)
    {
        var tls = Tls.For(url, demandTls);
        return new()
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
        };
    }

    // Npgsql takes 0 as no limit; every wait of DbGate has one.
    static int WholeSeconds(TimeSpan time) => (int)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, 1024 * 1024);
}
