namespace DbGate.Tests.Migrations.Tools;

/// <summary>A real tool whose migrations are code, or whose SQL DbGate does not read: a project for it, and its deploy command.</summary>
sealed class LedgerTool : IDisposable
{
    static readonly Lazy<Task<string>> Installed = new(new NpmFolder("migration-tools").InstallAsync);

    readonly string id;

    LedgerTool(string id, string command) => (this.id, Command) = (id, command);

    public static IReadOnlyList<string> FromNpm { get; } = ["knex", "typeorm", "sequelize", "mikro-orm", "kysely"];

    public static IReadOnlyList<string> FromDebian { get; } = ["alembic", "django", "rails", "sqitch"];

    public GatedProject Files { get; } = new();

    public string Command { get; }

    public static async Task<LedgerTool> CreateAsync(string id, string approvals = """{ "required": 0 }""")
    {
        var tool = new LedgerTool(id, CommandOf(id));
        tool.Files.With("dbgate.json", $$"""{ "approvals": { "staging": {{approvals}} } }""")
            .With(".git/HEAD", new string('a', 40) + "\n");
        foreach (var (file, text) in await BaseAsync(id))
        {
            tool.Files.With(file, text);
        }

        if (FilesOf(id).FirstOrDefault(file => !File.Exists(file) && !Directory.Exists(file)) is { } missing)
        {
            throw Counterpart.Missing(
                $"{missing} is not there, and the tests of {id} need it", "run .ci/run, which installs Debian's package");
        }

        if (FromNpm.Contains(id))
        {
            Directory.CreateSymbolicLink(tool.Files.Of("node_modules"), Path.Combine(await Installed.Value, "node_modules"));
        }

        return tool;
    }

    static string[] FilesOf(string id) => id switch
    {
        "alembic" => ["/usr/lib/python3/dist-packages/alembic", "/usr/lib/python3/dist-packages/psycopg2"],
        "django" => ["/usr/lib/python3/dist-packages/django", "/usr/lib/python3/dist-packages/psycopg2"],
        "rails" => ["/usr/bin/ruby", "/usr/share/rubygems-integration/all/gems"],
        "sqitch" => ["/usr/bin/sqitch"],
        _ => [],
    };

    static string CommandOf(string id) => id switch
    {
        "knex" => "node node_modules/knex/bin/cli.js migrate:latest",
        "typeorm" => "node node_modules/typeorm/cli.js migration:run -d data-source.js",
        "sequelize" => "node node_modules/sequelize-cli/lib/sequelize db:migrate --config config.js --migrations-path migrations",
        "mikro-orm" or "kysely" => "node run.mjs",
        "alembic" => "/usr/bin/python3 -m alembic upgrade head",
        "django" => "/usr/bin/python3 manage.py migrate --noinput",
        "rails" => "/usr/bin/ruby migrate.rb",
        _ => "/usr/bin/sqitch deploy --no-verify db:pg:",
    };

