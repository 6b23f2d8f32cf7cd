using System.Text.RegularExpressions;
using DbGate.Migrations.Tools;

namespace DbGate.Tests.Migrations.Tools;

[NonParallelizable] // may write docs/reference/migration-tools.md
public sealed class Catalogue
{
    [Test]
    public void Of_the_page_is_that_of_the_code() => GeneratedSection.Matches(
        "docs/reference/migration-tools.md",
        "tools",
        "| tool | support | ledger | stored of the content | records failures | late lower one | lock | deploys with | tested with "
            + "|\n|---|---|---|---|---|---|---|---|---|\n"
        + string.Concat(MigrationToolCatalog.All.Select(tool => tool.Facts).Select(facts =>
            $"| [{facts.Name}](../tools/{facts.Id}.md) | {facts.Support.ToString().ToLowerInvariant()} | `{facts.Ledger}` | "
                + $"{facts.Checksum ?? "nothing"} | {(facts.RecordsFailures ? "yes" : "no")} "
            + $"| {facts.OutOfOrder.ToString().ToLowerInvariant()} | {facts.Lock ?? "none"} | "
            + $"{(facts.Deploy is null ? "`migrations.command`" : $"`{facts.Deploy}`")} | {facts.Tested} |\n")));

    [Test]
    public void Has_a_page_for_each_tool_that_names_what_is_unknown() => Assert.Multiple(() =>
    {
        foreach (var facts in MigrationToolCatalog.All.Select(tool => tool.Facts))
        {
            var page = Path.Combine(Repository.Root, facts.Page);
            Assert.That(File.Exists(page), Is.True, facts.Page);
            var text = File.ReadAllText(page);
            Assert.That(text, Does.Contain($"`{facts.Id}`").And.Contain("## Tested with"), facts.Page);
            Assert.That(facts.Unknown.Where(unknown => !text.Contains(unknown, StringComparison.Ordinal)), Is.Empty, facts.Page);
            Assert.That(
                facts.Deploy is null || text.Contains(facts.Deploy, StringComparison.Ordinal), Is.True,
                $"{facts.Page} does not name {facts.Deploy}");
        }
    });

    [Test]
    public void Has_different_names() => Assert.That(MigrationToolCatalog.All.Select(tool => tool.Facts.Id), Is.Unique);

    [Test]
    public void Has_a_history_for_each_tool_but_prismas_and_golangs() => Assert.That(
        MigrationToolCatalog.All.Select(tool => tool.Facts.Id).Except(Histories.All.Select(history => history.Tool)),
        Is.EqualTo(new[] { "prisma", "prisma8", "golang-migrate" })); // the packages of Prisma 8 are those of Prisma8Ledgers

    /// <summary>Shared code asks the tool. Its own places, by the reason why a name is there.</summary>
    static readonly Dictionary<string, string> Named = new()
    {
        ["Gates/CheckTasks.cs"] = "an example of the guard",
        ["Gates/Steps/ForbidDbPushStep.cs"] = "the guard's variables",
        ["Releases/CommittedPrograms.cs"] = "the guard: what replaces the program of a command",
        ["Releases/Plans/Plan.cs"] = "a name of plans that exist",
    };

    /// <summary>Rules quote what generators of migrations write; models are read in each tool's own format.</summary>
    static readonly string[] Excepted = ["Migrations/Tools/", "Migrations/Lint/", "Migrations/Compatibility/Models/"];

    [Test]
    public void Is_the_only_place_that_names_tools()
    {
        var source = Path.Combine(Repository.Root, "src", "DbGate");
        var shared = new[] { "Migrations", "Releases", "Gates" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(source, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => (File: Path.GetRelativePath(source, file).Replace('\\', '/'), Text: File.ReadAllText(file)))
            .Where(one => !Array.Exists(Excepted, folder => one.File.StartsWith(folder, StringComparison.Ordinal)))
            .ToArray();

        Assert.That(
            shared.Where(one => !Named.ContainsKey(one.File)).SelectMany(one => NamesIn(one.Text).Select(name => $"{one.File}: {name}")),
            Is.Empty);
        Assert.That(
            Named.Keys.Where(file => !shared.Any(one => one.File == file && NamesIn(one.Text).Any())), Is.Empty,
            "no name is left there");
    }

    [TestCase("folder.Tool is PrismaTool", "Prisma")]
    [TestCase("bool IsPrisma => true;", "Prisma")]
    [TestCase("// as Flyway does", "Flyway")]
    [TestCase("\"node-pg-migrate up\"", "node-pg-migrate")]
    [TestCase("EfCoreScripts.Read()", "EfCore")]
    [TestCase("// EF Core's table", "EF Core")]
    [TestCase("alembic_version", "alembic")]
    [TestCase("await migrate.RunAsync(); // integrate", null)]
    public void Names_are_found_in_identifiers_texts_and_comments(string text, string? name) =>
        Assert.That(NamesIn(text), Is.EqualTo(name is null ? [] : new[] { name }));

    static IEnumerable<string> NamesIn(string text) => Names.Matches(text).Select(match => match.Value);

    /// <summary>From the names of the classes: EfCoreTool is EfCore, ef-core and EF Core.</summary>
    static readonly Regex Names = new(
        "(?:(?<![A-Za-z])|(?<=[a-z0-9])(?=[A-Z]))(?i:"
            + string.Join('|', MigrationToolCatalog.All.Select(tool => tool.GetType().Name[..^"Tool".Length])
                .Select(name => Regex.Replace(name, "(?<=[a-z])(?=[A-Z])", "[-_ ]?").Replace("Prisma8", "Prisma", StringComparison.Ordinal))
                .Distinct())
            + ")(?![a-z])");
}
