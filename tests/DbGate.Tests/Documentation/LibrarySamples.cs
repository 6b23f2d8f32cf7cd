using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Releases;
using Acme;
using Microsoft.Extensions.Configuration;

namespace DbGate.Tests.Documentation;

/// <summary>docs/reference/library.md shows code that is compiled without the library's internals, and runs.</summary>
[NonParallelizable] // may write docs/reference/library.md
public sealed class LibrarySamples
{
    const int MostLines = 21; // with the namespace
    static readonly (string Heading, string File)[] Samples =
    [
        ("Run the checks", nameof(RunChecks)), ("Take a backup", nameof(TakeBackup)), ("Classify a command", nameof(ClassifyCommand)),
        ("Lint a file", nameof(LintFile)), ("Write a check", nameof(PrimaryKeysCheck)),
    ];

    [Test]
    public void Are_shown_as_they_are_compiled() =>
        GeneratedSection.Matches(
            "docs/reference/library.md", "samples",
            string.Concat(Samples.Select(sample => $"\n## {sample.Heading}\n\n```csharp\n{Text(sample.File)}```\n")) + "\n");

    [TestCaseSource(nameof(Files))]
    public void Are_short(string file) => Assert.That(Text(file).Split('\n').Length - 1, Is.AtMost(MostLines));

    [Test]
    public async Task Run_the_checks_of_a_project()
    {
        using var project = new GatedProject();
        await using var database = await TestDatabase.CreateAsync();

        var passed = await RunChecks.RunAsync(new()
        {
            ProjectDirectory = project.Root, Environment = TargetEnvironment.Production, DatabaseUrl = database.Url.Reveal(),
        });

        Assert.That(passed, Is.False, "a loopback server without TLS and without backups is not production");
    }

    [Test]
    public void Refuse_a_run_with_wrong_settings()
    {
        var options = new DbGateOptions { ProjectDirectory = Path.Combine(Path.GetTempPath(), "no-such-project") };

        var refused = Assert.ThrowsAsync<GateException>(() => GateRunner.RunAsync(options, ["production-safety"]));

        Assert.That(refused!.Problem.Code.Id, Is.EqualTo("DBG0007"));
    }

    [Test]
    public async Task Take_a_backup()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table t as select generate_series(1, 3) as id");
        using var folder = new GatedProject();

        Assert.That(await TakeBackup.RunAsync(database.Url.Reveal(), folder.Root), Does.EndWith(": 3 rows"));
    }

    [Test]
    public void Classify_a_command() =>
        Assert.That(ClassifyCommand.Run("npx prisma db push"), Does.StartWith("Destructive: "));

    [Test]
    public void Lint_a_file()
    {
        using var folder = new GatedProject();
        var file = Path.Combine(folder.Root, "migration.sql");
        File.WriteAllText(file, "drop table orders;\n");

        Assert.That(LintFile.Run(file), Has.Exactly(1).Contains("DBG0240 DROP TABLE orders"));
    }

    [Test]
    public async Task Run_a_check_of_ones_own()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("create table t (id int)");
        using var project = new GatedProject();
        var options = new DbGateOptions { ProjectDirectory = project.Root, DatabaseUrl = database.Url.Reveal() };

        var report = (await GateRunner.CheckAsync(options, [new PrimaryKeysCheck()])).Single();

        Assert.That((report.Result.Outcome, report.Result.Details), Is.EqualTo((CheckOutcome.Failed, "1 lack one")));
    }

    [Test]
    public void Read_options_from_a_configuration()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["DbGate:ProjectDirectory"] = "shop", ["DbGate:Environment"] = "production", ["DbGate:DatabaseUrl"] = "postgresql://h/d",
            ["DbGate:Settings:backup-folder"] = "backups",
        }).Build();

        var options = DbGateOptions.FromConfiguration(configuration.GetSection(DbGateOptions.SectionName));

        Assert.That(
            (options.ProjectDirectory, options.Environment, options.DatabaseUrl, options.Settings["backup-folder"]),
            Is.EqualTo(("shop", TargetEnvironment.Production, "postgresql://h/d", "backups")));
    }

    static IEnumerable<string> Files => Samples.Select(sample => sample.File);

    static string Text(string file) => File.ReadAllText(Path.Combine(Repository.Root, "tests", "DbGate.Samples", $"{file}.cs"));
}
