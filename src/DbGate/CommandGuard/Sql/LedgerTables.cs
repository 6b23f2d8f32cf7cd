using DbGate.Statements.Parsing;

namespace DbGate.CommandGuard.Sql;

/// <summary>The tables in which migration tools record what was applied.</summary>
static class LedgerTables
{
    static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "_prisma_migrations", "__EFMigrationsHistory", "schemaversions", "versioninfo", "changelog", "scriptsrun", "scriptsrunerrors",
        "flyway_schema_history", "schema_version",
        "databasechangelog", "databasechangeloglock", "__drizzle_migrations", "knex_migrations", "knex_migrations_lock", "migrations",
        "sequelizemeta", "pgmigrations", "schema_migrations",
        "ar_internal_metadata", "atlas_schema_revisions", "alembic_version", "django_migrations", "_sqlx_migrations",
        "mikro_orm_migrations", "kysely_migration", "kysely_migration_lock",
        "goose_db_version", "payload_migrations", "strapi_migrations", "phinxlog", "doctrine_migration_versions",
        "__diesel_schema_migrations", "seaql_migrations", "aerich", "adonis_schema",
    };

    static readonly HashSet<string> Schemas = new(StringComparer.OrdinalIgnoreCase) { "supabase_migrations", "graphile_migrate", "drizzle",
        "sqitch", "prisma_contract", "pgroll" };

    public static bool Contains(QualifiedName table) => Names.Contains(table.Name)
        || (table.Schema is { } schema && Schemas.Contains(schema));
}
