namespace DbGate.Postgres;

/// <summary>How a connection is encrypted and whom it believes.</summary>
/// <param name="Mode">What DbGate's own connection and its client tools ask for.</param>
/// <param name="RootCertificate">The authority's file; null for the machine's own authorities, or when nothing is checked.</param>
sealed record Tls(SslMode Mode, string? RootCertificate)
{
    static readonly string[] SystemBundles =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
        "/opt/homebrew/etc/ca-certificates/cert.pem",
    ];

    /// <summary>
    /// Full verification where the URL asks for it or an authority is known; otherwise what the URL states, raised to
    /// <see cref="SslMode.Require"/> when production demands it. A socket has no TLS, and loopback is exempt from the demand.
    /// </summary>
    public static Tls For(PostgresUrl url, bool demanded)
    {
        var authority = url.RootCertificate is "system" ? null : url.RootCertificate;
        var strict = url.SslAccept == SslAccept.Strict || url.RootCertificate is not null;

        return (url.SslMode, url) switch
        {
            (_, { IsUnixSocket: true }) => new(SslMode.Disable, null),
            (SslMode.VerifyCa, _) => new(SslMode.VerifyCa, authority),
            (SslMode.Disable, _) => new(demanded && !url.IsLocal ? SslMode.Require : SslMode.Disable, null),
            (SslMode.VerifyFull, _) => new(SslMode.VerifyFull, authority),
            _ when strict && url.SslAccept != SslAccept.AcceptInvalidCerts => new(SslMode.VerifyFull, authority),
            (SslMode.Require, _) => new(SslMode.Require, null),
            _ => new(demanded && !url.IsLocal ? SslMode.Require : SslMode.Prefer, null),
        };
    }

    public bool Verifies => Mode is SslMode.VerifyCa or SslMode.VerifyFull;

    /// <summary>
    /// The file for libpq, whose default (~/.postgresql/root.crt) is not the machine's own set of authorities, and which knows
    /// <c>system</c> only from version 16 on.
    /// </summary>
    public string? LibpqRootCertificate =>
        !Verifies
            ? null
            : RootCertificate ?? Environment.GetEnvironmentVariable("SSL_CERT_FILE") ?? Array.Find(SystemBundles, File.Exists) ?? "system";
}
