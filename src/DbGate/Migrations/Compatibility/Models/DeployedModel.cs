using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.Git;

namespace DbGate.Migrations.Compatibility.Models;

/// <summary>
/// The queries that the application of one commit sends, as far as its files report it: a model of Prisma, EF Core or Drizzle, and files of
/// named queries. What it does not state, such as filters and joins, is not among them.
/// </summary>
static partial class DeployedModel
{
    const int MostFiles = 2_000;

    /// <summary>Reads the files of a commit.</summary>
    /// <param name="files">Those of the deployed commit.</param>
    /// <param name="role">The role that the application logs in as.</param>
    /// <param name="schema">The schema of its URL.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task<QueryCollection> ReadAsync(
        GitCommit files, string role, string schema, CancellationToken cancellationToken)
    {
        var texts = await files.ReadAsync([.. Candidates(files.Names)], cancellationToken);
        return Read(texts, files.ShortCommit, role, schema);
    }

    /// <summary>Pure.</summary>
    /// <param name="texts">Files by their names.</param>
    /// <param name="commit">As people write it.</param>
    /// <param name="role">The role that the application logs in as.</param>
    /// <param name="schema">The schema of its URL.</param>
    internal static QueryCollection Read(IReadOnlyDictionary<string, string> texts, string commit, string role, string schema)
    {
        var (found, unread) = (new List<(string Source, string Sql)>(), new List<string>());
        var prisma = texts.Where(file => file.Key.EndsWith(".prisma", StringComparison.Ordinal)).Select(file => file.Value).ToArray();
        Add("schema.prisma", PrismaModel.Read(prisma, schema).SelectMany(ModelShapes.From));
        foreach (var (name, text) in texts.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (name.EndsWith("ModelSnapshot.cs", StringComparison.Ordinal))
            {
                Add("the EF Core model snapshot", EfCoreModel.Read(text).SelectMany(ModelShapes.From));
            }
            else if (name.EndsWith(".json", StringComparison.Ordinal))
            {
                try
                {
                    Add("the Drizzle snapshot", DrizzleModel.Read(text).SelectMany(ModelShapes.From));
                }
                catch (JsonException)
                {
                    unread.Add(name);
                }
            }
            else if (name.EndsWith(".sql", StringComparison.Ordinal) && NamedQueries.AreIn(text))
            {
                if (NamedQueries.Read(text) is { } queries)
                {
                    Add("files of named queries", queries);
                }
                else
                {
                    unread.Add(name);
                }
            }
        }

        var sources = string.Join(", ", found.Select(one => one.Source).Distinct());
        return found.Count == 0
            ? QueryCollection.None with
            {
                Notes =
                [
                    $"commit {commit}: it has no schema.prisma, model snapshot of EF Core or Drizzle, or file of named queries",
                ],
            }
            : new(
                $"{sources} of commit {commit}", [.. found.DistinctBy(one => one.Sql).Select(one => new RunningQuery(role, one.Sql, 0, 0))])
            {
                Notes =
                [
                    $"filters, joins and raw SQL of the application: {sources} of commit {commit} "
                        + $"{(sources.Contains(',') ? "do" : "does")} not hold them",
                    .. unread.Select(name => $"{name} of commit {commit}: it cannot be read"),
                ],
            };

        void Add(string source, IEnumerable<string> queries) => found.AddRange(queries.Select(sql => (source, sql)));
    }

    /// <summary>Files that can hold a model; of Drizzle's snapshots the newest of each folder.</summary>
    internal static IEnumerable<string> Candidates(IReadOnlyList<string> names)
    {
        string[] own = [.. names.Where(name => !Foreign().IsMatch(name))];
        return own.Where(name => name.EndsWith(".prisma", StringComparison.Ordinal)
                || name.EndsWith("ModelSnapshot.cs", StringComparison.Ordinal))
            .Concat(own.Select(name => (Name: name, Match: Snapshot().Match(name))).Where(one => one.Match.Success)
                .GroupBy(one => one.Match.Groups["folder"].Value, StringComparer.Ordinal)
                .Select(folder => folder.MaxBy(one => one.Name, StringComparer.Ordinal).Name))
            .Concat(own.Where(name => name.EndsWith(".sql", StringComparison.Ordinal) && !Migration().IsMatch(name)))
            .Take(MostFiles);
    }

    [GeneratedRegex(@"(^|/)(node_modules|vendor|bin|obj|dist)/")]
    private static partial Regex Foreign();

    [GeneratedRegex(@"(^|/)(migrations?|versions)/", RegexOptions.IgnoreCase)]
    private static partial Regex Migration();

    [GeneratedRegex(@"^(?<folder>.*/)?(?:meta/[0-9]{4,}_snapshot|[0-9]{14}_[^/]+/snapshot)\.json$")]
    private static partial Regex Snapshot();
}
