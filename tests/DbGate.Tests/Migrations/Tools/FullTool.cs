using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>A real tool with full support, from npm or NuGet: its project, how a migration is written, its deploy command.</summary>
sealed class FullTool : IDisposable
{
    const string EfCore = "ef-core";

    static readonly Lazy<Task<string>> Installed = new(new NpmFolder("migration-tools").InstallAsync);
    static readonly Lazy<Task<string>> EfTools = new(InstallEfAsync);

    readonly string id;
    string previous = "-";
    string before = "-";

    FullTool(string id, string modules)
    {
        this.id = id;
        Command = id switch
        {
            "dbmate" => $"{modules}/@dbmate/linux-x64/bin/dbmate --no-dump-schema --migrations-dir db/migrations up",
            "node-pg-migrate" => $"node {modules}/node-pg-migrate/bin/node-pg-migrate.js --migrations-dir migrations up",
            "graphile-migrate" => $"node {modules}/graphile-migrate/dist/cli.js migrate",
            "dbup" => $"dotnet {Programs} dbup Shop/Scripts Shop.Scripts.",
            EfCore => $"{modules}/dotnet-ef database update",
            "evolve" or "fluentmigrator" => $"dotnet {Programs} {id} migrations",
            _ => "node run.mjs",
        };
        foreach (var (file, text) in Base(id))
        {
            Files.With(file, text);
        }
    }

    /// <summary>Their ids; Drizzle 1.0 has another ledger and other files than 0.x.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["dbmate", "node-pg-migrate", "graphile-migrate", "drizzle", "drizzle-1", "dbup", "evolve", "fluentmigrator"];

    /// <summary>And those that build a project in every step.</summary>
    public static IReadOnlyList<string> Nightly { get; } = [.. All, EfCore];

    public GatedProject Files { get; } = new();

    public string Command { get; }

    public static async Task<FullTool> CreateAsync(string id, string approvals = """{ "required": 0 }""")
    {
        var folder = id == EfCore ? "" : await Installed.Value;
        var tool = new FullTool(id, id == EfCore ? await EfTools.Value : Path.Combine(folder, "node_modules"));
        tool.Files.With("dbgate.json", $$"""{ "approvals": { "staging": {{approvals}} } }""")
            .With(".git/HEAD", new string('a', 40) + "\n");
        if (id.StartsWith("drizzle", StringComparison.Ordinal))
        {
            Directory.CreateSymbolicLink(tool.Files.Of("node_modules"), Path.Combine(folder, "node_modules"));
        }
        else if (id == EfCore)
        {
            (await Shell.RunAsync("dotnet", ["restore"], tool.Files.Root, deadline: TimeSpan.FromMinutes(5))).Succeeded();
        }

        return tool;
    }

