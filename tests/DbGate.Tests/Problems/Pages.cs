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

    static readonly ProblemCode[] Codes = [.. Problems.Codes.All.OrderBy(code => code.Id, StringComparer.Ordinal)];

    static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "problems"), "DBG*.md").Order(StringComparer.Ordinal);

    [Test]
    public void Begin_with_the_code_and_title_of_their_problem() =>
        Assert.That(
            Codes.Select(code => (Code: code, Page: Path.Combine(Repository.Root, code.HelpPage)))
                .Where(each => File.Exists(each.Page)) // Codes.Have_a_page_each names those that are missing
                .Where(each => File.ReadLines(each.Page).First() != $"# {each.Code.Id}: {each.Code.Title}")
                .Select(each => $"{each.Code.HelpPage} begins with # {each.Code.Id}: {each.Code.Title}"),
            Is.Empty);

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
                    room.Codes.Select(code => $"| [{code.Id}](problems/{code.Id}.md) | {code.Title} | {(int)code.ExitCode} |\n")));

        GeneratedSection.Matches("docs/README.md", "codes", string.Concat(index) + "\n");
    }

    [GeneratedRegex(@"\bDBG0[0-9]{3}\b")]
    private static partial Regex Reference();
}
