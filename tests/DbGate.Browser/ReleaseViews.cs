using DbGate.Gates;
using DbGate.Releases;
using DbGate.Reports.Html;
using Microsoft.Playwright;

namespace DbGate.Browser;

/// <summary>What a release manager has on the screen before anything is scrolled or opened.</summary>
public sealed class ReleaseViews
{
    /// <summary>Words that a person sees on the page of 30 November 2026: half of them are enough.</summary>
    const int WordsBefore = 915;

    static IEnumerable<TestCaseData> Views() =>
        from sample in new (string Name, GateReport Report)[]
        {
            ("ready", Samples.Ready), ("losing", Samples.Losing), ("blocked", Samples.Blocked), ("failed", Samples.Failed),
        }
        from width in new[] { 1280, 390 }
        from colours in new[] { ColorScheme.Light, ColorScheme.Dark }
        select new TestCaseData(sample.Name, sample.Report, width, colours)
            .SetArgDisplayNames(sample.Name, $"{width}", $"{colours}".ToLowerInvariant());

    [TestCaseSource(nameof(Views))]
    public async Task Look_as_they_were_accepted(string name, GateReport report, int width, ColorScheme colours)
    {
        var view = $"{name}-{width}-{colours.ToString().ToLowerInvariant()}";
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(report), view, width, colours);
        var png = await page.Page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Pictures, $"view-{view}.png") });

        var whole = await page.Page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Pictures, $"whole-{view}.png"), FullPage = true });

        await PictureGrid.CompareAsync(page.Page.Context, png, view);
        await PictureGrid.CompareAsync(page.Page.Context, whole, $"{view}-whole", PictureGrid.OfWholePage);
    }

    [Test]
    public async Task Have_everything_to_weigh_above_the_fold()
    {
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(Samples.Losing), "fold");
        var below = await page.Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('.masthead, h1, .lead, .weigh li, .verdict .command, .glance a')]"
                + ".filter(one => one.closest('.verdict, .glance, .masthead') && one.getBoundingClientRect().bottom > innerHeight)"
                + ".map(one => one.innerText)");

        Assert.That(below, Is.Empty);
        Assert.That(
            await page.Page.InnerTextAsync(".weigh"), Does.Contain("DBG0240").And.Contain("CREATE INDEX without CONCURRENTLY"));
        Assert.That(await page.Page.InnerTextAsync(".glance"), Does.Contain("restoring loses what was written since "));
        Assert.That(await page.Page.InnerTextAsync(".masthead"), Does.Contain("shop on db.example.com").And.Not.Contain("schema="));
    }

    [Test]
    public async Task Show_half_of_the_words()
    {
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(Samples.Ready), "words");
        var words = (await page.Page.InnerTextAsync("body")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

        Assert.That(words, Is.LessThanOrEqualTo(WordsBefore / 2));
    }
}
