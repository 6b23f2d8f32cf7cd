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

            var queries = new Dictionary<string, RunningQuery>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                if (new FileInfo(file).Length > LongestFile)
                {
                    throw Unreadable(name, $"{Path.GetFileName(file)} is larger than {LongestFile >> 20} MB");
                }

                var script = StatementSplitter.Split(await File.ReadAllTextAsync(file, cancellationToken), Path.GetFileName(file));
                foreach (var statement in script.Statements)
                {
                    var query = new RunningQuery(role, statement.Text, 0, 0);
                    _ = queries.TryAdd(query.Shape, query);
                }
            }

            return queries.Count == 0 ? throw Unreadable(name, "it holds no statement") : new(name, [.. queries.Values]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(name, fault.Message);
        }
    }

    static GateException Unreadable(string name, string why) => new(CompatibilityProblems.QueriesUnreadable(name, why));
}