    static async Task<(string File, string Text)[]> BaseAsync(string id) => id switch
    {
        "knex" => [
            ("package.json", "{ \"dependencies\": { \"knex\": \"3\" } }"),
            ("knexfile.js", "module.exports = { client: 'pg', connection: process.env.DATABASE_URL };\n")],
        "typeorm" => [
            ("package.json", "{ \"dependencies\": { \"typeorm\": \"1\" } }"),
            ("data-source.js", """
                const { DataSource } = require('typeorm');
                module.exports = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, migrations: [__dirname + '/migrations/*.js'] });
                """)],
        "sequelize" => [
            ("package.json", "{ \"devDependencies\": { \"sequelize-cli\": \"6\" } }"),
            ("config.js", "module.exports = { development: { url: process.env.DATABASE_URL, dialect: 'postgres' } };\n")],
        "mikro-orm" => [
            ("package.json", "{ \"dependencies\": { \"@mikro-orm/migrations\": \"6\" } }"),
            ("run.mjs", """
                import { MikroORM, EntitySchema } from '@mikro-orm/postgresql';
                import { Migrator } from '@mikro-orm/migrations';
                const orm = await MikroORM.init({ clientUrl: process.env.DATABASE_URL, extensions: [Migrator],
                  entities: [new EntitySchema({ name: 'T', properties: { id: { type: 'number', primary: true } } })],
                  migrations: { path: 'migrations', snapshot: false, glob: '*.js' } });
                await orm.getMigrator().up();
                await orm.close();
                """)],
        "kysely" => [
            ("package.json", "{ \"dependencies\": { \"kysely\": \"0.28\" } }"), ("run.mjs", """
                import pg from 'pg';
                import { Kysely, PostgresDialect, Migrator, FileMigrationProvider } from 'kysely';
                import { promises as fs } from 'fs';
                import path from 'path';
                const db = new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: process.env.DATABASE_URL }) }) });
                const { error } = await new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder: path.resolve('migrations') }) }).migrateToLatest();
                await db.destroy();
                if (error) throw error;
                """)],
        "alembic" => [
            ("alembic.ini", "[alembic]\nscript_location = alembic\n"),
            ("alembic/env.py", """
                import os
                from alembic import context
                from sqlalchemy import create_engine
                with create_engine("postgresql://", connect_args={"dbname": os.environ["PGDATABASE"]}).connect() as connection:
                    context.configure(connection=connection, target_metadata=None)
                    with context.begin_transaction():
                        context.run_migrations()
                """)],
        "django" => [
            ("manage.py", """
                import os, sys
                os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
                from django.core.management import execute_from_command_line
                execute_from_command_line(sys.argv)
                """),
            ("settings.py", """
                import os
                SECRET_KEY = "x"
                INSTALLED_APPS = ["shop"]
                DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"]}}
                """),
            ("shop/__init__.py", ""), ("shop/migrations/__init__.py", "")],
        "rails" => [
            ("migrate.rb", """
                require "active_record"
                ActiveRecord::Base.establish_connection(adapter: "postgresql", database: ENV["PGDATABASE"])
                ActiveRecord::MigrationContext.new("db/migrate", ActiveRecord::SchemaMigration).migrate
                """)],
        _ => [
            ("sqitch.plan", "%syntax-version=1.0.0\n%project=shop\n\n"),
            ("sqitch.conf",
                "[core]\n\tengine = pg\n[user]\n\tname = Ann\n\temail = ann@example.com\n"
                    + $"[engine \"pg\"]\n\tclient = {await PsqlAsync()}\n")],
    };

    static async Task<string> PsqlAsync() =>
        (await TestServer.SharedAsync()).Local is { } local ? Path.Combine(local.Binaries.Folder, "psql") : "psql";

    /// <summary>Writes the migration of this number, which runs one statement.</summary>
    public string Add(int number, string sql)
    {
        var (file, text) = id switch
        {
            "knex" => ($"migrations/2026010{number}_m.js", $"exports.up = k => k.raw(`{sql}`); exports.down = k => k;\n"),
            "typeorm" => ($"migrations/170000000000{number}-M.js",
                $"module.exports = class M170000000000{number} {{ async up(q) {{ await q.query(`{sql}`); }} async down(q) {{}} }};\n"),
            "sequelize" => ($"migrations/{number}-m.js",
                $"module.exports = {{ async up(q) {{ await q.sequelize.query(`{sql}`); }}, async down() {{}} }};\n"),
            "mikro-orm" => ($"migrations/Migration2026010{number}000000.js",
                "const { Migration } = require('@mikro-orm/migrations');\n"
                    + $"exports.Migration2026010{number}000000 = class extends Migration {{ async up() {{ this.addSql(`{sql}`); }} }};\n"),
            "kysely" => ($"migrations/2026010{number}_m.mjs",
                $"import {{ sql }} from 'kysely';\nexport const up = db => sql`{sql}`.execute(db);\n"),
            "alembic" => ($"alembic/versions/r{number}.py",
                $"from alembic import op\nrevision = 'r{number}'\ndown_revision = {(number == 1 ? "None" : $"'r{number - 1}'")}\n\n"
                    + $"def upgrade():\n    op.execute(\"{sql}\")\n"),
            "django" => ($"shop/migrations/000{number}_m.py",
                $"from django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = "
                    + $"[{(number == 1 ? "" : $"('shop', '000{number - 1}_m')")}]\n    operations = [migrations.RunSQL(\"{sql}\")]\n"),
            "rails" => ($"db/migrate/2026010{number}000000_make_{number}.rb",
                $"class Make{number} < ActiveRecord::Migration[6.1]\n  def up\n    execute \"{sql}\"\n  end\nend\n"),
            _ => ($"deploy/m{number}.sql", $"BEGIN;\n{sql};\nCOMMIT;\n"),
        };
        Files.With(file, text);
        if (id == "sqitch")
        {
            File.AppendAllText(Files.Of("sqitch.plan"), $"m{number} 2026-01-0{number}T00:00:00Z Ann <ann@example.com> # {number}\n");
        }

        return file;
    }

    public void Dispose() => Files.Dispose();
}
