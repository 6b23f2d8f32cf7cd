using System.Text.RegularExpressions;
using DbGate.CommandGuard;

namespace DbGate.Tests.CommandGuard;

/// <summary>
/// A labelled case: a small repository in one text file. On top is what the guard has to state, then come the files.
/// <code>
/// # what the case shows
/// blocks: Dockerfile:3 CMD npx prisma db push
/// informs: …            (reported, not blocked)
/// flag: .env.production:2 PRISMA_DB_PUSH_ALLOWED
/// open: start.sh:4      (listed as not followed)
/// unreadable: x.yml     (blocks)
/// --- Dockerfile
/// FROM node
/// </code>
/// </summary>
sealed partial record GuardCase(
    string Name, IReadOnlyList<(string Kind, string Text)> Expected, IReadOnlyList<(string Path, string Text)> Files)
{
    public static IEnumerable<GuardCase> All(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/samples/guard", folder), "*.case")
            .Order(StringComparer.Ordinal)
            .SelectMany(Read);

    /// <summary>A file may hold several cases, divided by lines of equals signs.</summary>
    public static IEnumerable<GuardCase> Read(string path) =>
        Divider()
            .Split(File.ReadAllText(path))
            .Where(text => text.Trim().Length > 0)
            .Select(text => Parse(Path.GetFileNameWithoutExtension(path), text.TrimStart('\n')));

    static GuardCase Parse(string file, string text)
    {
        var sections = Section().Split("\n" + text);
        var head = sections[0].Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var title = head.First(line => line.StartsWith('#')).TrimStart('#', ' ');
        var expected =
            head.Where(line => !line.StartsWith('#') && line != "passes")
                .Select(line => line.Split(": ", 2))
                .Select(parts => (parts[0], parts[1]))
                .ToList();
        var files = new List<(string, string)>();
        for (var index = 1; index + 1 < sections.Length; index += 2)
        {
            files.Add((sections[index].Trim(), sections[index + 1].Replace("\\x00", "\0", StringComparison.Ordinal)));
        }

        return new GuardCase($"{file}: {title}", expected, files);
    }

    public IEnumerable<string> Of(string kind) => Expected.Where(line => line.Kind == kind).Select(line => line.Text);

    public GuardReport Inspect(GuardPolicy? policy = null)
    {
        var root = Directory.CreateTempSubdirectory("dbgate-guard-").FullName;
        try
        {
            foreach (var (path, text) in Files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
                File.WriteAllText(Path.Combine(root, path), text);
            }

            var set = policy ?? new GuardPolicy
            {
                Production = [.. Of("policy-production")],
                Development = [.. Of("policy-development")],
                Ignore = [.. Of("policy-ignore")],
            };
            return Guard.Inspect(
                new GuardRequest(root) { Policy = set, Environment = Of("environment").SingleOrDefault() ?? "production" });
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    public override string ToString() => Name;

    [GeneratedRegex(@"^=====+$\n?", RegexOptions.Multiline)]
    private static partial Regex Divider();

    [GeneratedRegex(@"\n--- ([^\n]+)\n")]
    private static partial Regex Section();
}
