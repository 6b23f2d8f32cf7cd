using DbGate.Gates.Steps;
using DbGate.Problems;
using DbGate.Tests.Releases;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>The sample shop, migrated by the real dotnet ef: stale binaries, a bundle, several contexts.</summary>
[Category("Postgres")]
[Category("Nightly")]
[Platform("Linux")]
[NonParallelizable] // each builds
public sealed class EfCoreShops
{
    const string Command = "dotnet ef database update --project=Shop.Web";

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    static async Task<GatedProject> CreateAsync()
    {
        var shop = new GatedProject();
        SampleShop.CopyTo(shop.Root);
        shop.With("dbgate.json", """{ "approvals": { "staging": { "required": 0 } } }""").With(".git/HEAD", new string('a', 40) + "\n");
        await DotNetAsync(shop, "tool", "restore");
        await DotNetAsync(shop, "restore", "Shop.Web");
        return shop;
    }

    static async Task DotNetAsync(GatedProject shop, params string[] arguments) =>
        (await Shell.RunAsync("dotnet", arguments, shop.Root, deadline: Deadline)).Succeeded();

    /// <summary>dotnet ef states "already up to date" and exits 0: the ledger is read, not the exit code.</summary>
    [Test]
    public async Task With_stale_binaries_are_not_released()
    {
        using var shop = await CreateAsync();
        await using var database = await TestDatabase.CreateAsync();
        (await ToolRelease.RunAsync(shop, Command, database, "development", new MigrateDeployStep())).Passed();
        Assert.That((await ToolTrial.JudgeAsync(database, shop)).Details, Is.EqualTo("2/2 migrations applied"));
        SampleShop.UpgradeToNext(shop.Root);

        (await ToolRelease.RunAsync(shop, $"{Command} --no-build", database, "development", new MigrateDeployStep()))[^1]
            .Expect("DBG0504", ExitCode.MigrationFailed);
        Assert.That((await ToolTrial.JudgeAsync(database, shop)).Details, Is.EqualTo("Migration issues: 1 pending"));
        (await ToolRelease.RunAsync(shop, Command, database, "staging", ToolRelease.Chain)).Passed();
        Assert.That((await ToolTrial.JudgeAsync(database, shop)).Details, Is.EqualTo("3/3 migrations applied"));
    }

    /// <summary>The plan promises the bundle by its hash; another one is not deployed.</summary>
    [Test]
    public async Task With_a_bundle_release_the_one_of_the_plan()
    {
        using var shop = await CreateAsync();
        await using var database = await TestDatabase.CreateAsync();
        (await ToolRelease.RunAsync(shop, Command, database, "development", new MigrateDeployStep())).Passed();
        SampleShop.UpgradeToNext(shop.Root);
        await DotNetAsync(shop, "ef", "migrations", "bundle", "--project", "Shop.Web", "--output", shop.Of("efbundle"));
        const string Bundle = "./efbundle";
        var planned = (await ToolRelease.RunAsync(shop, Bundle, database, "staging", ToolRelease.Chain[..3])).Passed();
        Assert.That(
            planned[1].Result.Facts.Select(fact => $"{fact.Name}: {fact.Value}"),
            Has.Some.EqualTo("object: column public.\"Orders\".\"Note\" added"));
        var plan = planned[2].Result.Facts.First(fact => fact.Name == "plan").Value;
        var bytes = await File.ReadAllBytesAsync(shop.Of("efbundle"));

        await File.AppendAllTextAsync(shop.Of("efbundle"), "another");
        (await ReleaseAsync())[^1].Expect("DBG0532", ExitCode.Stale);
        Assert.That((await ToolTrial.JudgeAsync(database, shop)).Details, Is.EqualTo("Migration issues: 1 pending"));

        await File.WriteAllBytesAsync(shop.Of("efbundle"), bytes);
        (await ReleaseAsync()).Passed();
        Assert.That((await ToolTrial.JudgeAsync(database, shop)).Details, Is.EqualTo("3/3 migrations applied"));

        Task<IReadOnlyList<DbGate.Releases.StepReport>> ReleaseAsync() => ToolRelease.RunAsync(
            shop, Bundle, database, "staging", [("plan", plan)], new BackupFirstStep(), new PlanStep(), new MigrateDeployStep());
    }

    /// <summary>Each context has a ledger of its own; a command for one of them leaves the other's migrations pending.</summary>
    [Test]
    public async Task With_two_contexts_are_released_by_a_command_for_both()
    {
        using var shop = await CreateAsync();
        await using var database = await TestDatabase.CreateAsync();
        shop.With("Shop.Web/Data/AuditContext.cs", """
            using Microsoft.EntityFrameworkCore;
            using Microsoft.EntityFrameworkCore.Design;

            namespace Shop.Web.Data;

            public sealed class AuditContext(DbContextOptions<AuditContext> options) : DbContext(options)
            {
                public DbSet<Entry> Entries => Set<Entry>();
            }

            public sealed class Entry
            {
                public int Id { get; set; }
            }

            public sealed class AuditFactory : IDesignTimeDbContextFactory<AuditContext>
            {
                public AuditContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<AuditContext>()
                    .UseNpgsql(
                        Environment.GetEnvironmentVariable("ConnectionStrings__DefaultConnection"),
                        options => options.MigrationsHistoryTable("__AuditHistory", "audit")).Options);
            }
            """);
        await DotNetAsync(
            shop, "ef", "migrations", "add", "Audit", "--project", "Shop.Web", "--context", "AuditContext", "--output-dir", "Audit");

        (await ToolRelease.RunAsync(shop, Command, database, "development", new MigrateDeployStep()))[^1]
            .Expect("DBG0502", ExitCode.MigrationFailed);
        (await ToolRelease.RunAsync(shop, $"{Command} --context=ShopContext", database, "development", new MigrateDeployStep()))[^1]
            .Expect("DBG0504", ExitCode.MigrationFailed);
        Assert.That((await ToolTrial.JudgeAsync(database, shop)).Details, Is.EqualTo("Migration issues: 1 pending"));

        shop.With("migrate.sh", $"set -e\n{Command} --context=ShopContext\n{Command} --context=AuditContext\n");
        (await ToolRelease.RunAsync(shop, "sh migrate.sh", database, "staging", ToolRelease.Chain)).Passed();
        Assert.That((await ToolTrial.JudgeAsync(database, shop)).Details, Is.EqualTo("3/3 migrations applied"));
    }
}
