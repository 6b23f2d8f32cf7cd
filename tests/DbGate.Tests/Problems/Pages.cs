using System.Reflection;
using System.Text.RegularExpressions;
using DbGate.Problems;

namespace DbGate.Tests.Problems;

[NonParallelizable] // may write docs/README.md
public sealed partial class Pages
{
    static readonly (string Start, string Room)[] Rooms =
    [
        ("00", "Usage and environment"), ("01", "Production safety"), ("02", "Migrations"), ("03", "Backups"), ("04", "Command guard"),
        ("05", "Plan, approval, deploy"), ("06", "Readiness"), ("07", "Restore"), ("08", "Protection"), ("09", "Publishing"),
    ];

    static readonly ProblemCode[] Codes =
    [
        .. new[] { typeof(ProblemCode).Assembly,
            typeof(DbGate.GitHub.GitHubPublisher).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(field => field.FieldType == typeof(ProblemCode))
            .Select(field => (ProblemCode)field.GetValue(null)!)
            .OrderBy(code => code.Id, StringComparer.Ordinal),
    ];

    static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "DBG*.md").Order(StringComparer.Ordinal);

    [Test]
    public void Begin_with_their_code_and_a_title() =>
        Assert.That(
            Files.Where(file => !File.ReadLines(file)
                .First()
                .StartsWith($"# {Path.GetFileNameWithoutExtension(file)}: ", StringComparison.Ordinal)), Is.Empty);

    [Test]
    public void Belong_to_a_code() =>
        Assert.That(Files.Select(Path.GetFileNameWithoutExtension).Except(Codes.Select(code => code.Id)), Is.Empty);

    [Test]
    public void Name_only_codes_that_exist()
    {
        var known = Codes.Select(code => code.Id).ToHashSet();
        var dead = from file in Files
                   from Match match in Reference().Matches(File.ReadAllText(file))
                   where !known.Contains(match.Value)
                   select $"{Path.GetFileName(file)}: {match.Value}";

        Assert.That(dead, Is.Empty);
    }

    [Test]
    public void Are_all_in_the_index()
    {
        var index = Rooms
            .Select(room => (room.Room, Codes: Codes.Where(code => code.Id[3..5] == room.Start).ToArray()))
            .Where(room => room.Codes.Length > 0)
            .Select(room => $"\n### {room.Room}\n\n| code | what is wrong | exit code |\n|---|---|---:|\n"
                + string.Concat(
                    room.Codes.Select(code => $"| [{code.Id}]({code.Id}.md) | {Capital(code.Title)} | {(int)code.ExitCode} |\n")));

        GeneratedSection.Matches("docs/README.md", "codes", string.Concat(index) + "\n");
    }

    static string Capital(string title) => char.ToUpperInvariant(title[0]) + title[1..];

    [GeneratedRegex(@"\bDBG0[0-9]{3}\b")]
    private static partial Regex Reference();
}
