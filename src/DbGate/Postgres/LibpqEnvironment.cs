using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Postgres;

/// <summary>
/// What <c>psql</c>, <c>pg_dump</c> and <c>pg_restore</c> need to reach a URL's database: <c>PG…</c> variables and, for the password, a
/// file that only its owner can read and that goes away with this object. No secret is in the variables themselves.
/// </summary>
sealed class LibpqEnvironment : IAsyncDisposable
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Whatever the caller's own environment states must not reach the child: it would override what the URL states.
    static readonly string[] Cleared =
    [
        "PGHOSTADDR", "PGREQUIREPEER", "PGREQUIREAUTH", "PGREQUIRESSL", "PGSERVICE", "PGSERVICEFILE", "PGSSLCERT",
        "PGSSLKEY", "PGSSLROOTCERT", "PGSSLCRL", "PGSSLCRLDIR", "PGSSLNEGOTIATION", "PGOPTIONS", "PGCHANNELBINDING",
        "PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS", "PGGSSENCMODE", "PGDATESTYLE", "PGTZ", "PGGEQO", "PGCLIENTENCODING",
    ];

    readonly RunFolder folder;

    LibpqEnvironment(RunFolder folder, PostgresUrl url, IReadOnlyDictionary<string, string?> variables) =>
        (this.folder, Variables, Secrets) = (folder, variables, WithPassword(url).Secrets);

    /// <summary>What to set in the child's environment; a null value means that the variable must not be there.</summary>
    public IReadOnlyDictionary<string, string?> Variables { get; }

    /// <summary>What must not be in the child's words, in every spelling.</summary>
    internal IReadOnlyList<string> Secrets { get; }

    /// <summary>Writes the files and collects the variables. Dispose to delete the files.</summary>
    /// <exception cref="GateException">A file could not be written, or a client certificate not be read.</exception>
    public static Task<LibpqEnvironment> CreateAsync(PostgresUrl url, CancellationToken cancellationToken) =>
        CreateAsync(url, demandTls: false, cancellationToken);

    /// <inheritdoc cref="CreateAsync(PostgresUrl, CancellationToken)"/>
    /// <param name="url">Where to connect.</param>
    /// <param name="demandTls">Plain text is refused, whatever the URL states; as <see cref="SessionOptions.DemandTls"/>.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<LibpqEnvironment> CreateAsync(PostgresUrl url, bool demandTls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);

        RunFolder? folder = null;
        try
        {
            folder = RunFolder.Create();
            var variables = await ReadVariablesAsync(url, demandTls, folder.Path, cancellationToken);
            return new LibpqEnvironment(folder, url, variables);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            folder?.Dispose();
            throw PostgresProblems.SecretFile(url, fault);
        }
        catch
        {
            folder?.Dispose();
            throw;
        }
    }

    /// <summary>Deletes the files.</summary>
    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    static async Task<Dictionary<string,
        string?>> ReadVariablesAsync(PostgresUrl url, bool demandTls, string folder, CancellationToken cancellationToken)
    {
        var tls = Tls.For(url, demandTls);
        var variables = Cleared.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);

        variables["PGHOST"] = url.Host;
        variables["PGPORT"] = url.Port.ToString(CultureInfo.InvariantCulture);
        variables["PGDATABASE"] = url.Database;
        variables["PGUSER"] = url.User;
        variables["PGAPPNAME"] = "dbgate";
        variables["PGCONNECT_TIMEOUT"] = "15";
        variables["PGSSLMODE"] = UrlParameters.SslModes.First(mode => mode.Value == tls.Mode).Key;
        variables["PGSSLROOTCERT"] = tls.LibpqRootCertificate;
        variables["PGOPTIONS"] = url.Options;
        variables["PGCHANNELBINDING"] = url.ChannelBinding;
        (variables["PGSSLCERT"], variables["PGSSLKEY"]) = await WriteClientCertificateAsync(url, folder, cancellationToken);

        if (WithPassword(url) is { Password: not null } complete)
        {
            variables["PGPASSWORD"] = null;
            variables["PGPASSFILE"] = await WriteAsync(folder, "pass", PassFile.Text(complete), cancellationToken);
        }
        else if (Own("PGPASSFILE") is { } file)
        {
            variables["PGPASSFILE"] = file;
        }

        return variables;
    }

    // Without a password in the URL the user's own counts, as it does for a Session: PGPASSWORD, PGPASSFILE, and ~/.pgpass, which libpq
    // finds itself.
    static PostgresUrl WithPassword(PostgresUrl url) => url with { Password = url.Password ?? Own("PGPASSWORD") };

    static string? Own(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    // libpq reads PEM only; Prisma's identity is PKCS 12.
    static async Task<(string? Certificate, string? Key)> WriteClientCertificateAsync(PostgresUrl url, string folder,
        CancellationToken cancellationToken)
    {
        if (url.ClientIdentity is null)
        {
            return (url.ClientCertificate, url.ClientKey);
        }

        using var identity =
            X509CertificateLoader.LoadPkcs12FromFile(url.ClientIdentity, url.ClientIdentityPassword, X509KeyStorageFlags.Exportable);
        using var key = (AsymmetricAlgorithm?)identity.GetRSAPrivateKey() ?? identity.GetECDsaPrivateKey()
            ?? throw new CryptographicException("The client certificate has neither an RSA nor an ECDSA key.");

        return (
            await WriteAsync(folder, "client.crt", identity.ExportCertificatePem(), cancellationToken),
            await WriteAsync(folder, "client.key", key.ExportPkcs8PrivateKeyPem(), cancellationToken));
    }

    static async Task<string> WriteAsync(string folder, string name, string text, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
        return path;
    }
}
