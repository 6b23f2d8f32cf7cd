using System.Formats.Tar;
using System.IO.Compression;
using DbGate.Processes;

namespace DbGate.Build.Archives;

/// <summary>An archive for this very machine is unpacked as people do, and started where no .NET can be found.</summary>
static class ArchiveProof
{
    /// <summary>What <c>dbgate --version</c> of the archive states.</summary>
    /// <exception cref="InvalidOperationException">It does not start, or is another version.</exception>
    public static async Task StartAsync(string archive, PublishedTool tool, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("dbgate-archive-");
        try
        {
            await UnpackAsync(archive, folder.FullName, cancellationToken);
            var program = Path.Combine(folder.FullName, $"dbgate-{tool.Version}-{tool.Runtime.Id}", tool.Runtime.Program);
            var empty = folder.CreateSubdirectory("empty").FullName;
            var run = await ChildProcess.RunAsync(
                new ChildCommand(program, "--version")
                {
                    WorkingDirectory = empty,
                    Environment = new Dictionary<string, string?> { ["PATH"] = empty, ["HOME"] = empty, ["DOTNET_ROOT"] = null },
                    Deadline = TimeSpan.FromMinutes(1),
                },
                cancellationToken);
            if (!run.Succeeded || run.StandardOutput.Trim() != tool.Version)
            {
                throw new InvalidOperationException(
                    $"{Path.GetFileName(archive)}: dbgate --version ended with {run.ExitCode}: {run.StandardOutput}{run.StandardError}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static async Task UnpackAsync(string archive, string folder, CancellationToken cancellationToken)
    {
        if (archive.EndsWith(".zip", StringComparison.Ordinal))
        {
            await ZipFile.ExtractToDirectoryAsync(archive, folder, cancellationToken);
            return;
        }

        await using var gzip = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(gzip, folder, overwriteFiles: false, cancellationToken);
    }
}
