using Cake.Core;
using Cake.Frosting;
using DbGate.Processes;

namespace DbGate.Build.Tasks;

[TaskName("site")]
[TaskDescription("Makes the documentation site with search in artifacts/site, and fails on a link that leads nowhere.")]
public sealed class Site : AsyncFrostingTask
{
    const string Version = "2.81.0";
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    public override async Task RunAsync(ICakeContext context)
    {
        var folder = Paths.Root.Combine($"artifacts/docfx/{Version}").FullPath;
        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "docfx.exe" : "docfx");
        if (!File.Exists(program))
        {
            await RunAsync("dotnet", "tool", "install", "docfx", $"--version={Version}", $"--tool-path={folder}");
        }

        await RunAsync(program, "build", "docs/docfx.json", "--warningsAsErrors");
    }

    static async Task RunAsync(string program, params string[] arguments)
    {
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(program, arguments)
            {
                WorkingDirectory = Paths.Root.FullPath,
                OnLine = line => Console.Out.WriteLine(line.Text),
                Deadline = Deadline,
            },
            CancellationToken.None);
        if (!outcome.Succeeded)
        {
            throw new InvalidOperationException($"{Path.GetFileName(program)} {arguments[0]} ended with exit code {outcome.ExitCode}.");
        }
    }
}
