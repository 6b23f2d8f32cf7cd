using System.IO.Enumeration;

namespace DbGate.EndToEnd.Workflows;

/// <summary>
/// Foreign actions, as far as folders can do what they do: checkout and artifacts. What they send elsewhere is kept for the test to read.
/// </summary>
/// <param name="origin">The repository.</param>
/// <param name="storage">Of the run.</param>
/// <param name="workspace">Of the job.</param>
/// <param name="call">What started the run.</param>
sealed class ForeignActions(string origin, RunStorage storage, string workspace, WorkflowCall call)
{
    static readonly Dictionary<string, string> Nothing = [];

    /// <summary>The exit code and the outputs.</summary>
    public async Task<(int, IReadOnlyDictionary<string, string>)> RunAsync(string action, IReadOnlyDictionary<string, string> with)
    {
        switch (action)
        {
            case "actions/checkout":
                await CheckoutAsync(with);
                return (0, Nothing);
            case "actions/upload-artifact":
                return (Upload(with), Nothing);
            case "actions/download-artifact":
                return (Download(with), Nothing);
            case "github/codeql-action/upload-sarif":
                return (Scan(with), Nothing);
            case "actions/attest":
                storage.Attested.Add(with);
                return (0, Nothing);
            case "NuGet/login":
                return (0, new Dictionary<string, string> { ["NUGET_API_KEY"] = "key-of-an-hour" });
            case "actions/cache":
                return (0, Nothing);
            default:
                throw new NotSupportedException($"the action {action} is not known here");
        }
    }

    async Task CheckoutAsync(IReadOnlyDictionary<string, string> with)
    {
        var path = with.GetValueOrDefault("path", "");
        var folder = Path.Combine(workspace, path);
        if (path == "dbgate")
        {
            Directory.CreateSymbolicLink(folder, Repository.Root);
            return;
        }

        (await Shell.RunAsync("git", ["clone", "--quiet", origin, folder])).Succeeded();
        if (with.GetValueOrDefault("ref") is { Length: > 0 } wanted)
        {
            (await Shell.RunAsync("git", ["checkout", "--quiet", "--detach", wanted], folder)).Succeeded();
        }
    }

    /// <summary>A name twice in a run is refused, as GitHub does, and one that it does not take.</summary>
    int Upload(IReadOnlyDictionary<string, string> with)
    {
        var (source, target) = (Path.Combine(workspace, with["path"]), storage.Artifact(with["name"]));
        if (with["name"].AsSpan().IndexOfAny("\"/:<>|*?\\\r\n") >= 0 || Directory.Exists(target))
        {
            return 1;
        }

        if (!Directory.Exists(source))
        {
            return with.GetValueOrDefault("if-no-files-found") == "error" ? 1 : 0;
        }

        Copy(source, target);
        return 0;
    }

    int Download(IReadOnlyDictionary<string, string> with)
    {
        var target = Path.Combine(workspace, with["path"]);
        if (with.TryGetValue("name", out var name))
        {
            return Directory.Exists(storage.Artifact(name)) ? Copy(storage.Artifact(name), target) : 1;
        }

        Assert.That(with["merge-multiple"], Is.EqualTo("true"));
        foreach (var artifact in storage.Artifacts.Where(artifact => FileSystemName.MatchesSimpleExpression(with["pattern"], artifact)))
        {
            Copy(storage.Artifact(artifact), target);
        }

        return 0;
    }

    /// <summary>A fork's token may not, and GitHub wants the files named from the checkout.</summary>
    int Scan(IReadOnlyDictionary<string, string> with)
    {
        Assert.That(
            Directory.Exists(Path.Combine(workspace, with["checkout_path"], ".git")), "code scanning asks the checkout for its commit");
        storage.CodeScanning.Add(with["category"], File.ReadAllText(Path.Combine(workspace, with["sarif_file"])));
        return call.IsOfFork ? 1 : 0;
    }

    static int Copy(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }

        return 0;
    }
}
