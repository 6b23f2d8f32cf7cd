using Microsoft.Playwright;

namespace DbGate.Browser;

/// <summary>One browser for all tests: the machine's own Chromium, which asks no one in the world for anything.</summary>
[SetUpFixture]
public sealed class Chromium
{
    const float Timeout = 120_000;

    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    static readonly string[] Flags =
        ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync"];

    static IPlaywright? playwright;
    static IBrowser? browser;
    static string? missing;

    /// <summary>The browser; a machine without one skips, CI fails.</summary>
    public static IBrowser Browser => browser ?? throw Counterpart.Missing(missing!, "apt-get install chromium");

    /// <summary>Where pictures of pages are, for people.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "pages")).FullName;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (path is null)
        {
            missing = "No Chromium on this machine";
            return;
        }

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Flags, Timeout = Timeout });
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await (browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        playwright?.Dispose();
    }
}
