using System.Text.Json;
using DbGate.Testing;

namespace DbGate.Browser;

/// <summary>The documentation site that <c>--target=site</c> makes. It downloads docfx, so it is no part of every run.</summary>
[Category("Nightly")]
public sealed class DocumentationSite
{
    static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "site");

    [OneTimeSetUp]
    public async Task MakeAsync() => (await Shell.RunAsync(Path.Combine(Repository.Root, "build.sh"), ["--target=site"])).Succeeded();

    [TestCase("index.html", "DbGate")]
    [TestCase("problems/DBG0401.html", "DBG0401: A production path reaches a destructive command")]
    [TestCase("reference/settings.html", "Settings")]
    public async Task Has_pages_that_open_in_a_browser(string page, string heading)
    {
        await using var open = await OpenPage.GoAsync(new Uri(Path.Combine(Folder, page)).AbsoluteUri);

        Assert.That(await open.Page.InnerTextAsync("h1"), Is.EqualTo(heading));
    }

    [Test]
    public void Has_every_problem_in_its_search()
    {
        using var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "index.json")));
        var pages = index.RootElement.EnumerateObject().Select(page => page.Name).ToHashSet();

        Assert.That(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "problems"), "*.md")
                .Select(file => $"problems/{Path.GetFileNameWithoutExtension(file)}.html").Except(pages), Is.Empty);
    }
}
