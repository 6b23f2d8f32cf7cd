namespace DbGate.Postgres;

/// <summary>The values of <c>sslmode</c> in a connection URL, in libpq's sense.</summary>
enum SslMode
{
    /// <summary>Plain text only.</summary>
    Disable,

    /// <summary>Plain text first, TLS when the server insists.</summary>
    Allow,

    /// <summary>TLS first, plain text when the server has none.</summary>
    Prefer,

    /// <summary>Encrypted; the server's certificate is not checked.</summary>
    Require,

    /// <summary>Encrypted, and the certificate was issued by a known authority.</summary>
    VerifyCa,

    /// <summary>Encrypted, issued by a known authority, and for this host name.</summary>
    VerifyFull,
}

/// <summary>Prisma's <c>sslaccept</c>.</summary>
enum SslAccept
{
    /// <summary>The certificate must be valid.</summary>
    Strict,

    /// <summary>Any certificate will do.</summary>
    AcceptInvalidCerts,
}
