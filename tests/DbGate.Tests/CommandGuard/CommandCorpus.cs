using DbGate.CommandGuard;
using DbGate.CommandGuard.Tools;

namespace DbGate.Tests.CommandGuard;

/// <summary>
/// Labelled command lines, one file per tool in <c>tests/samples/guard/commands</c>: <c>blocks</c> loses data, <c>open</c> cannot be judged
/// (and blocks), <c>warns</c> applies migrations outside the release, <c>passes</c> is anything else. Files behind <c>--- name</c> belong
/// to the project.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CommandCorpus
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests/samples/guard/commands");

    static IEnumerable<string> Tools =>
        Directory.EnumerateFiles(Folder, "*.txt").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Tools))]
    public void Is_judged_as_labelled(string tool)
    {
        var wrong =
            Judged(tool)
                .Where(each => each.Label != each.Actual)
                .Select(each => $"{each.Label} but {each.Actual}: {each.Line} [{each.Reason}]");

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Has_full_precision_and_recall_for_each_tool()
    {
        var total = 0;
        foreach (var tool in Tools)
        {
            var cases = Judged(tool).ToList();
            var (hits, alarms, misses) =
                (cases.Count(Blocks), cases.Count(each => each.Actual is "blocks" or "open" && each.Label is not ("blocks" or "open")),
                    cases.Count(each => each.Label is "blocks" or "open" && each.Actual is not ("blocks" or "open")));
            var wrong = cases.Where(each => (each.Label is "blocks" or "open") != (each.Actual is "blocks" or "open"));
            var (precision, recall) = (hits / (double)(hits + alarms), hits / (double)(hits + misses));
            total += cases.Count;
            TestContext.Out.WriteLine($"{tool,-18} {cases.Count,3} cases  precision {precision:0.000}  recall {recall:0.000}");
            Assert.That((precision, recall), Is.EqualTo((1.0, 1.0)), $"{tool}: {string.Join("; ", wrong.Select(each => each.Line))}");
        }

        TestContext.Out.WriteLine($"{total} command lines of {Tools.Count()} files");
        Assert.That(total, Is.GreaterThanOrEqualTo(450));

        static bool Blocks((string Label, string Actual, string Line, string Reason) each) =>
            each.Label is "blocks" or "open" && each.Actual is "blocks" or "open";
    }

    /// <summary>Adding a tool is an entry in tools.json, one line that blocks and one that passes.</summary>
    [Test]
    public void Has_a_positive_and_a_negative_case_for_each_tool()
    {
        var lacking = ToolCatalog.All.Where(tool => tool.Rules.Count > 0).Where(tool => !Tools.Contains(tool.Name)
            || !Cases(tool.Name).Any(line => line.Label == "blocks") || !Cases(tool.Name).Any(line => line.Label == "passes"))
                .Select(tool => tool.Name);

        Assert.That(
            lacking, Is.Empty,
            "write tests/samples/guard/commands/<tool>.txt with a line 'blocks  <command>' and a line 'passes  <command>'");
    }

    static IEnumerable<(string Label, string Actual, string Line, string Reason)> Judged(string tool)
    {
        var root = Directory.CreateTempSubdirectory("dbgate-commands-").FullName;
        try
        {
            foreach (var (name, text) in Files(tool))
            {
                File.WriteAllText(Path.Combine(root, name), text);
            }

            return [.. Cases(tool).Select(each =>
            {
                var verdict = Guard.Classify(each.Line, "production", root);
                var actual =
                    verdict.Blocks ? verdict.CannotTell ? "open" : "blocks" : verdict.Class == CommandClass.Bypassing ? "warns" : "passes";
                return (each.Label, actual, each.Line, verdict.Reason);
            })];
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    static IEnumerable<(string Label, string Line)> Cases(string tool) =>
        File.ReadLines(Path.Combine(Folder, tool + ".txt"))
            .TakeWhile(line => !line.StartsWith("--- ", StringComparison.Ordinal))
            .Where(line => line.Length > 8)
            .Select(line => (line[..8].Trim(), line[8..]));

    static IEnumerable<(string Name, string Text)> Files(string tool)
    {
        var parts = ("\n" + File.ReadAllText(Path.Combine(Folder, tool + ".txt"))).Split("\n--- ").Skip(1);
        return parts.Select(part => part.Split('\n', 2)).Select(pair => (pair[0], pair[1] + "\n"));
    }
}
