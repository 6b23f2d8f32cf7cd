using System.Security.Cryptography;
using System.Text;
using DbGate.Problems;

namespace DbGate.Tests.Migrations.Tools;

/// <summary>Databases that the real .NET tools made from NuGet packages (Fixtures/*.sql), each in a state of its own.</summary>
[Category("Postgres")]
[NonParallelizable] // one database for all
public sealed class DumpsOfRealTools
{
    const string Ef =
        """<Project><ItemGroup><PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" /></ItemGroup></Project>""";

    static readonly string Fixtures = Path.Combine(Repository.Root, "tests", "DbGate.Tests", "Migrations", "Tools", "Fixtures");

    static readonly string[] EfIds =
        ["20261130065050_Init", "20261130065203_AddOrders", "20261130065252_AddEmail", "20261130065430_IndexEmail",
            "20261130065655_DropFax"];

    static readonly string[] DbUpFiles = ["0001_init.sql", "0002_orders.sql", "0003_email.sql", "0004_email_ix.sql", "0005_drop_fax.sql"];

    static readonly string[] EvolveFiles = ["V1__init.sql", "V2__orders.sql", "V3__email.sql", "V4__email_ix.sql", "V5__drop_fax.sql"];

    TestDatabase database = null!;

    [OneTimeSetUp]
    public async Task Create() => database = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task Drop() => await database.DisposeAsync();

    Task LoadAsync(string dump) =>
        ToolTrial.PrepareAsync(database, File.ReadAllText(Path.Combine(Fixtures, dump + ".sql")) + "\n;RESET search_path");

