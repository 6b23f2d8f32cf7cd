using System.Net;
using System.Text.RegularExpressions;
using DbGate.Build.Demo;
using DbGate.Testing;

namespace DbGate.Build.Tests;

/// <summary>docs/images is made from the demo by <c>.ci/pictures</c>; what the README shows is what the program prints.</summary>
public sealed partial class ReadmePictures
{
    // With the runtime configuration of its own; the folder is named after the configuration that this was built in.
    static readonly string Host = Path.Combine(
        AppContext.BaseDirectory, "..", "..", "DbGate.Build",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "DbGate.Build.dll");

    /// <summary>The demo's last release, which ends before a database is contacted.</summary>
    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Show_what_the_demo_prints()
    {
        var folder = Path.Combine(Repository.Root, "artifacts", "demo-picture", "wallet");
        var project = new DemoWallet(folder);
        project.AddNextMigration();
        project.AddFailingMigration();
        project.LetTheImagePush();
        project.Write(".env", "DATABASE_URL=postgresql://postgres@127.0.0.1:1/wallet\n");
        string[] arguments = ["--target=release", "--environment=production", "--engine=direct", $"--project={folder}"];
        var run = await Shell.RunAsync(
            "dotnet", [Host, .. arguments], Repository.Root,
            new Dictionary<string, string?> { ["DBGATE_ALLOW_DIRTY_WORK_TREE"] = "true", ["CI"] = null, ["GITHUB_ACTIONS"] = null });
        Assert.That(run.ExitCode, Is.EqualTo(10), run.Everything);

        var printed = $"$ ./build.sh {string.Join(' ', arguments)}\n{run.Output}exit {run.ExitCode}\n";
        Assert.That(Picture(), Is.EqualTo(Words(printed.Replace(folder, "../shop", StringComparison.Ordinal))));
    }

    /// <summary>The lines of the picture, unbroken.</summary>
    static string[] Picture()
    {
        var svg = File.ReadAllText(Path.Combine(Repository.Root, "docs", "images", "blocked-release.svg"));
        return Words(string.Join('\n', Line().Matches(svg).Select(line => WebUtility.HtmlDecode(line.Groups["text"].Value))));
    }

    /// <summary>As <c>.ci/pictures</c> cleans them: without addresses and times of one run.</summary>
    static string[] Words(string text)
    {
        var lines = text.Split('\n')
            .Where(line => !line.Contains("not checked", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("  report", StringComparison.Ordinal))
            .Select(line => line.Split(", target ")[0]);
        var cleaned = Address().Replace(Time().Replace(string.Join('\n', lines), "1.1 s"), "");
        return cleaned.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex("<text [^>]*>(?<text>[^<]*)</text>")]
    private static partial Regex Line();

    // A build that knows its repository shows the whole address of a page.
    [GeneratedRegex(@"https://\S*/(?=docs/problems/)")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b[0-9.]+ m?s\b")]
    private static partial Regex Time();
}
