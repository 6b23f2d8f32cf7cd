namespace DbGate.EndToEnd;

/// <summary>The files of a small ASP.NET application with EF Core, as its templates and <c>dotnet ef</c> write them.</summary>
static class EfCoreShop
{
    public const int Migrations = 2;

    public static IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["Directory.Build.props"] = "<Project />\n",
        ["Directory.Build.targets"] = "<Project />\n",
        ["Directory.Packages.props"] = "<Project />\n",
        [".gitignore"] = "bin/\nobj/\n",
        ["Dockerfile"] = """
            FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
            WORKDIR /src
            COPY . .
            RUN dotnet publish Shop -o /app
            FROM mcr.microsoft.com/dotnet/aspnet:10.0
            COPY --from=build /app /app
            ENTRYPOINT ["dotnet", "/app/Shop.dll"]

            """,
        ["Shop/Shop.csproj"] = """
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" />
                <PackageReference Include="Microsoft.EntityFrameworkCore.Design" Version="10.0.15" PrivateAssets="all" />
              </ItemGroup>
            </Project>

            """,
        ["Shop/Program.cs"] = """
            using Microsoft.EntityFrameworkCore;

            var builder = WebApplication.CreateBuilder(args);
            builder.Services.AddDbContext<ShopContext>(options => options.UseNpgsql(builder.Configuration.GetConnectionString("Shop")));
            var app = builder.Build();
            app.MapGet("/ready", () => new { status = "ready" });
            app.Run();

            public class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
            {
                protected override void OnConfiguring(DbContextOptionsBuilder builder) => builder.ConfigureWarnings(warnings =>
                    warnings.Ignore(Microsoft.EntityFrameworkCore.Diagnostics.RelationalEventId.PendingModelChangesWarning));
            }

            """,
        ["Shop/Migrations/20260101000000_Init.cs"] = Migration("20260101000000_Init", "CREATE TABLE customer (id int PRIMARY KEY);"),
        ["Shop/Migrations/20260201000000_Name.cs"] = Migration("20260201000000_Name", "ALTER TABLE customer ADD COLUMN name text;"),
    };

    static string Migration(string id, string sql) => $$"""
        using Microsoft.EntityFrameworkCore.Infrastructure;
        using Microsoft.EntityFrameworkCore.Migrations;

        [DbContext(typeof(ShopContext))]
        [Migration("{{id}}")]
        public class M{{id}} : Migration
        {
            protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("{{sql}}");
        }

        """;
}