    [TestCase("efcore-success", "", "5/5 migrations applied", "")]
    [TestCase("efcore-success", "20261201000000_Next", "Migration issues: 1 pending", "DBG0201")]
    [TestCase("efcore-after-revert-to-AddEmail", "", "Migration issues: 2 pending", "DBG0201")]
    [TestCase("efcore-failed-midway-suppresstx", "20261130070000_Half", "Migration issues: 1 pending", "DBG0201")]
    [TestCase("efcore-two-pending-second-fails", "20261130070000_Half", "Migration issues: 1 pending", "DBG0201")]
    [TestCase("efcore-two-contexts", "20261130072534_InitAudit", "6/6 migrations applied", "")]
    [TestCase("efcore-two-contexts", "", "Migration issues: 1 missing on disk", "DBG0206")]
    public async Task Of_ef_core(string dump, string more, string details, string codes)
    {
        await LoadAsync(dump);
        using var project = EfProject([.. EfIds, .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var result = await ToolTrial.JudgeAsync(database, project);

        Assert.That((result.Details, ToolTrial.Codes(result)), Is.EqualTo((details, codes)));
    }

    /// <summary>The rows of the old migrations stay, and nothing in the code knows them: EF Core itself fails with 42P07.</summary>
    [TestCase("20261130072534_InitAudit 20261130080000_Squashed", "Migration issues: 1 pending, 5 missing on disk", "DBG0201 DBG0206")]
    [TestCase("20261130080000_Squashed", "Migration issues: 1 pending, 6 missing on disk", "DBG0220")]
    public async Task Of_ef_core_after_a_squash(string ids, string details, string codes)
    {
        await LoadAsync("efcore-squashed-code-old-rows");
        using var project = EfProject(ids.Split(' '));
        var result = await ToolTrial.JudgeAsync(database, project);

        Assert.That((result.Details, ToolTrial.Codes(result)), Is.EqualTo((details, codes)));
        Assert.That(
            string.Join('\n', result.Problems.SelectMany(problem => problem.Fix?.Commands ?? []).Select(CommandStyle.BuildScript.Line)),
            Does.Contain("20261130080000_Squashed").And.Contain("--as=rolled-back"));
    }

    [TestCase("dbup-success", "", "5/5 migrations applied", "")]
    [TestCase("dbup-failed-notx", "0006_half.sql", "Migration issues: 1 pending", "DBG0201")]
    public async Task Of_dbup(string dump, string more, string details, string codes)
    {
        await LoadAsync(dump);
        using var project = DbUpProject("dbup", [.. DbUpFiles, .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var result = await ToolTrial.JudgeAsync(database, project);

        Assert.That((result.Details, ToolTrial.Codes(result)), Is.EqualTo((details, codes)));
    }

    /// <summary>The names of embedded resources begin with the assembly: a rename makes every script a new one.</summary>
    [Test]
    public async Task Of_dbup_after_a_rename_of_the_assembly_would_run_everything_again()
    {
        await LoadAsync("dbup-success");
        using var project = DbUpProject("Shop.Database", DbUpFiles);
        var result = await ToolTrial.JudgeAsync(database, project);

        Assert.That(ToolTrial.Codes(result), Is.EqualTo("DBG0226"));
        Assert.That(
            result.Problems.Single().Message,
            Does.Contain("all 5 scripts would run again").And.Contain("dbup.Scripts.").And.Contain("Shop.Database.Scripts."));
    }

    [TestCase("fluentmigrator-success", 5, "5/5 migrations applied", "")]
    [TestCase("fluentmigrator-after-rollback-to-3", 5, "Migration issues: 2 pending", "DBG0201")]
    [TestCase("fluentmigrator-failed", 6, "Migration issues: 1 pending", "DBG0201")]
    [TestCase("fluentmigrator-success", 4, "Migration issues: 1 missing on disk", "DBG0206")]
    public async Task Of_fluentmigrator(string dump, int count, string details, string codes)
    {
        await LoadAsync(dump);
        using var project = ToolTrial.Project(
            Enumerable.Range(1, count)
                .Select(number =>
                    ($"Migrations/M{number}.cs", $"[Migration(20260101000{number}, \"m\")] public class M{number} : Migration {{ }}\n"))
                .Prepend(("fm.csproj", """<PackageReference Include="FluentMigrator.Runner" Version="8.0.1" />""")));
        var result = await ToolTrial.JudgeAsync(database, project);

        Assert.That((result.Details, ToolTrial.Codes(result)), Is.EqualTo((details, codes)));
    }

    [TestCase("evolve-success", "", "5/5 migrations applied", "")]
    [TestCase("evolve-failed-v6", "V6__fails.sql", "Migration issues: 1 rolled back", "DBG0204")]
    [TestCase(
        "evolve-failed-v6", "", "Migration issues: 1 failed", "DBG0202",
        Description = "the file is gone: whether it ran in a transaction cannot be told")]
    [TestCase("evolve-after-repair", "V6__fails.sql", "Migration issues: 1 rolled back", "DBG0204")]
    [TestCase("evolve-failed-txoff", "V6__fails.sql V7__txoff.sql", "Migration issues: 1 failed, 1 rolled back", "DBG0202 DBG0204")]
    [TestCase(
        "evolve-repeatable", "V6__fails.sql V7__txoff.sql R__view.sql", "Migration issues: 1 failed, 1 rolled back", "DBG0202 DBG0204")]
    public async Task Of_evolve(string dump, string more, string details, string codes)
    {
        await LoadAsync(dump);
        using var project = await EvolveProjectAsync([.. EvolveFiles, .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var result = await ToolTrial.JudgeAsync(database, project);

        Assert.That((result.Details, ToolTrial.Codes(result)), Is.EqualTo((details, codes)));
    }

    [Test]
    public async Task Of_evolve_name_an_edited_file_and_take_a_changed_repeatable_for_pending()
    {
        await LoadAsync("evolve-repeatable");
        using var project = await EvolveProjectAsync([.. EvolveFiles, "R__view.sql"]);
        await database.ExecuteAsync("DELETE FROM changelog WHERE NOT success");
        project.With("db/V2__orders.sql", "SELECT 'edited';\n").With("db/R__view.sql", "CREATE OR REPLACE VIEW v AS SELECT 2 AS two;\n");
        var result = await ToolTrial.JudgeAsync(database, project);

        Assert.That((result.Details, ToolTrial.Codes(result)), Is.EqualTo(("Migration issues: 1 pending, 1 edited", "DBG0201 DBG0205")));
    }

    static GatedProject EfProject(IEnumerable<string> ids) => ToolTrial.Project(
        ids.SelectMany(id => new[]
        {
            ($"Shop/Migrations/{id}.cs", $"public partial class {id[15..]} : Migration {{ }}\n"),
            ($"Shop/Migrations/{id}.Designer.cs",
                $"[DbContext(typeof(ShopContext))]\n[Migration(\"{id}\")]\npartial class {id[15..]} {{ }}\n"),
        }).Prepend(("Shop/Shop.csproj", Ef)));

    static GatedProject DbUpProject(string assembly, IEnumerable<string> files) => ToolTrial.Project(
        files.Select(file => ($"{assembly}/Scripts/{file}", "SELECT 1;\n"))
            .Prepend(
                ($"{assembly}/{assembly}.csproj",
                    """<PackageReference Include="dbup-postgresql" Version="7.0.1" /><EmbeddedResource Include="Scripts/*.sql" />""")));

    /// <summary>The texts behind the dumps' checksums were not kept, so the rows get those of the texts here.</summary>
    async Task<GatedProject> EvolveProjectAsync(IReadOnlyList<string> files)
    {
        var project = ToolTrial.Project(("app.csproj", """<PackageReference Include="Evolve" Version="3.2.0" />"""));
        foreach (var file in files)
        {
            var text = $"{(file == "V7__txoff.sql" ? "-- evolve-tx-off\n" : "")}SELECT '{file}';\n";
            project.With($"db/{file}", text);
#pragma warning disable CA5351 // The tool's own checksum.
            var checksum = Convert.ToHexString(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
            await database.ExecuteAsync($"UPDATE changelog SET checksum = '{checksum}' WHERE name = '{file}'");
        }

        return project;
    }
}
