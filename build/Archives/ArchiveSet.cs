using System.Globalization;
using DbGate.Processes;

namespace DbGate.Build.Archives;

/// <summary>All archives of one version, their sums and lists.</summary>
/// <param name="Count">How many archives were made.</param>
/// <param name="Lines">What was made, and what was left out and why: for people.</param>
sealed record ArchiveSet(int Count, IReadOnlyList<string> Lines)
{
    const string Sums = "SHA256SUMS";

    public static async Task<ArchiveSet> MakeAsync(string folder, IReadOnlyList<ToolRuntime> runtimes, Action<string> log, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var time = await CommitTimeAsync(ct);
        var (lines, files, ahead, count) = (new List<string>(), new List<string>(), new List<string>(), 0);
        foreach (var runtime in runtimes)
        {
            log($"publishing for {runtime.Id}");
            var (tool, reason) = await PublishedTool.MakeAsync(runtime, ct);
            if (tool is null)
            {
                lines.Add($"left out   {runtime.Id}: {reason}");
                continue;
            }

            var archive = Pack(tool, folder, time);
            var list = Path.Combine(folder, runtime.ListName(tool.Version));
            var inside = RestoredPackages.Read(tool.AssetsFile, runtime.Id);
            await File.WriteAllTextAsync(
                list, SpdxDocument.Render($"dbgate-{tool.Version}-{runtime.Id}", tool.Version, ArchiveFile.Sum(archive).Split(' ')[0], inside, time), ct);
            files.AddRange([archive, list]);
            count++;
            if (tool.LeftOut is null)
            {
                ahead.Add(runtime.Id);
            }

            lines.Add(string.Create(CultureInfo.InvariantCulture, $"made       {Path.GetFileName(archive)}  {new FileInfo(archive).Length / 1e6:0.0} MB, {inside.Count} packages inside"));
            if (tool.LeftOut is not null)
            {
                lines.Add($"left out   {runtime.Id}: {tool.LeftOut}");
            }
        }

        if (files.Count > 0)
        {
            var packages = await ToolPackages.MakeAsync(folder, [.. ahead], ct);
            files.AddRange(packages.Files);
            lines.AddRange(packages.Files.Select(file => $"made       {Path.GetFileName(file)}"));
            if (packages.LeftOut is not null)
            {
                lines.Add($"left out   {packages.LeftOut}");
            }

            await File.WriteAllTextAsync(Path.Combine(folder, Sums), string.Concat(files.Order(StringComparer.Ordinal).Select(ArchiveFile.Sum)), ct);
            lines.Add($"check      cd {Path.GetRelativePath(Environment.CurrentDirectory, folder)} && sha256sum -c {Sums}");
        }

        return new ArchiveSet(count, lines);
    }

    static string Pack(PublishedTool tool, string folder, DateTimeOffset time)
    {
        var content = Path.Combine(Path.GetDirectoryName(tool.Folder)!, "archive");
        tool.CopyTo(content);
        var path = Path.Combine(folder, tool.Runtime.ArchiveName(tool.Version));
        ArchiveFile.Write(path, content, $"dbgate-{tool.Version}-{tool.Runtime.Id}", tool.Runtime.Programs, time);
        return path;
    }

    /// <summary>The commit's, so that the same sources give the same archive; outside of a checkout, now.</summary>
    static async Task<DateTimeOffset> CommitTimeAsync(CancellationToken ct)
    {
        var outcome = await ChildProcess.RunAsync(
            new ChildCommand("git", "log", "-1", "--format=%ct") { WorkingDirectory = Paths.Root.FullPath, Deadline = TimeSpan.FromSeconds(20) }, ct);
        return outcome.Succeeded && long.TryParse(outcome.StandardOutput.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : TimeProvider.System.GetUtcNow();
    }
}
