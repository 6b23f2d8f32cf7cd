using DbGate.Postgres;

namespace DbGate.Migrations.Tools;

/// <summary>
/// The variables by which a tool's command gets the target's address: libpq's, and those of the tools that take a URL of their own kind. So
/// the address never is an argument, which other users of the machine can read.
/// </summary>
static class ToolVariables
{
    /// <summary>Adds them to the environment of a command.</summary>
    public static IReadOnlyDictionary<string, string?> Add(IReadOnlyDictionary<string, string?> environment, PostgresUrl url)
    {
        var (host, port, database) = (url.Host, url.Port, url.Database);
        return new Dictionary<string, string?>(environment)
        {
            ["PGHOST"] = host,
            ["PGPORT"] = $"{port}",
            ["PGDATABASE"] = database,
            ["PGUSER"] = url.User,
            ["PGPASSWORD"] = url.Password,
            ["ConnectionStrings__DefaultConnection"] = url.ToConnectionString(),
            ["GOOSE_DRIVER"] = "postgres",
            ["GOOSE_DBSTRING"] = url.Reveal(),
            ["FLYWAY_URL"] = $"jdbc:postgresql://{host}:{port}/{database}",
            ["FLYWAY_USER"] = url.User,
            ["FLYWAY_PASSWORD"] = url.Password,
            ["LIQUIBASE_COMMAND_URL"] = $"jdbc:postgresql://{host}:{port}/{database}",
            ["LIQUIBASE_COMMAND_USERNAME"] = url.User,
            ["LIQUIBASE_COMMAND_PASSWORD"] = url.Password,
        };
    }
}