    static async Task<string> InstallEfAsync()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "dotnet-ef");
        if (!File.Exists(Path.Combine(folder, "dotnet-ef")))
        {
            (await Shell.RunAsync(
                "dotnet", ["tool", "install", "dotnet-ef", "--version", "10.0.15", "--tool-path", folder], Repository.Root,
                deadline: TimeSpan.FromMinutes(5))).Succeeded();
        }

        return folder;
    }

    /// <summary>Of DbUp, Evolve and FluentMigrator (tests/DbGate.MigrationTools).</summary>
    static string Programs
    {
        get
        {
            var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(Repository.Root, "artifacts", "bin", "DbGate.MigrationTools", configuration, "DbGate.MigrationTools.dll");
        }
    }

    static IEnumerable<(string File, string Text)> Base(string id) => id switch
    {
        "node-pg-migrate" => [("package.json", "{ \"dependencies\": { \"node-pg-migrate\": \"9.0.0\" } }")],
        "graphile-migrate" => [(".gmrc", "{}"), ("migrations/current.sql", "-- Enter migration here\n")],
        "drizzle" => [("run.mjs", Drizzle("drizzle-orm"))],
        "drizzle-1" => [("run.mjs", Drizzle("drizzle-orm-1"))],
        "dbup" => [("Shop/Shop.csproj",
            "<PackageReference Include=\"dbup-postgresql\" Version=\"7.0.1\" /><EmbeddedResource Include=\"Scripts/*.sql\" />")],
        "evolve" => [("Shop.csproj", "<PackageReference Include=\"Evolve\" Version=\"3.2.0\" />")],
        "fluentmigrator" => [("Shop.csproj", "<PackageReference Include=\"FluentMigrator\" Version=\"8.0.1\" />")],
        EfCore =>
        [
            ("Directory.Build.props", "<Project />"), ("Directory.Build.targets", "<Project />"),
                ("Directory.Packages.props", "<Project />"),
            ("Shop.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" />
                    <PackageReference Include="Microsoft.EntityFrameworkCore.Design" Version="10.0.15" />
                  </ItemGroup>
                </Project>
                """),
            ("Program.cs", """
                using Microsoft.EntityFrameworkCore;
                return;
                public class Shop : DbContext
                {
                    protected override void OnConfiguring(DbContextOptionsBuilder options) =>
                        options.UseNpgsql(System.Environment.GetEnvironmentVariable("ConnectionStrings__DefaultConnection"));
                }
                """),
        ],
        _ => [],
    };

    internal static string Drizzle(string package) => $$"""
        import pg from 'pg';
        import { drizzle } from '{{package}}/node-postgres';
        import { migrate } from '{{package}}/node-postgres/migrator';
        const client = new pg.Client(process.env.DATABASE_URL);
        await client.connect();
        await migrate(drizzle({ client }), { migrationsFolder: 'drizzle' });
        await client.end();
        """;

    /// <summary>Writes the migration of this number.</summary>
    /// <returns>Its file, relative to the project.</returns>
    public string Add(int number, params string[] statements)
    {
        var sql = string.Concat(statements.Select(statement => $"{statement};\n"));
        var (file, text) = id switch
        {
            "dbmate" => ($"db/migrations/{number:000}_m.sql", $"-- migrate:up\n{sql}\n-- migrate:down\nDROP SCHEMA public CASCADE;\n"),
            "node-pg-migrate" => ($"migrations/{number:000}_m.sql",
                $"-- Up Migration\n{sql}\n-- Down Migration\nDROP SCHEMA public CASCADE;\n"),
            "graphile-migrate" => ($"migrations/committed/{number:000000}.sql", Committed(sql.TrimEnd())),
            "drizzle" => ($"drizzle/{number:0000}_m.sql", string.Join("\n--> statement-breakpoint\n", statements.Select(one => one + ";"))),
            "drizzle-1" => ($"drizzle/202601{number:00}000000_m/migration.sql",
                string.Join("\n--> statement-breakpoint\n", statements.Select(one => one + ";"))),
            "dbup" => ($"Shop/Scripts/{number:000}_m.sql", sql),
            "evolve" => ($"migrations/V{number}__m.sql", number % 2 == 0 ? sql.Replace("\n", "\r\n", StringComparison.Ordinal) : sql),
            EfCore => ($"Migrations/202601{number:00}000000_M.cs", $$"""
                using Microsoft.EntityFrameworkCore.Infrastructure;
                using Microsoft.EntityFrameworkCore.Migrations;
                [DbContext(typeof(Shop))]
                [Migration("202601{{number:00}}000000_M")]
                public class M{{number:000}} : Migration
                {
                    protected override void Up(MigrationBuilder m)
                    {
                        {{string.Join(' ', statements.Select(statement => $"m.Sql(\"{statement};\");"))}}
                    }
                }
                """),
            _ => ($"migrations/M{number:000}.cs", $$"""
                using FluentMigrator;
                [Migration({{number}})]
                public class M{{number:000}} : ForwardOnlyMigration
                {
                    public override void Up()
                    {
                        {{string.Join(' ', statements.Select(statement => $"Execute.Sql(\"{statement}\");"))}}
                    }
                }
                """),
        };
        Files.With(file, text);
        switch (id)
        {
            case "drizzle":
                Files.With("drizzle/meta/_journal.json", Journal(number));
                break;
            case "drizzle-1":
                Files.With(Path.Combine(Path.GetDirectoryName(file)!, "snapshot.json"), "{}");
                break;
        }

        return file;
    }

    /// <summary>Writes the newest migration of graphile-migrate again, whose hash is that of its text and of the one before.</summary>
    public string AddAgain(int number, params string[] statements)
    {
        previous = before;
        return Add(number, statements);
    }

    /// <summary>Takes a migration away, as a checkout of an older commit does.</summary>
    public void Remove(string file)
    {
        File.Delete(Files.Of(file));
        if (id == "drizzle-1")
        {
            Directory.Delete(Path.GetDirectoryName(Files.Of(file))!, recursive: true);
        }
    }

    static string Journal(int count) =>
        $"{{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":["
            + string.Join(',', Enumerable.Range(1, count).Select(one => string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"idx\":{one - 1},\"version\":\"7\",\"when\":{1700000000000 + one},\"tag\":\"{one:0000}_m\",\"breakpoints\":true}}")))
            + "]}";

    string Committed(string sql)
    {
#pragma warning disable CA5350 // The tool's own hash.
        var bytes = SHA1.HashData(Encoding.UTF8.GetBytes($"{(previous == "-" ? "" : previous)}\n{sql}".Trim() + "\n"));
#pragma warning restore CA5350
        (before, previous) = (previous, $"sha1:{Convert.ToHexStringLower(bytes)}");
        return $"--! Previous: {before}\n--! Hash: {previous}\n\n{sql}\n";
    }

    public void Dispose() => Files.Dispose();
}
