using DbGate.Gates;
using DbGate.Releases;
using DbGate.Reports.Html;
using Microsoft.Playwright;

namespace DbGate.Browser;

/// <summary>report.html in a real browser. Pictures of every page are left in artifacts/pages.</summary>
public sealed class ReleasePages
{
    static IEnumerable<TestCaseData> Reports() =>
        from sample in new (string Name, GateReport Report, string Word)[]
        {
            ("ready", Samples.Ready, "Ready for approval"),
            ("losing", Samples.Losing, "Ready, and it loses data"),
            ("released", Samples.Released, "Released"),
            ("blocked", Samples.Blocked, "Blocked"),
            ("failed", Samples.Failed, "Act now"),
            ("empty", Samples.Empty, "Nothing was checked"),
            ("huge", Samples.Huge, "Blocked"),
        }
        select new TestCaseData(sample.Name, sample.Report, sample.Word).SetArgDisplayNames(sample.Name);

    [TestCaseSource(nameof(Reports))]
    public async Task Are_sound_and_say_the_verdict_first(string name, GateReport report, string word)
    {
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(report), name);
        await page.PhotographAsync(name);
        var faults = await page.ExamineAsync();
        await page.PhotographAsync($"{name}-narrow");

        Assert.That(faults, Is.Empty);
        Assert.That(await page.Page.TitleAsync(), Does.StartWith(word));
        Assert.That(await page.Page.InnerTextAsync("h1"), Is.EqualTo(word));
    }

    [Test]
    public async Task Answer_in_the_managers_order()
    {
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(Samples.Ready), "order");
        Assert.That(await page.Page.Locator("h1, h2").AllInnerTextsAsync(), Is.EqualTo(new[]
        {
            "Ready for approval", "What changes", "What is lost", "Can we go back, and in how long?", "What was not checked",
            "Until when is this true?",
            "Who asked, who approved", "If it fails", "Worth knowing", "What ran",
        }));
    }

    [Test]
    public async Task Can_be_walked_by_keyboard_and_show_where_one_is()
    {
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(Samples.Ready), "keyboard");
        const string Reachable =
            "[...document.querySelectorAll('a[href], summary')].filter(one => one.checkVisibility()"
                + " && !one.parentElement.closest('details:not([open]) > :not(summary)'))";
        var expected = await page.Page.EvaluateAsync<int>($"() => {Reachable}.length");
        for (var i = 0; i < expected; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var here = await page.Page.EvaluateAsync<string>(
                "index => { const at = document.activeElement; return at === " + Reachable + "[index] ? "
                    + "getComputedStyle(at).outlineStyle : 'elsewhere: ' + at.outerHTML }", i);
            Assert.That(here, Is.EqualTo("solid"));
        }

        var summary = page.Page.Locator("summary").First;
        await summary.FocusAsync();
        var before = await page.Page.EvaluateAsync<bool>("() => document.querySelector('details').open");
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.That(await page.Page.EvaluateAsync<bool>("() => document.querySelector('details').open"), Is.EqualTo(!before));
    }

    [Test]
    public async Task Select_a_whole_command_with_one_click()
    {
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(Samples.Ready), "select");
        await page.Page.Locator(".command").First.ClickAsync();
        Assert.That(
            await page.Page.EvaluateAsync<string>("() => getSelection().toString().trim()"),
            Is.EqualTo(
                $"./build.sh --target=approve --environment=production --plan={new string('9', 64)} --by=<name> "
                    + "--confirm=APPROVE_PRODUCTION"));
    }

    [Test]
    public async Task Print_everything_on_white()
    {
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(Samples.Ready), "print", colours: ColorScheme.Dark);
        await page.Page.EmulateMediaAsync(new() { Media = Media.Print });

        Assert.That(
            await page.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"),
            Is.EqualTo("rgb(255, 255, 255)"));
        Assert.That(
            await page.Page.EvaluateAsync<int>(
                "() => [...document.querySelectorAll('details:not([open]) > ul')].filter(list => list.getBoundingClientRect().height "
                    + "=== 0).length"), Is.Zero);
        Assert.That(
            await page.Page.PdfAsync(new() { Path = Path.Combine(Chromium.Pictures, "ready.pdf"), Format = "A4" }),
            Has.Length.GreaterThan(10_000));
    }

    [Test]
    public async Task Execute_nothing_even_if_markup_got_in()
    {
        await using var page = await OpenPage.OpenAsync(ReleasePage.Render(Samples.Ready), "policy");
        var refused = await page.Page.EvaluateAsync<string>(
            """
            () => new Promise(resolve => {
              document.addEventListener('securitypolicyviolation', violation => { if (violation.effectiveDirective.startsWith('script-src')) resolve(violation.effectiveDirective) });
              document.querySelector('main').insertAdjacentHTML('beforeend', '<img src="data:image/png;base64,x" onerror="document.title=1">');
            })
            """);

        Assert.That(refused, Is.EqualTo("script-src-attr"));
        Assert.That(await page.Page.TitleAsync(), Does.StartWith("Ready"));
    }
}
