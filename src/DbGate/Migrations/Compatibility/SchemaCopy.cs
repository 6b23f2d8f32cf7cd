using DbGate.Postgres;

namespace DbGate.Migrations.Compatibility;

/// <summary>A scratch database with the schema before the migrations.</summary>
/// <param name="Admin">A superuser there.</param>
/// <param name="Schema">The schema of the deploy, for the search path.</param>
sealed record SchemaCopy(PostgresUrl Admin, string Schema)
{
    /// <summary>Opens a session of the role that deploys. Whatever a protected database asks for is already given.</summary>
    public required Func<CancellationToken, Task<Session>> OpenDeploy { get; init; }

    /// <summary>The URL of a role that the running release uses; null when the scratch server does not have it.</summary>
    public required Func<string, PostgresUrl?> RoleUrl { get; init; }
}
