using System.Data.Common;
using DbGate.Targets;

namespace DbGate.Postgres;

/// <summary>What the server states about itself, the database, and this session.</summary>
sealed record ServerFacts
{
    // Roles travel as one text: what Npgsql needs for arrays takes it longer, in a process that has just started, than all else of this
    // query.
    const string Query =
        """
        SELECT current_setting('server_version_num')::int, version(), pg_is_in_recovery(),
               current_setting('default_transaction_read_only')::bool, d.oid, d.datname::text, pg_encoding_to_char(d.encoding)::text,
               d.datcollate::text, d.datctype::text, to_jsonb(d) ->> 'datlocprovider', coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale'),
               current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int,
               coalesce(s.ssl, false), s.version, r.rolname::text, r.rolsuper, r.rolbypassrls, pg_backend_pid(), clock_timestamp(),
               has_function_privilege('pg_control_system()', 'EXECUTE'),
               array_to_string(ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname = ANY(string_to_array($1, ',')) ORDER BY 1), ',')
        FROM pg_database d
        LEFT JOIN pg_stat_ssl s ON s.pid = pg_backend_pid()
        LEFT JOIN pg_roles r ON r.rolname = current_user
        WHERE d.datname = current_database()
        """;

    /// <summary>
    /// Who this is; null when <see cref="SystemIdentifier"/> may not be read. An unknown identity can prove nothing: block.
    /// </summary>
    public TargetIdentity? Identity =>
        SystemIdentifier is null ? null : new(SystemIdentifier, DatabaseOid, DatabaseName, ServerVersion, InRecovery);

    /// <summary>Of the cluster; null when this role may not execute <c>pg_control_system()</c>.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>150018 is 15.18.</summary>
    public required int ServerVersion { get; init; }

    /// <summary>15 of 15.18: what the client tools must match.</summary>
    public int ServerMajor => ServerVersion / 10000;

    /// <summary>The server's full sentence about its version and build.</summary>
    public required string VersionText { get; init; }

    /// <summary>A replica, or a primary that is still recovering.</summary>
    public required bool InRecovery { get; init; }

    /// <summary><c>default_transaction_read_only</c> is on: migrations would fail.</summary>
    public required bool ReadOnly { get; init; }

    /// <summary>Of the connected database.</summary>
    public required uint DatabaseOid { get; init; }

    /// <summary>Of the connected database; a pooler's alias resolves here.</summary>
    public required string DatabaseName { get; init; }

    /// <summary><c>UTF8</c>, <c>SQL_ASCII</c> …</summary>
    public required string Encoding { get; init; }

    /// <summary><c>LC_COLLATE</c>.</summary>
    public required string Collate { get; init; }

    /// <summary><c>LC_CTYPE</c>.</summary>
    public required string CType { get; init; }

    /// <summary><c>c</c> libc, <c>i</c> ICU, <c>b</c> builtin; null before PostgreSQL 15.</summary>
    public string? LocaleProvider { get; init; }

    /// <summary>The locale of ICU or the builtin provider.</summary>
    public string? ProviderLocale { get; init; }

    /// <summary>How many connections the server takes.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>How many of them only a superuser gets.</summary>
    public required int ReservedConnections { get; init; }

    /// <summary>This very session is encrypted, as the server sees it. Behind a pooler: the pooler's session.</summary>
    public required bool Encrypted { get; init; }

    /// <summary>E.g. <c>TLSv1.3</c>.</summary>
    public string? TlsVersion { get; init; }

    /// <summary>The role that statements run as.</summary>
    public required string Role { get; init; }

    /// <summary>The role is a superuser.</summary>
    public required bool IsSuperuser { get; init; }

    /// <summary>Row security does not apply to the role, so that a dump is complete.</summary>
    public required bool BypassesRowSecurity { get; init; }

    /// <summary>The backend that answered; another than <see cref="Session.BackendPid"/> when something is between.</summary>
    public required int BackendPid { get; init; }

    /// <summary>The server's clock.</summary>
    public required DateTimeOffset ServerTime { get; init; }

    /// <summary>Whose service this is.</summary>
    public required HostedService Service { get; init; }

    /// <summary>Reads all of it in two round trips, outside of or within a transaction.</summary>
    /// <exception cref="PostgresFault">The server refused.</exception>
    /// <exception cref="Problems.GateException">The connection broke or the time is over.</exception>
    public static async Task<ServerFacts> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);

        var rows =
            await session.QueryAsync(
                Query, row =>
                    (Facts: Read(row, session.Url), MayIdentify: row.GetBoolean(20)), cancellationToken,
                        string.Join(',', HostedServices.Roles));
        var (facts, mayIdentify) = rows[0];

        // The right is asked for first: a refusal would abort the caller's transaction.
        return mayIdentify
            ? facts with { SystemIdentifier =
                await session.ScalarAsync<string>("SELECT system_identifier::text FROM pg_control_system()", cancellationToken) }
            : facts;
    }

    /// <summary>The identity, or the problem that it cannot be known.</summary>
    /// <exception cref="Problems.GateException">DBG0045: the role may not read the system identifier.</exception>
    public TargetIdentity RequireIdentity(PostgresUrl url) => Identity ?? throw PostgresProblems.IdentityUnknown(url, Role);

    static ServerFacts Read(DbDataReader row, PostgresUrl url) => new()
    {
        ServerVersion = row.GetInt32(0),
        VersionText = row.GetString(1),
        InRecovery = row.GetBoolean(2),
        ReadOnly = row.GetBoolean(3),
        DatabaseOid = row.GetFieldValue<uint>(4),
        DatabaseName = row.GetString(5),
        Encoding = row.GetString(6),
        Collate = row.GetString(7),
        CType = row.GetString(8),
        LocaleProvider = row.Optional<string>(9),
        ProviderLocale = row.Optional<string>(10),
        MaxConnections = row.GetInt32(11),
        ReservedConnections = row.GetInt32(12),
        Encrypted = row.GetBoolean(13),
        TlsVersion = row.Optional<string>(14),
        Role = row.GetString(15),
        IsSuperuser = row.GetBoolean(16),
        BypassesRowSecurity = row.GetBoolean(17),
        BackendPid = row.GetInt32(18),
        ServerTime = row.GetFieldValue<DateTimeOffset>(19),
        Service = HostedServices.Recognize(url, row.GetString(21).Split(',', StringSplitOptions.RemoveEmptyEntries)),
    };
}
