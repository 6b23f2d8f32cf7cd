using DbGate.Git;

namespace DbGate.EndToEnd.Workflows;

/// <summary>A small repository, made of a test's files.</summary>
sealed class GitRepository : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("dbgate-repository-").FullName;

    /// <summary>Adds files, and commits them all.</summary>
    public static async Task<GitRepository> OfAsync(params (string Path, string Text)[] files)
    {
        var repository = new GitRepository();
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(repository.Folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
            if (text.StartsWith("#!", StringComparison.Ordinal) && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        await CommitAsync(repository.Folder, "files", "init", "--quiet", "--initial-branch=main");
        return repository;
    }

    /// <summary>Commits everything in a folder.</summary>
    /// <param name="folder">The repository.</param>
    /// <param name="message">The commit's.</param>
    /// <param name="before">A git command that comes first; none without words.</param>
    public static async Task CommitAsync(string folder, string message, params string[] before)
    {
        string[][] commands =
        [
            before,
            ["add", "--all"],
            ["-c", "user.name=ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "--message",
                message],
        ];
        foreach (var command in commands.Where(command => command.Length > 0))
        {
            (await Shell.RunAsync("git", command, folder)).Succeeded();
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
