using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Build.Demo;

/// <summary>The shop: ASP.NET Core and EF Core, migrated by dotnet ef, with the application's own <c>/ready</c>.</summary>
sealed class DemoShop(string folder) : DemoProject("shop", folder)
{
    public override string Words => "the shop as it is today: an EF Core application with two migrations, and its data";

    public override string Seed => File.ReadAllText(Path.Combine(Sample, "seed.sql"));

    // The command of dbgate.json would be a new rule of the commit, which waits for an approval.
    public override string Policy => """
        {
          "approvals": { "production": { "required": 0 } },
          "migrations": { "command": "dotnet ef database update --project=Shop.Web" }
        }
        """;

    public override TimeSpan Deadline => TimeSpan.FromMinutes(15);

    public override void AddNextMigration() => Copy(Path.Combine(Paths.Root.FullPath, "tests/samples/shop-next"), Folder);

    public override void AddFailingMigration() => Write("Shop.Web/Migrations/20261201090000_AddCountry.cs", """
        using Microsoft.EntityFrameworkCore.Infrastructure;
        using Microsoft.EntityFrameworkCore.Migrations;
        using Shop.Web.Data;

        namespace Shop.Web.Migrations;

        [DbContext(typeof(ShopContext))]
        [Migration("20261201090000_AddCountry")]
        public sealed class AddCountry : Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder) =>
                migrationBuilder.Sql("ALTER TABLE \"Orders\" ADD COLUMN \"Country\" text NOT NULL;");
        }
        """);

    public override void LetTheImagePush() =>
        Replace("scripts/start.sh", "exec dotnet Shop.Web.dll", "dotnet ef database drop --force\nexec dotnet Shop.Web.dll");

    public override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await DotNetAsync(cancellationToken, "tool", "restore");
        await DotNetAsync(cancellationToken, "restore", "Shop.Web", "-v", "quiet", "-nodeReuse:false");
    }

    public override async Task<IDemoApplication?> StartAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        await DotNetAsync(cancellationToken, "build", "Shop.Web", "-v", "quiet", "-nologo", "-tl:off", "-nodeReuse:false");
        return new ShopApplication(Path.Combine(Folder, "Shop.Web"), "bin/Debug/net10.0/Shop.Web.dll", url);
    }

    async Task DotNetAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        Console.Out.WriteLine($"$ dotnet {string.Join(' ', arguments)}");
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(Archives.DotNet.Program, arguments)
            {
                EnvironmentBase = EnvironmentBase.Inherited,
                WorkingDirectory = Folder,
                Deadline = TimeSpan.FromMinutes(5),
            },
            cancellationToken);
        if (!outcome.Succeeded)
        {
            throw new InvalidOperationException(
                $"dotnet {arguments[0]} of the shop failed:\n{outcome.StandardOutput}{outcome.StandardError}");
        }
    }
}
