namespace DbGate.Postgres;

/// <summary>Whose service a database runs on: it decides what can be asked of the server and where the direct endpoint is.</summary>
enum HostedService
{
    /// <summary>Not recognized; most likely a server of one's own.</summary>
    Unknown,

    /// <summary>On this machine.</summary>
    Local,

    /// <summary>Neon (and Vercel Postgres, which is Neon).</summary>
    Neon,

    /// <summary>Amazon RDS or Aurora.</summary>
    AmazonRds,

    /// <summary>Google Cloud SQL.</summary>
    CloudSql,

    /// <summary>Supabase.</summary>
    Supabase,

    /// <summary>Heroku Postgres.</summary>
    Heroku,

    /// <summary>Azure Database for PostgreSQL.</summary>
    Azure,

    /// <summary>Prisma Postgres.</summary>
    PrismaPostgres,

    /// <summary>DigitalOcean Managed Databases.</summary>
    DigitalOcean,

    /// <summary>Render.</summary>
    Render,

    /// <summary>Railway.</summary>
    Railway,

    /// <summary>Aiven.</summary>
    Aiven,
}

/// <summary>Recognizes a <see cref="HostedService"/> by the host's name and by roles that only this service's servers have.</summary>
static class HostedServices
{
    static readonly (string Suffix, HostedService Service)[] Hosts =
    [
        (".neon.tech", HostedService.Neon),
        (".rds.amazonaws.com", HostedService.AmazonRds),
        (".rds.amazonaws.com.cn", HostedService.AmazonRds),
        (".supabase.co", HostedService.Supabase),
        (".supabase.com", HostedService.Supabase),
        (".postgres.database.azure.com", HostedService.Azure),
        (".prisma.io", HostedService.PrismaPostgres),
        (".db.ondigitalocean.com", HostedService.DigitalOcean),
        (".render.com", HostedService.Render),
        (".rlwy.net", HostedService.Railway),
        (".railway.internal", HostedService.Railway),
        (".aivencloud.com", HostedService.Aiven),
    ];

    static readonly (string Role, HostedService Service)[] Marks =
    [
        ("neon_superuser", HostedService.Neon),
        ("rds_superuser", HostedService.AmazonRds),
        ("cloudsqlsuperuser", HostedService.CloudSql),
        ("supabase_admin", HostedService.Supabase),
        ("azure_pg_admin", HostedService.Azure),
    ];

    public static IEnumerable<string> Roles => Marks.Select(mark => mark.Role);

    public static HostedService Recognize(PostgresUrl url, IReadOnlyCollection<string> roles) =>
        ByHost(url) is var named && named is not (HostedService.Unknown or HostedService.Local)
            ? named
            : Array.Find(Marks, mark => roles.Contains(mark.Role)) is (not null, var marked) ? marked : named;

    public static HostedService ByHost(PostgresUrl url) => url.Host switch
    {
        _ when url.Host.StartsWith("/cloudsql/", StringComparison.Ordinal) => HostedService.CloudSql,
        _ when url.IsLocal => HostedService.Local,
        // Heroku's names are those of the machines.
        _ when url.Host.StartsWith("ec2-", StringComparison.OrdinalIgnoreCase) && Ends(url, ".amazonaws.com") => HostedService.Heroku,
        _ => Array.Find(Hosts, host => Ends(url, host.Suffix)).Service,
    };

    static bool Ends(PostgresUrl url, string suffix) => url.Host.TrimEnd('.').EndsWith(suffix, StringComparison.OrdinalIgnoreCase);
}
