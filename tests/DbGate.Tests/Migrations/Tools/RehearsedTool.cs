namespace DbGate.Tests.Migrations.Tools;

/// <summary>
/// A project of a real migration tool in the tool's own way: a table <c>users</c>, a second migration that fails midway, and one that
/// drops a column with data and then waits for an advisory lock.
/// </summary>
sealed class RehearsedTool : IDisposable
{
    /// <summary>The key of the lock for which the migration waits that drops the column.</summary>
    public const int Lock = 4711;

    const string Few = "ALTER TABLE users ADD CONSTRAINT few CHECK (id < 15)";
    const string Approvals = """{ "required": 1, "dataLoss": 1 }""";

    static readonly string Wait = $"SELECT pg_advisory_xact_lock({Lock})";

    readonly string id;
    readonly LedgerTool? ledger;
    readonly GatedProject? own;
    string command = "";

    RehearsedTool(string id, LedgerTool? ledger) => (this.id, this.ledger, own) = (id, ledger, ledger is null ? new() : null);

    public GatedProject Files => ledger?.Files ?? own!;

    public string Command => ledger?.Command ?? command;

    public static async Task<RehearsedTool> CreateAsync(string id)
    {
        if (id is not ("efcore" or "efbundle" or "fluentmigrator" or "dbup"))
        {
            return new(id, await LedgerTool.CreateAsync(id, Approvals));
        }

        var tool = new RehearsedTool(id, null);
        tool.Files
            .With("dbgate.json", $$"""{ "approvals": { "staging": {{Approvals}} } }""").With(".git/HEAD", new string('a', 40) + "\n")
            .With("Directory.Build.props", "<Project />").With("Directory.Build.targets", "<Project />")
            .With("Directory.Packages.props", "<Project />").With("Shop.csproj", ProjectOf(id)).With("Program.cs", ProgramOf(id));
        tool.command = id switch
        {
            "efcore" => "tools/dotnet-ef database update --no-build",
            "efbundle" => "./artifacts/efbundle",
            _ => "dotnet out/Shop.dll",
        };
        if (id is "efcore" or "efbundle")
        {
            await tool.DotNetAsync(
                "tool", "install", "dotnet-ef", "--version", "10.0.15", "--tool-path", tool.Files.Of("tools"));
        }

        return tool;
    }

    /// <summary>Makes the table.</summary>
    public Task InitAsync() => WriteAsync(1, id switch
    {
        "knex" => Knex("await k.schema.createTable('users', t => { t.integer('id').primary(); t.text('mail'); });"),
        "typeorm" => TypeOrm(1, """
            await q.createTable(new Table({ name: 'users', columns: [
              { name: 'id', type: 'int', isPrimary: true }, { name: 'mail', type: 'text', isNullable: true }] }));
            """),
        "alembic" => Alembic(1, "op.create_table('users', sa.Column('id', sa.Integer, primary_key=True), sa.Column('mail', sa.Text))"),
        "django" => Django(1, "migrations.CreateModel(name='User', fields=[('id', models.IntegerField(primary_key=True)), "
            + "('mail', models.TextField(null=True))], options={'db_table': 'users'})"),
        "rails" => Rails(1, "create_table(:users) { |t| t.text :mail }"),
        "sqitch" or "dbup" => "CREATE TABLE users (id int PRIMARY KEY, mail text)",
        "fluentmigrator" => Fluent(1, """
            Create.Table("users").WithColumn("id").AsInt32().PrimaryKey().WithColumn("mail").AsString().Nullable();
            """),
        _ => Ef("20260101000000_Init", """
            m.CreateTable("users", t => new { id = t.Column<int>(nullable: false), mail = t.Column<string>(nullable: true) },
                constraints: t => t.PrimaryKey("users_pkey", row => row.id));
            """),
    });

