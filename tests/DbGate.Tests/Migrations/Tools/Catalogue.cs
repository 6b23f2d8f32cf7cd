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
            Assert.That(text, Does.Contain($"`{facts.Id}`"), facts.Page);
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

    /// <summary>Shared code decides by facts, not by names: only where Prisma's own engine works it asks for Prisma.</summary>
    [Test]
    public void Is_the_only_place_that_knows_tools_other_than_prisma_by_name()
    {
        var source = Path.Combine(Repository.Root, "src", "DbGate");
        var names =
            MigrationToolCatalog.All.Select(tool => tool.GetType().Name)
                .Where(name => name != nameof(PrismaTool))
                .Append(nameof(CustomTool))
                .ToArray();
        Assert.That(
            Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}Tools{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                    && !file.Contains("/obj/", StringComparison.Ordinal)
                    && Path.GetFileName(file) != "MigrationProject.cs")
                .Where(file => names.Any(name => File.ReadAllText(file).Contains(name, StringComparison.Ordinal))),
            Is.Empty);
    }
}
