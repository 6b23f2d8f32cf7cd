using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.Releases;

namespace DbGate.EndToEnd.Packages;

/// <summary>One project and one database, asked through a Frosting build, the tool, and MSBuild tasks from their package.</summary>
[Category("Postgres")]
public sealed partial class PackageHosts
{
    static readonly string[] Gates = ["forbid-db-push", "verify-ready"];

    Wallet wallet = null!;
    TestDatabase database = null!;
    DirectoryInfo folder = null!;

    [SetUp]
    public async Task MakeInput()
    {
        folder = Directory.CreateTempSubdirectory("dbgate-doors-");
        wallet = Wallet.Copy();
        database = await TestDatabase.CreateAsync();
    }

    [TearDown]
    public async Task RemoveInput()
    {
        await database.DisposeAsync();
        wallet.Dispose();
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task Give_the_same_verdict_codes_and_JSON_but_for_times()
    {
        var frosting = await ByDllAsync("frosting", "DbGate.Build");
        var tool = await ByDllAsync("tool", "DbGate.Cli");
        var tasks = await ByMSBuildAsync();

        Assert.That(frosting.Verdict, Is.EqualTo("blocked"), frosting.Said);
        Assert.That(frosting.Codes, Is.SupersetOf(new[] { "DBG0121", "DBG0122" }));
        foreach (var other in new[] { tool, tasks })
        {
            Assert.That(other.Verdict, Is.EqualTo(frosting.Verdict), other.Said);
            Assert.That(other.Codes, Is.EqualTo(frosting.Codes));
            Assert.That(other.Files.Keys, Is.EquivalentTo(frosting.Files.Keys));
            foreach (var (name, text) in frosting.Files.Where(file => file.Key.EndsWith(".json", StringComparison.Ordinal)))
            {
                Assert.That(other.Files[name], Is.EqualTo(text), name);
            }

            Assert.That(frosting.Files["report.md"], Does.Contain("\n./build.sh ").And.Not.Contain("\ndbgate "));
            Assert.That(other.Files["report.md"], Does.Not.Contain("build.sh"), "no host has the build's script but the build");
        }

        foreach (var code in frosting.Codes)
        {
            Assert.That(tasks.Said, Does.Contain($" {code}: "), "as an error or warning of the build");
        }
    }

    Dictionary<string, string?> Variables => new()
    {
        ["DATABASE_URL_PROD"] = database.UrlText,
        ["CI"] = null,
        ["GITHUB_ACTIONS"] = null,
    };

    async Task<Answer> ByDllAsync(string host, string assembly)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var dll = Path.Combine(Repository.Root, "artifacts", "bin", assembly, configuration, $"{assembly}.dll");
        return await AnswerAsync(host, reports => Shell.RunAsync(
            "dotnet",
            [dll, .. Gates.Select(gate => $"--target={gate}"), "--environment=production", $"--project={wallet.Folder}",
                $"--reports-folder={reports}"],
            folder.FullName,
            Variables));
    }

    async Task<Answer> ByMSBuildAsync()
    {
        var package = Path.Combine(folder.FullName, "package");
        await ZipFile.ExtractToDirectoryAsync(await PackageFeed.FileAsync("DbGate.MSBuild"), package);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "gates.proj"), """
            <Project>
              <Import Project="package/build/DbGate.MSBuild.props" />
              <Import Project="package/build/DbGate.MSBuild.targets" />
            </Project>
            """);
        return await AnswerAsync("msbuild", reports => FreshProject.DotNetAsync(
            folder.FullName,
            ["msbuild", "gates.proj", "-nologo", "-t:DbGateCheck", $"-p:DbGateChecks={string.Join("%3b", Gates)}",
                $"-p:DbGateProject={wallet.Folder}", $"-p:DbGateReportsFolder={reports}"],
            Variables));
    }

    async Task<Answer> AnswerAsync(string host, Func<string, Task<ShellResult>> run)
    {
        var reports = Path.Combine(folder.FullName, "reports", host);
        var ended = await run(reports);
        Assert.That(ended.ExitCode, Is.Not.Zero, ended.Everything);
        Assert.That(reports, Does.Exist, ended.Everything);
        var files = Directory.GetFiles(Directory.GetDirectories(reports).Single())
            .ToDictionary(file => Path.GetFileName(file)!, file => Times().Replace(File.ReadAllText(file), "<time>"));
        using var report =
            JsonDocument.Parse(
                await File.ReadAllTextAsync(Directory.GetFiles(reports, "report.json", SearchOption.AllDirectories).Single()));
        return new(report.RootElement.GetProperty("verdict").GetString()!, Codes(report.RootElement), files, ended.Everything);
    }

    static string[] Codes(JsonElement report) =>
    [
        .. report.GetProperty("steps").EnumerateArray()
            .SelectMany(step => step.GetProperty("checks").EnumerateArray().Append(step))
            .SelectMany(found => found.GetProperty("problems").EnumerateArray())
            .Select(problem => problem.GetProperty("code").GetString()!),
    ];

    /// <summary>Moments and durations: of the page, of JSON, and of the table.</summary>
    [GeneratedRegex(
        """<time [^>]*>[^<]*</time>|<span class="times">[^<]*</span>|\d{4}-\d\d-\d\dT[0-9:.]+Z|"milliseconds": \d+|(?<=\| )[0-9.]+ (ms|s)(?= \|)|(?<=steps? in )[0-9.]+ (ms|s)""")]
    private static partial Regex Times();

    sealed record Answer(string Verdict, string[] Codes, Dictionary<string, string> Files, string Said);
}
