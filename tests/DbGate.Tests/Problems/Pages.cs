using System.Text.RegularExpressions;
using DbGate.Problems;

namespace DbGate.Tests.Problems;

[NonParallelizable] // may write docs/README.md
public sealed partial class Pages
{
    static readonly (string Start, string Group)[] Groups =
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

    /// <summary>Group, exit code and whether a waiver covers it: from the record, as the index is.</summary>
    [Test]
    public void Show_the_record_of_their_problem()
    {
        var wrong = new List<string>();
        foreach (var code in Codes)
        {
            var file = Path.Combine(Repository.Root, code.HelpPage);
            var lines = File.ReadAllLines(file);
            var isGenerated = lines.Length > 2 && Record().IsMatch(lines[2]);
            if (lines.Length > 2 && lines[2] == RecordOf(code))
            {
                continue;
            }

            if (Environment.GetEnvironmentVariable("DBGATE_ACCEPT") == "1")
            {
                string[] body = isGenerated ? lines[3..] : ["", .. lines[2..]];
                File.WriteAllText(file, string.Join('\n', [lines[0], "", RecordOf(code), .. body]) + "\n");
                continue;
            }

            wrong.Add($"{code.Id}: {RecordOf(code)}");
        }

        Assert.That(wrong, Is.Empty, "write them: DBGATE_ACCEPT=1 dotnet test tests/DbGate.Tests --filter Problems.Pages");
    }

    /// <summary>What it means, why it blocks (or that a comment allows it), and what to do: under the same headings everywhere.</summary>
    [Test]
    public void Have_the_same_parts() =>
        Assert.That(
            from file in Files
            let headings = File.ReadLines(file).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).ToArray()
            let missing = new[]
            {
                headings.Any(line => line == "## Fix" || line.StartsWith("## Fix: ", StringComparison.Ordinal)) ? null : "Fix",
                headings.Any(line => line.StartsWith("## Why DbGate ", StringComparison.Ordinal) || line == "## When to allow it")
                    ? null
                    : "Why DbGate …",
                headings.Any(line => OtherWords.Contains(line[3..])) ? "another heading than Fix or Prevention" : null,
            }
            from part in missing.OfType<string>()
            select $"{Path.GetFileName(file)}: {part}",
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
        var index = Groups
            .Select(group => (group.Group, Codes: Codes.Where(code => code.Id[3..5] == group.Start).ToArray()))
            .Where(group => group.Codes.Length > 0)
            .Select(group => $"\n### {group.Group}\n\n| code | what is wrong | exit code |\n|---|---|---:|\n"
                + string.Concat(
                    group.Codes.Select(code => $"| [{code.Id}](problems/{code.Id}.md) | {code.Title} | {(int)code.ExitCode} |\n")));

        GeneratedSection.Matches("docs/README.md", "codes", string.Concat(index) + "\n");
    }

    static readonly string[] OtherWords =
        ["Put it right", "What to do", "How to put it right", "Fix it", "A safer way", "Prevent it", "How to prevent it", "Why it matters"];

    /// <summary>The meanings that the README's table gives.</summary>
    static readonly IReadOnlyDictionary<string, string> Meanings =
        File.ReadLines(Path.Combine(Repository.Root, "README.md"))
            .Select(line => line.Split(" | "))
            .Where(cells => cells.Length == 2 && cells[0].StartsWith("| ", StringComparison.Ordinal)
                && int.TryParse(cells[0][2..], out _))
            .ToDictionary(cells => cells[0][2..], cells => cells[1].TrimEnd('|', ' '));

    static string RecordOf(ProblemCode code) =>
        $"**{Groups.Single(group => code.Id[3..5] == group.Start).Group}.** Exit code {(int)code.ExitCode}: "
            + $"{Meanings[$"{(int)code.ExitCode}"]}.{(code.IsProof ? " No waiver covers it." : "")}";

    [GeneratedRegex(@"^\*\*[^*]+\.\*\* Exit code ")]
    private static partial Regex Record();

    [GeneratedRegex(@"\bDBG0[0-9]{3}\b")]
    private static partial Regex Reference();
}
