using System.Text.Json;

namespace DbGate.EndToEnd;

/// <summary>
/// With <c>--json</c>, standard output is one document in every case, also where the run could not begin. The built programs themselves
/// run.
/// </summary>
[Parallelizable(ParallelScope.All)]
[Platform("Linux,MacOsX")]
public sealed class UsageErrors
{
    static string Build { get; } = ToolProject.Tool.Replace("DbGate.Cli", "DbGate.Build", StringComparison.Ordinal);

    [TestCase("DBG0002", "release", "--environment=producton")]
    [TestCase("DBG0001", "release", "--dry-run")]
    [TestCase("DBG0070", "relase")]
    [TestCase("DBG0006", "release", "--database-url=postgresql://u:secret@h/d")]
    [TestCase("DBG0002", "release", "--plan")]
    [TestCase("DBG0128", "release", "--exclusive", "--environment=production")]
    public async Task Of_the_tool_are_one_document(string code, params string[] arguments)
    {
        using var folder = new Folder();
        Expect(code, await Shell.RunAsync("dotnet", [ToolProject.Tool, .. arguments, "--json"], folder.Path));
    }

    [TestCase("DBG0002", "--target=release", "--environment=producton")]
    [TestCase("DBG0001", "--target=release", "--dry-run")]
    [TestCase("DBG0001", "--target=release", "--verbosit")]
    [TestCase("DBG0070", "--target=relase")]
    [TestCase("DBG0070", "--target=serve")]
    [TestCase("DBG0128", "--target=release", "--exclusive", "--environment=production")]
    [TestCase("DBG0070", "release")]
    [TestCase("DBG0073", "--target=release", "--verbosity=loud")]
    public async Task Of_a_build_are_one_document(string code, params string[] arguments)
    {
        using var folder = new Folder();
        Expect(code, await Shell.RunAsync("dotnet", [Build, .. arguments, "--json"], folder.Path));
    }

    [TestCase(".env", "no assignment", "DBG0003")]
    [TestCase("dbgate.json", "{ \"backup\": ", "DBG0004")]
    public async Task Of_a_file_are_one_document(string file, string text, string code)
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, file), text);
        Expect(code, await Shell.RunAsync("dotnet", [Build, "--target=forbid-db-push", "--json"], folder.Path));
    }

    [TestCase("--target=release", "--dry-run", "did you mean --dryrun?")]
    [TestCase("--target=release", "--verbosit", "did you mean --verbosity?")]
    [TestCase("--target=serve", "--environment=staging", "dbgate serve")]
    [TestCase("release", "--environment=staging", "--target=release")]
    public async Task Name_what_was_probably_meant(string first, string second, string hint)
    {
        using var folder = new Folder();
        var run = await Shell.RunAsync("dotnet", [Build, first, second], folder.Path);

        Assert.That(run.ExitCode, Is.EqualTo(2), run.Everything);
        Assert.That(run.Everything, Does.Contain(hint));
    }

    /// <summary>A pipe of that name would let the run wait for a writer.</summary>
    [TestCase(".env", "DBG0004")]
    [TestCase("dbgate.json", "DBG0004")]
    public async Task Refuse_a_settings_file_that_is_not_a_regular_file(string file, string code)
    {
        using var folder = new Folder();
        (await Shell.RunAsync("mkfifo", [Path.Combine(folder.Path, file)])).Succeeded();

        Expect(code, await Shell.RunAsync("dotnet", [ToolProject.Tool, "forbid-db-push", "--json"], folder.Path));
    }

    static void Expect(string code, ShellResult run)
    {
        Assert.That(run.ExitCode, Is.EqualTo(2), run.Everything);
        using var document = JsonDocument.Parse(run.Output); // fails for nothing, and for two documents
        var report = document.RootElement;
        Assert.That(report.GetProperty("schema").GetString(), Is.EqualTo("dbgate/gate-report"));
        Assert.That(report.GetProperty("exitCode").GetInt32(), Is.EqualTo(2));
        Assert.That(
            report.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("code").GetString()),
            Is.EqualTo(new[] { code }));
        Assert.That(run.Output, Does.Not.Contain("secret@"));
    }

    sealed class Folder : IDisposable
    {
        readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("dbgate-usage-");

        public string Path => folder.FullName;

        public void Dispose() => folder.Delete(recursive: true);
    }
}
