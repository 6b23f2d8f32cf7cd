using DbGate.Postgres;

namespace DbGate.Tests.Migrations.Compatibility;

/// <summary>The sample shop's model and migrations with EF Core.</summary>
[Category("Postgres")]
[Category("Nightly")]
public sealed class EfCoreApp : RealApplication
{
    const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" />
          </ItemGroup>
        </Project>
        """;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-efcore-app-");

    protected override string TableList => "\"Products\", \"Orders\"";

    public static IEnumerable<TestCaseData> Releases() => Cases(
        [("Products", ["Name", "Price"]), ("Orders", ["ProductId", "Quantity", "PlacedAt"])],
        "ALTER TABLE \"Products\" ALTER COLUMN \"Name\" TYPE varchar(2) USING left(\"Name\", 2);",
        "ALTER TABLE \"Orders\" ALTER COLUMN \"Quantity\" TYPE text;",
        "ALTER TABLE \"Orders\" ALTER COLUMN \"PlacedAt\" TYPE text;",
        "ALTER TABLE \"Products\" ADD CONSTRAINT low CHECK (\"Price\" < 1) NOT VALID;",
        $"REVOKE USAGE ON SEQUENCE \"Orders_Id_seq\" FROM {Role};");

    [TestCaseSource(nameof(Releases))]
    public Task Meets_what_is_predicted(string sql) => CompareAsync(sql);

    protected override async Task PrepareAsync()
    {
        var shop = Path.Combine(Repository.Root, "tests", "samples", "shop", "Shop.Web");
        foreach (var part in new[] { "Data", "Migrations" })
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, part));
            foreach (var file in Directory.EnumerateFiles(Path.Combine(shop, part), "*.cs"))
            {
                File.Copy(file, Path.Combine(folder.FullName, part, Path.GetFileName(file)));
            }
        }

        File.Copy(Path.Combine(Repository.Root, "tests", "efcore-app", "Program.cs"), Path.Combine(folder.FullName, "Program.cs"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "App.csproj"), Project);
        (await Shell.RunAsync(
            "dotnet", ["build", "App.csproj", "-c", "Release", "-o", "out", "-v", "quiet", "-nologo", "-tl:off", "-nr:false"],
            folder.FullName))
            .Succeeded();
    }

    protected override async Task FillAsync(TestDatabase database)
    {
        (await RunAsync(database.Url, "migrate")).Succeeded();
        await database.ExecuteAsync(
            """
            INSERT INTO "Products" ("Name", "Price") SELECT 'product ' || g, g FROM generate_series(1, 20) g;
            INSERT INTO "Orders" ("ProductId", "Quantity", "PlacedAt") SELECT g, 2, now() FROM generate_series(1, 20) g;
            """);
    }

    private protected override Task<ShellResult> RunAsync(PostgresUrl url) => RunAsync(url, []);

    Task<ShellResult> RunAsync(PostgresUrl url, params string[] arguments) => Shell.RunAsync(
        "dotnet", [Path.Combine("out", "App.dll"), .. arguments], folder.FullName,
        new Dictionary<string, string?>
        {
            ["DATABASE_URL"] =
                $"Host={url.Host};Port={url.Port};Username={url.User};Password={url.Password};Database={url.Database};Pooling=false",
        });

    [OneTimeTearDown]
    public void Remove() => folder.Delete(recursive: true);
}
