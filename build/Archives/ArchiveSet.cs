using System.Globalization;
using DbGate.Processes;

namespace DbGate.Build.Archives;

/// <summary>All archives of one version, their sums and lists.</summary>
/// <param name="Count">How many archives were made.</param>
/// <param name="Lines">What was made, and what was left out and why: for people.</param>
sealed record ArchiveSet(int Count, IReadOnlyList<string> Lines)
{
    const string Sums = "SHA256SUMS";

    public static async Task<ArchiveSet> MakeAsync(
        string folder, IReadOnlyList<ToolRuntime> runtimes, Action<string> log, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var old in Directory.EnumerateFiles(folder, "dbgate-*"))
        {
            File.Delete(old);
        }

        log($"restoring for {string.Join(", ", runtimes.Select(runtime => runtime.Id))}");
        var restored = await ToolRestore.MakeAsync(runtimes, cancellationToken);
        if (restored.Runtimes.Count == 0)
        {
            return new ArchiveSet(0, [.. restored.LeftOut.Select(reason => $"left out   {reason}")]);
        }

        log("packing the tool");
        var packages = await ToolPackages.MakeAsync(folder, restored, cancellationToken);
        var time = await CommitTimeAsync(cancellationToken);
        var (lines, files) = (new List<string>(), new List<string>());
        foreach (var runtime in restored.Runtimes)
        {
            log($"publishing for {runtime.Id}");
            var tool = await PublishedTool.MakeAsync(restored, runtime, librariesToo: !restored.AheadOfTime, cancellationToken);
            var archive = Pack(tool, folder, time);
            var list = Path.Combine(folder, runtime.ListName(tool.Version));
            var inside = RestoredPackages.Read(ToolRestore.AssetsFile, runtime.Id);
            await File.WriteAllTextAsync(
                list,
                SpdxDocument.Render(
                    $"dbgate-{tool.Version}-{runtime.Id}", tool.Version, ArchiveFile.Sum(archive).Split(' ')[0], inside, time),
                    cancellationToken);
            files.AddRange([archive, list]);
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"made       {Path.GetFileName(archive)}  {new FileInfo(archive).Length / 1e6:0.0} MB, {inside.Count} packages "
                        + $"inside"));
            if (runtime == ToolRuntime.Own)
            {
                await ArchiveProof.StartAsync(archive, tool, cancellationToken);
                lines.Add($"started    {Path.GetFileName(archive)}: unpacked, without .NET in reach, it says {tool.Version}");
            }
        }

        // Those of a release's page: packages go to a feed, which has sums of its own.
        await File.WriteAllTextAsync(
            Path.Combine(folder, Sums), string.Concat(files.Order(StringComparer.Ordinal).Select(ArchiveFile.Sum)), cancellationToken);
        lines.AddRange(packages.Files.Select(file => $"made       {Path.GetFileName(file)}"));
        lines.AddRange(restored.LeftOut.Append(packages.LeftOut).OfType<string>().Select(reason => $"left out   {reason}"));
        lines.Add($"check      cd {Path.GetRelativePath(Environment.CurrentDirectory, folder)} && sha256sum --check {Sums}");
        return new ArchiveSet(restored.Runtimes.Count, lines);
    }

    static string Pack(PublishedTool tool, string folder, DateTimeOffset time)
    {
        var content = Path.Combine(ToolRestore.Folder, "archive", tool.Runtime.Id);
        tool.CopyTo(content);
        var path = Path.Combine(folder, tool.Runtime.ArchiveName(tool.Version));
        ArchiveFile.Write(path, content, $"dbgate-{tool.Version}-{tool.Runtime.Id}", tool.Runtime.Programs, time);
        return path;
    }

    /// <summary>The commit's, so that the same sources give the same archive; outside of a checkout, now.</summary>
    static async Task<DateTimeOffset> CommitTimeAsync(CancellationToken cancellationToken)
    {
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand(
                "git", "log", "-1", "--format=%ct") { WorkingDirectory = Paths.Root.FullPath, Deadline = TimeSpan.FromSeconds(20) },
                cancellationToken);
        return outcome.Succeeded
            && long.TryParse(outcome.StandardOutput.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : TimeProvider.System.GetUtcNow();
    }
}