    /// <summary>Its last statement fails on the rows.</summary>
    public Task FailAsync() => WriteAsync(2, id switch
    {
        "knex" => Knex($"await k.schema.alterTable('users', t => {{ t.text('name'); }}); await k.raw('{Few}');"),
        "typeorm" => TypeOrm(2, "await q.addColumn('users', new TableColumn({ name: 'name', type: 'text', isNullable: true })); "
            + $"await q.query('{Few}');"),
        "alembic" => Alembic(2, "op.add_column('users', sa.Column('name', sa.Text))",
            "op.create_check_constraint('few', 'users', 'id < 15')"),
        "django" => Django(2, "migrations.AddField('User', 'name', models.TextField(null=True))", $"migrations.RunSQL('{Few}')"),
        "rails" => Rails(2, "add_column :users, :name, :text", $"execute '{Few}'"),
        "sqitch" or "dbup" => $"ALTER TABLE users ADD COLUMN name text;\n{Few}",
        "fluentmigrator" => Fluent(2, $"""Alter.Table("users").AddColumn("name").AsString().Nullable(); Execute.Sql("{Few}");"""),
        _ => Ef("20260102000000_Second", $"""m.AddColumn<string>("name", "users", nullable: true); m.Sql("{Few};");"""),
    });

    /// <summary>Drops the column, and keeps its transaction open while a person holds the lock.</summary>
    public Task DropAsync() => WriteAsync(2, id switch
    {
        "knex" => Knex($"await k.schema.alterTable('users', t => {{ t.dropColumn('mail'); }}); await k.raw('{Wait}');"),
        "typeorm" => TypeOrm(2, $"await q.dropColumn('users', 'mail'); await q.query('{Wait}');"),
        "alembic" => Alembic(2, "op.drop_column('users', 'mail')", $"op.execute('{Wait}')"),
        "django" => Django(2, "migrations.RemoveField('User', 'mail')", $"migrations.RunSQL('{Wait}')"),
        "rails" => Rails(2, "remove_column :users, :mail", $"execute '{Wait}'"),
        "sqitch" or "dbup" => $"ALTER TABLE users DROP COLUMN mail;\n{Wait}",
        "fluentmigrator" => Fluent(2, $"""Delete.Column("mail").FromTable("users"); Execute.Sql("{Wait}");"""),
        _ => Ef("20260102000000_Second", $"""m.DropColumn("mail", "users"); m.Sql("{Wait};");"""),
    });

    public void Dispose()
    {
        ledger?.Dispose();
        own?.Dispose();
    }

    async Task WriteAsync(int number, string text)
    {
        Files.With(
            id switch
            {
                "knex" => $"migrations/2026010{number}_m.js",
                "typeorm" => $"migrations/170000000000{number}-M.js",
                "alembic" => $"alembic/versions/r{number}.py",
                "django" => $"shop/migrations/000{number}_m.py",
                "rails" => $"db/migrate/2026010{number}000000_make_{number}.rb",
                "sqitch" => $"deploy/m{number}.sql",
                "dbup" => $"scripts/m{number}.sql",
                "fluentmigrator" => $"M{number}.cs",
                _ => number == 1 ? "Migrations/20260101000000_Init.cs" : "Migrations/20260102000000_Second.cs",
            },
            id == "sqitch" ? $"BEGIN;\n{text};\nCOMMIT;\n" : id == "dbup" ? $"{text};\n" : text);
        switch (id)
        {
            case "sqitch":
                Files.With(
                    "sqitch.plan",
                    "%syntax-version=1.0.0\n%project=shop\n\n"
                        + string.Concat(Enumerable.Range(1, number).Select(each =>
                            $"m{each} 2026-01-0{each}T00:00:00Z Ann <ann@example.com> # {each}\n")));
                break;
            case "efcore":
                await DotNetAsync("build", "-v", "quiet", "-nologo", "-tl:off", "-nr:false");
                break;
            case "efbundle":
                await DotNetAsync("restore", "-v", "quiet");
                (await Shell.RunAsync(
                    Files.Of("tools/dotnet-ef"), ["migrations", "bundle", "--force", "--output", "artifacts/efbundle"], Files.Root,
                    deadline: TimeSpan.FromMinutes(10))).Succeeded();
                break;
            case "fluentmigrator" or "dbup":
                await DotNetAsync("build", "-v", "quiet", "-nologo", "-tl:off", "-nr:false", "-o", "out");
                break;
        }
    }

    async Task DotNetAsync(params string[] arguments) =>
        (await Shell.RunAsync("dotnet", arguments, Files.Root, deadline: TimeSpan.FromMinutes(10))).Succeeded();

    static string Knex(string body) => $"exports.up = async k => {{ {body} }};\nexports.down = () => {{}};\n";

