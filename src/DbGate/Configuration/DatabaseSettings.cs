using static DbGate.Configuration.SettingClass;
using static DbGate.Configuration.ValueReaders;

namespace DbGate.Configuration;

/// <summary>Where the databases are.</summary>
static class DatabaseSettings
{
    /// <summary>The name of the variable that holds the target's URL, for pipelines with names of their own.</summary>
    public static readonly Setting<string> DatabaseUrlVariable = new(
        "databaseUrlVariable", [], "name of the variable that holds the database URL", Text, "")
    {
        Class = Guarding,
    };

    /// <summary>The target's URL.</summary>
    public static readonly Setting<string> DatabaseUrl =
        SecretSetting.Create(
            Guarding, "databaseUrl", "DATABASE_URL",
            "the target's URL; production reads DATABASE_URL_PROD first, staging DATABASE_URL_STAGING");

    /// <summary>Production's URL.</summary>
    public static readonly Setting<string> DatabaseUrlProduction =
        SecretSetting.Create(Guarding, "databaseUrlProd", "DATABASE_URL_PROD", "production's URL");

    /// <summary>Staging's URL.</summary>
    public static readonly Setting<string> DatabaseUrlStaging =
        SecretSetting.Create(Guarding, "databaseUrlStaging", "DATABASE_URL_STAGING", "staging's URL");

    /// <summary>The URL that bypasses a pooler.</summary>
    public static readonly Setting<string> DirectUrl =
        SecretSetting.Create(Guarding, "directUrl", "DIRECT_URL", "the target's direct URL, required when the other URL leads to a pooler");

    /// <summary>Where restore tests and rehearsals may restore.</summary>
    public static readonly Setting<string> TestDatabaseUrl =
        SecretSetting.Create(
            Guarding, "testDatabaseUrl", "TEST_DATABASE_URL",
            "database that restore tests and rehearsals may overwrite; default: a throwaway server (docs/guides/scratch-servers.md)");

    /// <summary>A read replica of the target.</summary>
    public static readonly Setting<string> ReadReplicaUrl =
        SecretSetting.Create(Guarding, "readReplicaUrl", "DATABASE_READ_REPLICA_URL", "read replica of the target; checked when set");

    /// <summary>The application's pool limit.</summary>
    public static readonly Setting<string> MaxConnections = new(
        "maxConnections", ["DATABASE_MAX_CONNECTIONS"], "the application's connection limit, 1 to 100", Text, "")
    {
        Class = Operational,
    };
}
