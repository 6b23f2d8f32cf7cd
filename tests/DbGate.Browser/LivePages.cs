using DbGate.Reports.Html;
using DbGate.Reports.Live;
using Microsoft.Playwright;

namespace DbGate.Browser;

/// <summary>The page of /admin in a real browser.</summary>
sealed class LivePages
{
    static IEnumerable<TestCaseData> States() =>
        from sample in new (string Name, LiveState State, string Word)[] { ("live", LiveSamples.Calm, "Ready"),
            ("live-bad", LiveSamples.Bad, "Not ready"), ("live-silent", LiveSamples.Silent, "Not known") }
        select new TestCaseData(sample.Name, sample.State, sample.Word).SetArgDisplayNames(sample.Name);

    [TestCaseSource(nameof(States))]
    public async Task Are_sound_and_say_the_state_first(string name, LiveState state, string word)
    {
        await using var page = await OpenPage.OpenAsync(LivePage.Render(state), name);
        var faults = await page.ExamineAsync();
        await page.PhotographAsync(name);

        Assert.That(faults, Is.Empty);
        Assert.That(await page.Page.InnerTextAsync("h1"), Is.EqualTo(word));
        Assert.That(await page.Page.TitleAsync(), Does.StartWith(word));
    }

    [Test]
    public async Task Show_gates_backups_releases_and_refusals()
    {
        await using var page = await OpenPage.OpenAsync(LivePage.Render(LiveSamples.Calm), "live-order", colours: ColorScheme.Dark);
        Assert.That(
            await page.Page.Locator("h1, h2").AllInnerTextsAsync(),
            Is.EqualTo(
                new[] { "Ready", "Gates", "Backups and restore tests", "Releases, from the evidence log", "What the database refused" }));
        Assert.That(await page.Page.InnerTextAsync("#refusals"), Does.Contain("DROP TABLE").And.Contain("app from 10.0.0.7"));
        Assert.That(
            await page.Page.InnerTextAsync("#releases"), Does.Contain("2 applied").And.Contain("blocked").And.Contain("--target=audit"));
    }
}
