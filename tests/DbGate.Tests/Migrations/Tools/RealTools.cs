using DbGate.Gates;
using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Releases;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Tools from npm (tests/migration-tools) and NuGet (tests/DbGate.MigrationTools), and DbGate releases with them.</summary>
[Category("Postgres")]
[Parallelizable(ParallelScope.All)]
public sealed class RealTools
{
    static IEnumerable<string> All => FullTool.All;

    [TestCaseSource(nameof(All))]
    [Platform("Linux")]
    public async Task Release_a_history_of_twelve_migrations(string id)
    {
        using var tool = await FullTool.CreateAsync(id);
        await using var database = await TestDatabase.CreateAsync();
        for (var number = 1; number <= 11; number++)
        {
            tool.Add(number, $"CREATE TABLE t{number} (id int PRIMARY KEY)");
        }

        (await RunAsync(tool, database, "development", new MigrateDeployStep())).Passed();
        await database.ExecuteAsync("INSERT INTO t1 SELECT generate_series(1, 20)");

        var last = tool.Add(12, "ALTER TABLE t1 ADD COLUMN name text", "CREATE TABLE t12 (id int)");
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("Migration issues: 1 pending"));
        var release = (await RunAsync(tool, database, "staging", ToolRelease.Chain)).Passed();

        Assert.That(
            release[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.EqualTo("object: column public.t1.name added").And.Some.StartsWith("drift: none"));
        Assert.That(
            release[^1].Result.Facts.Single(fact => fact.Name == "as rehearsed").Value, Does.StartWith("the catalog is the rehearsed one"));
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("12/12 migrations applied"));

