using DbGate.Build.Archives;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Build.Images;

/// <summary>The container image: built from the self-contained program, then looked into.</summary>
/// <param name="Base">Another base image than the pinned one; null for that.</param>
/// <param name="Tag">Its name; null for <c>dbgate:&lt;version&gt;</c>.</param>
/// <param name="Arguments">More build arguments, NAME=value.</param>
sealed record ToolImage(string? Base, string? Tag, IReadOnlyList<string> Arguments)
{
    const string Context = "artifacts/image";
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(20);

    /// <returns>What was made; or why it could not be, with the code to end with.</returns>
    public async Task<(ExitCode Code, IReadOnlyList<string> Lines)> BuildAsync(Action<string> log, CancellationToken cancellationToken)
    {
        if (await DockerAsync(null, cancellationToken, "info", "--format", "{{.Architecture}}") is not { Succeeded: true } engine)
        {
            return (ExitCode.Environment, ["no Docker engine answers: docker info tells why; nothing was built"]);
        }

        var runtime =
            ToolRuntime.All.First(one => one.Id == (engine.StandardOutput.Trim() is "aarch64" or "arm64" ? "linux-arm64" : "linux-x64"));
        log($"publishing for {runtime.Id}");
        var (tool, reason) = await PublishedTool.MakeAsync(runtime, cancellationToken);
        if (tool is null)
        {
            return (ExitCode.Environment, [$"{runtime.Id} cannot be published: {reason}"]);
        }

        var context = Paths.Root.Combine(Context).FullPath;
        tool.CopyTo(Path.Combine(context, "dbgate"));
        var tag = Tag ?? $"dbgate:{tool.Version}";
        string[] arguments = [.. Base is null ? [] : new[] { $"BASE={Base}" }, .. Arguments];
        log($"building {tag}");
        var built = await DockerAsync(
            log, cancellationToken,
            ["build", "--file", Paths.Root.CombineWithFilePath("build/Dockerfile").FullPath, "--tag", tag,
                .. arguments.SelectMany(argument => new[] { "--build-arg", argument }), context]);
        if (!built.Succeeded)
        {
            return (ExitCode.Environment, [$"docker build ended with {built.ExitCode}: {built.StandardError.Trim()}"]);
        }

        return await LookAsync(tag, tool, cancellationToken);
    }

    /// <summary>What the image is believed to be is asked of the image itself.</summary>
    static async Task<(ExitCode Code, IReadOnlyList<string> Lines)> LookAsync(string tag, PublishedTool tool,
        CancellationToken cancellationToken)
    {
        var version = await DockerAsync(null, cancellationToken, "run", "--rm", "--network=none", tag, "--version");
        var user = await DockerAsync(null, cancellationToken, "run", "--rm", "--network=none", "--entrypoint", "id", tag, "-u");
        var clients =
            await DockerAsync(
                null, cancellationToken, "run", "--rm", "--network=none", "--entrypoint", "sh", tag, "-c",
                "for dump in /usr/lib/postgresql/*/bin/pg_dump; do $dump --version; done");
        var holds = version.StandardOutput.Trim() == tool.Version && user.StandardOutput.Trim() is not ("0" or "") && clients.Succeeded;
        return (holds ? ExitCode.Pass : ExitCode.Blocked,
        [
            $"image      {tag}",
            $"version    {version.StandardOutput.Trim()}{version.StandardError.Trim()}",
            $"user       {user.StandardOutput.Trim()}",
            .. clients.StandardOutput.Trim().Split('\n').Select(line => $"client     {line}"),
            .. tool.LeftOut is null ? [] : new[] { $"left out   {tool.LeftOut}" },
        ]);
    }

    static async Task<ChildOutcome> DockerAsync(Action<string>? log, CancellationToken cancellationToken,
        params IReadOnlyList<string> arguments)
    {
        try
        {
            return await ChildProcess.RunAsync(
                new ChildCommand(
                    "docker", arguments) { EnvironmentBase = EnvironmentBase.Inherited, Deadline = Deadline, OnLine =
                        log is null ? null : line => log(line.Text) }, cancellationToken);
        }
        catch (GateException missing)
        {
            return new ChildOutcome(-1, "", missing.Problem.Message, TimeSpan.Zero);
        }
    }
}
