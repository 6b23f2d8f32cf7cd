using DbGate.Git;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Compatibility;

/// <summary>Files of SQL that hold the running release's queries, for CI and for servers without statistics.</summary>
static class QueryFiles
{
    const int MostFiles = 500;
    const long LongestFile = 16L << 20;

    /// <summary>Reads a file, or every <c>.sql</c> file of a folder.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="name">As it was written, for people.</param>
    /// <param name="role">The role that sends them.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0593: it cannot be read.</exception>
    public static async Task<QueryCollection> ReadAsync(string path, string name, string role, CancellationToken cancellationToken)
    {
        try
        {
            string[] files = Directory.Exists(path)
                ? [.. Directory.EnumerateFiles(path, "*.sql", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)
                    .Take(MostFiles + 1)]
                : [path];
            if (files.Length is 0 or > MostFiles)
            {
                throw Unreadable(name, files.Length == 0 ? "the folder holds no .sql file" : $"it holds more than {MostFiles} files");
            }

            var texts = new List<(string File, string Text)>();
            foreach (var file in files)
            {
                if (new FileInfo(file).Length > LongestFile)
                {
                    throw Unreadable(name, $"{Path.GetFileName(file)} is larger than {LongestFile >> 20} MB");
                }

                texts.Add((Path.GetFileName(file), await File.ReadAllTextAsync(file, cancellationToken)));
            }

            var queries = Queries(texts, role);
            return queries.Count == 0 ? throw Unreadable(name, "it holds no statement") : new(name, queries);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, fault.Message);
        }
    }

    /// <summary>Reads what the same file or folder held in another commit. What cannot be read is noted.</summary>
    /// <param name="commit">The files of the commit.</param>
    /// <param name="path">Relative to the project, with forward slashes.</param>
    /// <param name="name">As it was written, for people.</param>
    /// <param name="role">The role that sends them.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<QueryCollection> ReadAsync(
        GitCommit commit, string path, string name, string role, CancellationToken cancellationToken)
    {
        var folder = path.TrimEnd('/') + "/";
        string[] files =
        [
            .. commit.Names.Where(file => file == path
                || (file.StartsWith(folder, StringComparison.Ordinal) && file.EndsWith(".sql", StringComparison.Ordinal))),
        ];
        if (files.Length == 0)
        {
            return QueryCollection.None; // the deployed commit had no list
        }

        var texts = await commit.ReadAsync(files, cancellationToken);
        var (readable, unread) = (new List<(string, string)>(), files.Except(texts.Keys).ToList());
        foreach (var (file, text) in texts)
        {
            try
            {
                _ = StatementSplitter.Split(text, file);
                readable.Add((file, text));
            }
            catch (GateException)
            {
                unread.Add(file);
            }
        }

        var at = $"{name} of commit {commit.ShortCommit}";
        return new(at, Queries(readable, role))
        {
            Notes = [.. unread.Count == 0 ? Array.Empty<string>() : [$"{at}: {string.Join(", ", unread)} cannot be read"]],
        };
    }

    static IReadOnlyList<RunningQuery> Queries(IEnumerable<(string File, string Text)> texts, string role)
    {
        var queries = new Dictionary<string, RunningQuery>(StringComparer.Ordinal);
        foreach (var (file, text) in texts)
        {
            foreach (var statement in StatementSplitter.Split(text, file).Statements)
            {
                var query = new RunningQuery(role, statement.Text, 0, 0);
                _ = queries.TryAdd(query.Shape, query);
            }
        }

        return [.. queries.Values];
    }

    static GateException Unreadable(string name, string why) => new(CompatibilityProblems.QueriesUnreadable(name, why));
}
