using Microsoft.Playwright;

namespace DbGate.Browser;

/// <summary>A page as a person has it before the eyes, and everything that it states to the console or asks the network for.</summary>
sealed class OpenPage : IAsyncDisposable
{
    const float Timeout = 120_000;

    static readonly string Examination = File.ReadAllText(Path.Combine(Repository.Root, "tests", "DbGate.Browser", "examine.js"));

    readonly IBrowserContext context;

    OpenPage(IBrowserContext context, IPage page)
    {
        (this.context, Page) = (context, page);
        page.SetDefaultTimeout(Timeout);
        page.Console += (_, message) => Said.Add($"{message.Type}: {message.Text}");
        page.PageError += (_, fault) => Said.Add($"error: {fault}");
        page.Dialog += (_, dialog) => Said.Add($"dialog: {dialog.Message}");
        page.Request += (_, request) => Asked.Add(request.Url);
    }

    public IPage Page { get; }

    public List<string> Said { get; } = [];

    public List<string> Asked { get; } = [];

    /// <summary>Opens a file's text as people do: from the disk.</summary>
    public static async Task<OpenPage> OpenAsync(string html, string name, int width = 1280, ColorScheme colours = ColorScheme.Light)
    {
        var file = Path.Combine(Chromium.Pictures, $"{name}.html");
        await File.WriteAllTextAsync(file, html);
        return await GoAsync(new Uri(file).AbsoluteUri, width, colours);
    }

    /// <summary>Opens an address; where it asks for a password, gives this one.</summary>
    public static async Task<OpenPage> GoAsync(
        string address, int width = 1280, ColorScheme colours = ColorScheme.Light, string? password = null)
    {
        var context = await Chromium.Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = colours,
            HttpCredentials = password is null ? null : new() { Username = "on call", Password = password },
        });
        var page = new OpenPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(address);
        return page;
    }

    /// <summary>
    /// Everything that is unsound, in both colours and on a narrow screen: what scrolls sideways, headings, contrast, references, scripts,
    /// words of the console, requests to the network.
    /// </summary>
    public async Task<IReadOnlyList<string>> ExamineAsync()
    {
        var faults = new List<string>();
        foreach (var (colours, width) in new[] { (ColorScheme.Dark, 1280), (ColorScheme.Light, 1280), (ColorScheme.Light, 360) })
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = colours });
            await Page.SetViewportSizeAsync(width, 900);
            faults.AddRange((await Page.EvaluateAsync<string[]>(Examination)).Select(fault => $"{colours}, {width}: {fault}"));
        }

        var outside = Asked.Where(address => address != Page.Url && !address.StartsWith("data:", StringComparison.Ordinal));
        return [.. faults, .. Said.Select(word => $"console: {word}"), .. outside.Select(address => $"network: {address}")];
    }

    /// <summary>Takes a picture of all of it into artifacts/pages.</summary>
    public Task PhotographAsync(string name) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Pictures, $"{name}.png"), FullPage = true });

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
