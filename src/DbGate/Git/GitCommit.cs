using System.Text;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Git;

/// <summary>
/// Files of one commit, read from git's objects. The work tree, its configuration, replaced objects and hooks do not affect them.
/// </summary>
sealed class GitCommit
{
    const int LongestList = 64 << 20;
    const int LongestFile = 16 << 20;

    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    // Nothing that a checkout configures is run, and what a partial clone left out is not fetched.
    static readonly string[] Options =
    [
        "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", "safe.directory=*", "-c", "protocol.allow=never",
        "--no-optional-locks", "--no-replace-objects",
    ];

    readonly string project;
    readonly string prefix;

    GitCommit(string project, string commit, IReadOnlyList<string> names) =>
        (this.project, Commit, Names, prefix) = (project, commit, names, PrefixOf(project));

    /// <summary>The commit's hash.</summary>
    public string Commit { get; }

    /// <summary>The first digits, as people write it.</summary>
    public string ShortCommit => Commit[..Math.Min(Commit.Length, 8)];

    /// <summary>The files below the project's folder, relative to it, with forward slashes.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Lists the files of a commit.</summary>
    /// <param name="project">The project's folder.</param>
    /// <param name="commit">The full hash; anything else is refused.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <returns>The files, or why they are not known.</returns>
    public static async Task<(GitCommit? Files, string? Unknown)> OpenAsync(
        string project, string commit, CancellationToken cancellationToken)
    {
        if (commit.Length is not (40 or 64) || !commit.All(char.IsAsciiHexDigitLower))
        {
            return (null, $"{commit} is not the full hash of a commit");
        }

        var prefix = PrefixOf(project);
        try
        {
            var (list, error) = await RunAsync(
                project, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit], [],
                (stream, stop) => ReadBoundedAsync(stream, LongestList, stop), cancellationToken);
            return list is null
                ? (null, $"git does not have commit {commit[..8]} here (in a shallow clone: git fetch --unshallow): {error}")
                : (new(
                    project, commit,
                    [
                        .. Encoding.UTF8.GetString(list)
                            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
                            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)
                                && !name.Contains('\n', StringComparison.Ordinal))
                            .Select(name => name[prefix.Length..]),
                    ]),
                    null);
        }
        catch (GateException exception)
        {
            return (null, exception.Problem.Message);
        }
    }

    /// <summary>Reads files of the commit; those that are missing or too long are left out.</summary>
    /// <param name="names">Relative to the project.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <exception cref="GateException">git could not be run.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            return new Dictionary<string, string>();
        }

        var (texts, _) = await RunAsync(
            project, ["cat-file", "--batch"], names.Select(name => $"{Commit}:{prefix}{name}"),
            (stream, stop) => ReadBatchAsync(stream, names, stop), cancellationToken);
        return texts ?? new Dictionary<string, string>();
    }

    static string PrefixOf(string project) => Checkout.FolderOf(project) is { Length: > 0 } folder ? $"{folder}/" : "";

    static async Task<(T? Result, string Error)> RunAsync<T>(
        string project, string[] arguments, IEnumerable<string> input, Func<Stream, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken)
        where T : class
    {
        var command = new ChildCommand("git", [.. Options, .. arguments])
        {
            WorkingDirectory = project,
            Deadline = Deadline,
            Environment = new Dictionary<string, string?> { ["GIT_NO_LAZY_FETCH"] = "1", ["GIT_TERMINAL_PROMPT"] = "0" },
        };
        await using var git = ChildProcess.Start(command, cancellationToken);
        var writing = Task.Run(() => Write(git.StandardInput, input), CancellationToken.None);
        var result = await read(git.StandardOutput, cancellationToken);
        await writing;
        var outcome = await git.WaitAsync();
        return outcome.Succeeded ? (result, "") : (null, outcome.StandardError.Trim().Split('\n')[0]);
    }

    static void Write(Stream stream, IEnumerable<string> lines)
    {
        try
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\n" };
            foreach (var line in lines)
            {
                writer.WriteLine(line);
            }
        }
        catch (IOException)
        {
            // git ended early; its exit code states why
        }
    }

    static async Task<byte[]> ReadBoundedAsync(Stream stream, int most, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (all.Length + read <= most)
            {
                await all.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        return all.ToArray();
    }

    /// <summary>Each answer is a line with the size, the bytes and a line break; of a missing file the line alone.</summary>
    static async Task<IReadOnlyDictionary<string, string>> ReadBatchAsync(
        Stream stream, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var buffered = new BufferedStream(stream, 1 << 16);
        foreach (var name in names)
        {
            if (ReadLine(buffered) is not { } header)
            {
                break;
            }

            if (header.Split(' ') is not [_, var kind, var digits] || !long.TryParse(digits, out var size))
            {
                continue;
            }

            var isRead = kind == "blob" && size <= LongestFile;
            var bytes = isRead ? new byte[size] : [];
            if (isRead)
            {
                await buffered.ReadExactlyAsync(bytes, cancellationToken);
                texts[name] = Encoding.UTF8.GetString(bytes);
            }
            else
            {
                await SkipAsync(buffered, size, cancellationToken);
            }

            _ = buffered.ReadByte();
        }

        // git waits until everything is read
        await buffered.CopyToAsync(Stream.Null, cancellationToken);
        return texts;
    }

    static async Task SkipAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[1 << 16];
        while (count > 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellationToken);
            count = read == 0 ? 0 : count - read;
        }
    }

    static string? ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (var next = stream.ReadByte(); next >= 0; next = stream.ReadByte())
        {
            if (next == '\n')
            {
                return line.ToString();
            }

            line.Append((char)next);
        }

        return null;
    }
}
