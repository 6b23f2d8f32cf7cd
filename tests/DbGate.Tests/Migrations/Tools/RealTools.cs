using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Tools from npm (tests/migration-tools) migrate a database, and DbGate releases with them.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RealTools
{
    static readonly Lazy<Task<string>> Installed = new(new NpmFolder("migration-tools").InstallAsync);

    /// <summary>A project with the files of a tool, and the command that runs the real one.</summary>
    sealed class Project : IDisposable
    {
        readonly string tool;
        readonly string modules;
        string previous = "-";

        public Project(string tool, string folder)
        {
            (this.tool, modules) = (tool, Path.Combine(folder, "node_modules"));
            Files.With("dbgate.json", """{ "approvals": { "staging": { "required": 0 } } }""")
                .With(".git/HEAD", new string('a', 40) + "\n");
            switch (tool)
            {
                case "node-pg-migrate":
                    Files.With("package.json", "{ \"dependencies\": { \"node-pg-migrate\": \"9.0.0\" } }");
                    break;
                case "graphile-migrate":
                    Files.With(".gmrc", "{}").With("migrations/current.sql", "-- Enter migration here\n");
                    break;
            }
        }

        public GatedProject Files { get; } = new();

        public string Command => tool switch
        {
            "dbmate" => $"{modules}/@dbmate/linux-x64/bin/dbmate --no-dump-schema --migrations-dir db/migrations up",
            "node-pg-migrate" => $"node {modules}/node-pg-migrate/bin/node-pg-migrate.js --migrations-dir migrations up",
            _ => $"node {modules}/graphile-migrate/dist/cli.js migrate",
        };

        public string Add(int number, string sql)
        {
            var (name, text) = tool switch
            {
                "dbmate" => ($"db/migrations/{number:000}_m.sql", $"-- migrate:up\n{sql}\n-- migrate:down\nDROP SCHEMA public CASCADE;\n"),
                "node-pg-migrate" => ($"migrations/{number:000}_m.sql",
                    $"-- Up Migration\n{sql}\n-- Down Migration\nDROP SCHEMA public CASCADE;\n"),
                _ => ($"migrations/committed/{number:000000}.sql", Committed(sql)),
            };
            Files.With(name, text);
            return name;
        }

        string Committed(string sql)
        {
#pragma warning disable CA5350 // The tool's own hash.
            var hash =
                "sha1:"
                    + Convert.ToHexStringLower(
                        System.Security.Cryptography.SHA1.HashData(
                            System.Text.Encoding.UTF8.GetBytes($"{(previous == "-" ? "" : previous)}\n{sql}".Trim() + "\n")));
#pragma warning restore CA5350
            var text = $"--! Previous: {previous}\n--! Hash: {hash}\n\n{sql}\n";
            previous = hash;
            return text;
        }

        public void Dispose() => Files.Dispose();
    }

    [TestCase("dbmate")]
    [TestCase("node-pg-migrate")]
    [TestCase("graphile-migrate")]
    [Platform("Linux")]
    public async Task Release_a_history_of_twelve_migrations(string tool)
    {
        using var project = new Project(tool, await Installed.Value);
        await using var database = await TestDatabase.CreateAsync();
        for (var number = 1; number <= 11; number++)
        {
            project.Add(number, $"CREATE TABLE t{number} (id int PRIMARY KEY);");
        }

        (await RunAsync(project, database, "development", new MigrateDeployStep()))[^1].Expect(null);
        await database.ExecuteAsync("INSERT INTO t1 SELECT generate_series(1, 20)");

        var last = project.Add(12, "ALTER TABLE t1 ADD COLUMN name text;");
        Assert.That((await ToolTrial.JudgeAsync(database, project.Files)).Details, Is.EqualTo("Migration issues: 1 pending"));
        var release =
            await RunAsync(
                project, database, "staging", new BackupFirstStep(), new RehearseStep(), new PlanStep(), new MigrateDeployStep());

        Assert.That(
            release.Where(step => step.Result.IsBlocking)
                .SelectMany(step => step.Result.Problems)
                .Select(problem => $"{problem.Code.Id} {problem.Message}: {problem.Cause}"), Is.Empty);
        Assert.That(
            release[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.EqualTo("object: column public.t1.name added").And.Some.StartsWith("drift: none"));
        Assert.That(
            release[^1].Result.Facts.Single(fact => fact.Name == "as rehearsed").Value, Does.StartWith("the catalog is the rehearsed one"));
        Assert.That((await ToolTrial.JudgeAsync(database, project.Files)).Details, Is.EqualTo("12/12 migrations applied"));

        // No tool of these compares its files; graphile-migrate stores a hash, for the others the evidence does.
        var text = await File.ReadAllTextAsync(project.Files.Of(last));
        project.Files.With(last, text.Replace("name text", "name varchar", StringComparison.Ordinal));
        project.Add(13, "CREATE TABLE t13 (id int);");
        (await RunAsync(project, database, "staging", new BackupFirstStep(), new PlanStep()))[^1].Expect("DBG0205", ExitCode.Blocked);
    }

    /// <summary>No row says so; the deploy is never called unchanged, and the next plan shows it.</summary>
    [Test]
    [Platform("Linux")]
    public async Task Which_record_no_failure_leave_an_unknown_state()
    {
        using var project = new Project("dbmate", await Installed.Value);
        await using var database = await TestDatabase.CreateAsync();
        project.Add(1, "CREATE TABLE t1 (id int PRIMARY KEY);");
        (await RunAsync(project, database, "development", new MigrateDeployStep()))[^1].Expect(null);
        project.Add(2, "CREATE TABLE half (id int);\nSELECT * FROM nothing;");
        var failed = (await RunAsync(project, database, "staging", new BackupFirstStep(), new PlanStep(), new MigrateDeployStep()))[^1];

        failed.Expect("DBG0502", ExitCode.MigrationFailed);
        Assert.That(
            failed.Result.Problems.Single(problem => problem.Code.Id == "DBG0502").State!.ToString(),
            Does.Contain("may be in the database"));
        var plan = (await RunAsync(project, database, "staging", new BackupFirstStep(), new PlanStep()))[^1];
        Assert.That(plan.Result.Problems.Select(problem => problem.Code.Id), Has.Some.EqualTo("DBG0228"));
    }

    /// <summary>EF Core and dotnet ef from NuGet: the SQL of its migrations is linted, planned and rehearsed.</summary>
    [Test]
    [Category("Nightly")]
    public async Task Of_ef_core_release_with_the_sql_that_they_print()
    {
        using var files = new GatedProject();
        await using var database = await TestDatabase.CreateAsync();
        var tools = files.Of("tools");
        (await Shell.RunAsync(
            "dotnet", ["tool", "install", "dotnet-ef", "--version", "10.0.15", "--tool-path", tools], files.Root,
            deadline: TimeSpan.FromMinutes(5))).Succeeded();
        files.With("dbgate.json", """{ "approvals": { "staging": { "required": 0 } } }""").With(".git/HEAD", new string('a', 40) + "\n")
            .With("Directory.Build.props", "<Project />")
            .With("Directory.Build.targets", "<Project />")
            .With("Directory.Packages.props", "<Project />")
            .With("Shop.csproj", """
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
                  <ItemGroup>
                    <PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" />
                    <PackageReference Include="Microsoft.EntityFrameworkCore.Design" Version="10.0.15" />
                  </ItemGroup>
                </Project>
                """)
            .With("Program.cs", """
                using Microsoft.EntityFrameworkCore;
                return;
                public class Shop : DbContext { protected override void OnConfiguring(DbContextOptionsBuilder o) => o.UseNpgsql(Environment.GetEnvironmentVariable("ConnectionStrings__DefaultConnection"))
                    .ConfigureWarnings(w => w.Ignore(Microsoft.EntityFrameworkCore.Diagnostics.RelationalEventId.PendingModelChangesWarning)); }
                """);
        Add("20260101000000_Init", "m.Sql(\"CREATE TABLE t1 (id int PRIMARY KEY);\");");
        Add("20260102000000_More", "m.Sql(\"CREATE TABLE t2 (id int PRIMARY KEY);\");");
        (await Shell.RunAsync("dotnet", ["restore"], files.Root, deadline: TimeSpan.FromMinutes(5))).Succeeded();
        var command = $"{tools}/dotnet-ef database update";
        (await RunAsync(files, command, database, "development", new MigrateDeployStep()))[^1].Expect(null);
        await database.ExecuteAsync("INSERT INTO t1 SELECT generate_series(1, 20)");

        Add("20260103000000_Name", "m.Sql(\"ALTER TABLE t1 ADD COLUMN name text;\");");
        var release =
            await RunAsync(
                files, command, database, "staging", new BackupFirstStep(), new RehearseStep(), new PlanStep(), new MigrateDeployStep());

        Assert.That(
            release.Where(step => step.Result.IsBlocking)
                .SelectMany(step => step.Result.Problems)
                .Select(problem => $"{problem.Code.Id} {problem.Message}: {problem.Cause}"), Is.Empty);
        Assert.That(
            release[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.EqualTo("object: column public.t1.name added").And.Some.StartsWith("drift: none"), release[1].Result.Summary);
        Assert.That(
            release[^1].Result.Facts.Single(fact => fact.Name == "as rehearsed").Value, Does.StartWith("the catalog is the rehearsed one"));
        Assert.That((await ToolTrial.JudgeAsync(database, files)).Details, Is.EqualTo("3/3 migrations applied"));

        // A model that no migration makes blocks the next plan.
        files.With("Model.cs", "public class Customer { public int Id { get; set; } }\n");
        files.With(
            "Program.cs",
            (await File.ReadAllTextAsync(files.Of("Program.cs")))
                .Replace("DbContext { ", "DbContext { public DbSet<Customer> Customers => Set<Customer>(); ", StringComparison.Ordinal));
        Add("20260104000000_Next", "m.Sql(\"CREATE TABLE t4 (id int);\");");
        (await RunAsync(files, command, database, "staging", new BackupFirstStep(), new PlanStep()))[^1]
            .Expect("DBG0226", ExitCode.Blocked);

        void Add(string id, string code) => files.With($"Migrations/{id}.cs", $$"""
            using Microsoft.EntityFrameworkCore.Infrastructure;
            using Microsoft.EntityFrameworkCore.Migrations;
            [DbContext(typeof(Shop))]
            [Migration("{{id}}")]
            public class M{{id}} : Migration { protected override void Up(MigrationBuilder m) { {{code}} } }
            """);
    }

    static Task<IReadOnlyList<StepReport>> RunAsync(Project project, TestDatabase database, string environment, params IStep[] steps) =>
        RunAsync(project.Files, project.Command, database, environment, steps);

    static Task<IReadOnlyList<StepReport>> RunAsync(
        GatedProject files, string command, TestDatabase database, string environment, params IStep[] steps) =>
        ToolRelease.RunAsync(files, command, database, environment, steps);
}