    static string TypeOrm(int number, string body) =>
        "const { Table, TableColumn } = require('typeorm');\n"
            + $"module.exports = class M170000000000{number} {{ async up(q) {{ {body} }} async down() {{}} }};\n";

    static string Alembic(int number, params string[] lines) =>
        $"import sqlalchemy as sa\nfrom alembic import op\nrevision = 'r{number}'\n"
            + $"down_revision = {(number == 1 ? "None" : $"'r{number - 1}'")}\n\ndef upgrade():\n"
            + string.Concat(lines.Select(line => $"    {line}\n"));

    static string Django(int number, params string[] operations) =>
        "from django.db import migrations, models\nclass Migration(migrations.Migration):\n"
            + $"    dependencies = [{(number == 1 ? "" : $"('shop', '000{number - 1}_m')")}]\n"
            + $"    operations = [{string.Join(", ", operations)}]\n";

    static string Rails(int number, params string[] lines) =>
        $"class Make{number} < ActiveRecord::Migration[6.1]\n  def up\n"
            + $"{string.Concat(lines.Select(line => $"    {line}\n"))}  end\nend\n";

    static string Fluent(int number, string body) =>
        $"using FluentMigrator;\n[Migration({number})]\n"
            + $"public class M{number} : ForwardOnlyMigration {{ public override void Up() {{ {body} }} }}\n";

    static string Ef(string id, string body) => $$"""
        using Microsoft.EntityFrameworkCore.Infrastructure;
        using Microsoft.EntityFrameworkCore.Migrations;
        [DbContext(typeof(Shop))]
        [Migration("{{id}}")]
        public class M{{id}} : Migration { protected override void Up(MigrationBuilder m) { {{body}} } }
        """;

    static string ProjectOf(string id)
    {
        string[] packages = id switch
        {
            "fluentmigrator" => ["FluentMigrator.Runner.Core:8.0.1", "FluentMigrator.Runner.Postgres:8.0.1", "Npgsql:10.0.3",
                "Microsoft.Extensions.DependencyInjection:10.0.0"],
            "dbup" => ["dbup-postgresql:7.0.1", "Npgsql:10.0.3"],
            _ => ["Npgsql.EntityFrameworkCore.PostgreSQL:10.0.3", "Microsoft.EntityFrameworkCore.Design:10.0.15"],
        };
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup>
            {string.Join('\n', packages.Select(one => one.Split(':')).Select(one => $"    <PackageReference Include=\"{one[0]}\" Version=\"{one[1]}\" />"))}
                <Compile Remove="out/**;artifacts/**;tools/**" />
                {(id == "dbup" ? "<EmbeddedResource Include=\"scripts/*.sql\" />" : "")}
              </ItemGroup>
            </Project>
            """;
    }

    static string ProgramOf(string id) => id switch
    {
        "fluentmigrator" => """
            using FluentMigrator.Runner;
            using Microsoft.Extensions.DependencyInjection;
            using var services = new ServiceCollection().AddFluentMigratorCore().ConfigureRunner(runner => runner.AddPostgres()
                .WithGlobalConnectionString(Environment.GetEnvironmentVariable("ConnectionStrings__DefaultConnection"))
                .ScanIn(typeof(Program).Assembly).For.Migrations()).BuildServiceProvider(false);
            using var scope = services.CreateScope();
            scope.ServiceProvider.GetRequiredService<IMigrationRunner>().MigrateUp();
            """,
        "dbup" => """
            using DbUp;
            var result = DeployChanges.To.PostgresqlDatabase(Environment.GetEnvironmentVariable("ConnectionStrings__DefaultConnection"))
                .WithScriptsEmbeddedInAssembly(typeof(Program).Assembly).WithTransactionPerScript().LogToConsole().Build().PerformUpgrade();
            return result.Successful ? 0 : 1;
            """,
        _ => """
            using Microsoft.EntityFrameworkCore;
            return;
            public class Shop : DbContext { protected override void OnConfiguring(DbContextOptionsBuilder o) => o.UseNpgsql(Environment.GetEnvironmentVariable("ConnectionStrings__DefaultConnection"))
                .ConfigureWarnings(w => w.Ignore(Microsoft.EntityFrameworkCore.Diagnostics.RelationalEventId.PendingModelChangesWarning)); }
            """,
    };
}