        // Where the ledger stores nothing of a file, the evidence does.
        var text = await File.ReadAllTextAsync(tool.Files.Of(last));
        tool.Files.With(last, text.Replace("name text", "name varchar", StringComparison.Ordinal));
        tool.Add(13, "CREATE TABLE t13 (id int)");
        (await RunAsync(tool, database, "staging", new BackupFirstStep(), new PlanStep()))[^1].Expect("DBG0205", ExitCode.Blocked);
    }

    /// <summary>
    /// No row reports it; the deploy is never called unchanged, the next plan shows it, and the command that is printed reports what is
    /// left.
    /// </summary>
    [TestCase("dbmate", null)]
    [TestCase("dbup", "table public.half is in the database, and no migration makes it")]
    [Platform("Linux")]
    public async Task Which_record_no_failure_leave_a_state_that_is_compared(string id, string? left)
    {
        using var tool = await FullTool.CreateAsync(id);
        await using var database = await TestDatabase.CreateAsync();
        tool.Add(1, "CREATE TABLE t1 (id int PRIMARY KEY)");
        (await RunAsync(tool, database, "development", new MigrateDeployStep())).Passed();
        tool.Add(2, "CREATE TABLE t2 (id int)");
        var third = tool.Add(3, "CREATE TABLE half (id int)", "SELECT * FROM nothing");
        var failed = (await RunAsync(tool, database, "staging", new BackupFirstStep(), new PlanStep(), new MigrateDeployStep()))[^1];

        failed.Expect("DBG0502", ExitCode.MigrationFailed);
        var problem = failed.Result.Problems.Single(problem => problem.Code.Id == "DBG0502");
        Assert.That(
            problem.State!.ToString(), Does.StartWith("1 applied in this deploy, 1 left").And.Contain("003_m.sql may be in the database"));
        var plan = (await RunAsync(tool, database, "staging", new BackupFirstStep(), new PlanStep()))[^1];
        Assert.That(plan.Result.Problems.Select(problem => problem.Code.Id), Has.Some.EqualTo("DBG0228"));

        var command = (GateCommand)problem.Fix!.Commands[0];
        var compared = await ToolRelease.ResolveAsync(tool.Files, tool.Command, database, command);
        compared.Expect(left is null ? null : "DBG0238", left is null ? ExitCode.Pass : ExitCode.Blocked);
        if (left is not null)
        {
            Assert.That(compared.Result.Problems.Single().Cause, Is.EqualTo($"drift: {left}"));
            await database.ExecuteAsync("DROP TABLE half");
            (await ToolRelease.ResolveAsync(tool.Files, tool.Command, database, command)).Expect(null);
        }

        var text = await File.ReadAllTextAsync(tool.Files.Of(third));
        tool.Files.With(third, text.Replace("SELECT * FROM nothing", "SELECT * FROM half", StringComparison.Ordinal));
        (await RunAsync(tool, database, "staging", ToolRelease.Chain)).Passed();
        Assert.That((await ToolTrial.JudgeAsync(database, tool.Files)).Details, Is.EqualTo("3/3 migrations applied"));
    }

    /// <summary>
    /// A tool with a failed row of its own gave way to a lock. What DbGate does about that for the directories that it applies itself does
    /// not fit here. The program means golang-migrate, which leaves the row dirty.
    /// </summary>
    [Test]
    [Platform("Linux")]
    public async Task Which_give_way_to_a_lock_are_reported_with_their_own_ledger()
    {
        using var drizzle = await FullTool.CreateAsync("drizzle"); // for its node_modules
        var files = drizzle.Files.With("go.mod", "require github.com/golang-migrate/migrate/v4 v4.18.0")
            .With("db/1_a.up.sql", "SELECT 1;\n").With("migrate.mjs", """
                import pg from 'pg';
                const client = new pg.Client(process.env.DATABASE_URL);
                await client.connect();
                await client.query('CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)');
                await client.query('INSERT INTO schema_migrations VALUES (1, true)');
                await client.end();
                console.error('canceling statement due to lock timeout (SQLSTATE 55P03)');
                process.exit(1);
                """);
        await using var database = await TestDatabase.CreateAsync();

        (await RunAsync(files, "node migrate.mjs", database, "development", new MigrateDeployStep()))[^1]
            .Expect("DBG0502", ExitCode.MigrationFailed);
        Assert.That(ToolTrial.Codes(await ToolTrial.JudgeAsync(database, files)), Is.EqualTo("DBG0202"));
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
        for (var number = 1; number <= 11; number++)
        {
            Add($"202601{number:00}000000_M{number}", $"m.Sql(\"CREATE TABLE t{number} (id int PRIMARY KEY);\");");
        }

        (await Shell.RunAsync("dotnet", ["restore"], files.Root, deadline: TimeSpan.FromMinutes(5))).Succeeded();
        var command = $"{tools}/dotnet-ef database update";
        (await RunAsync(files, command, database, "development", new MigrateDeployStep()))[^1].Expect(null);
        await database.ExecuteAsync("INSERT INTO t1 SELECT generate_series(1, 20)");

        Add("20260112000000_Name", "m.Sql(\"ALTER TABLE t1 ADD COLUMN name text;\");");
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
        Assert.That((await ToolTrial.JudgeAsync(database, files)).Details, Is.EqualTo("12/12 migrations applied"));

        // A model that no migration makes blocks the next plan.
        files.With("Model.cs", "public class Customer { public int Id { get; set; } }\n");
        files.With(
            "Program.cs",
            (await File.ReadAllTextAsync(files.Of("Program.cs")))
                .Replace("DbContext { ", "DbContext { public DbSet<Customer> Customers => Set<Customer>(); ", StringComparison.Ordinal));
        Add("20260113000000_Next", "m.Sql(\"CREATE TABLE t4 (id int);\");");
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

    static Task<IReadOnlyList<StepReport>> RunAsync(FullTool tool, TestDatabase database, string environment, params IStep[] steps) =>
        RunAsync(tool.Files, tool.Command, database, environment, steps);

    static Task<IReadOnlyList<StepReport>> RunAsync(
        GatedProject files, string command, TestDatabase database, string environment, params IStep[] steps) =>
        ToolRelease.RunAsync(files, command, database, environment, steps);
}
