using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Execution;

/// <summary>The roles and the template database of the corpus, on the shared server.</summary>
static class CorpusServer
{
    public const string Base = "20260101000000_base";

    public const string BaseSql = """
        CREATE SCHEMA other;
        CREATE TABLE item (id int PRIMARY KEY, name text, note text);
        INSERT INTO item SELECT g, 'n' || g, NULL FROM generate_series(1, 20) g;
        CREATE TABLE line (id int PRIMARY KEY, item int REFERENCES item, amount int CHECK (amount > 0));
        INSERT INTO line SELECT g, g, 1 FROM generate_series(1, 10) g;
        CREATE INDEX line_amount ON line (amount);
        CREATE TYPE mood AS ENUM ('ok', 'bad');
        CREATE TABLE person (id int PRIMARY KEY, mood mood);
        CREATE PROCEDURE committing() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO item VALUES (900, 'p', NULL); COMMIT; INSERT INTO item VALUES (901, 'p', NULL); END $$;
        """;

    const string Deployer = "dbgate_corpus_deployer";

    const string Weak = "dbgate_corpus_weak";

    static readonly SemaphoreSlim Gate = new(1);
    static TestDatabase? template;

    /// <summary>A copy of the template.</summary>
    public static async Task<TestDatabase> NewDatabaseAsync()
    {
        await Gate.WaitAsync();
        try
        {
            template ??= await MakeAsync();
            var database = await TestDatabase.CreateAsync(template);
            await database.ExecuteAsync($"ALTER DATABASE {database.Name} OWNER TO {Deployer}");
            return database;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>The database as the deploy connects to it.</summary>
    public static PostgresUrl Url(TestDatabase database, bool asSuperuser) =>
        asSuperuser ? database.Url : database.Url with { User = Deployer, Password = Deployer };

    static async Task<TestDatabase> MakeAsync()
    {
        var made = await TestDatabase.CreateAsync();
        foreach (var role in (string[])[$"{Deployer} LOGIN PASSWORD '{Deployer}'", Weak])
        {
            await made.ExecuteAsync(
                $"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
        }

        await made.ExecuteAsync($"GRANT {Weak} TO {Deployer}; ALTER DATABASE {made.Name} OWNER TO {Deployer}");
        await made.ExecuteAsync(
            $"""
            SET SESSION AUTHORIZATION {Deployer};
            {BaseSql}
            GRANT USAGE, CREATE ON SCHEMA other TO {Weak};
            CREATE TABLE _prisma_migrations (
              id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text,
              rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0);
            INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ('base', 'base', now(), '{Base}', 1);
            RESET SESSION AUTHORIZATION;
            """);
        return made;
    }
}
