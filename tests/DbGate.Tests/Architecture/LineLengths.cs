namespace DbGate.Tests.Architecture;

/// <summary>Code and comments fit into 140 columns. Raw strings are texts of others: SQL, JSON, regular expressions.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LineLengths
{
    const int Most = 140;
    const string Fence = "\"\"\"";

    static readonly string[] Folders = ["src", "tests", "build"];

    [Test]
    public void Are_at_most_140_columns() =>
        Assert.That(
            Folders.SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
                .SelectMany(file => TooLong(File.ReadLines(file)).Select(line => $"{Path.GetRelativePath(Repository.Root, file)}:{line}")),
            Is.Empty);

    [Test]
    public void Count_code_next_to_a_raw_string_and_not_its_text()
    {
        var wide = new string('x', Most + 1);
        string[] lines = [$"var a = {Fence}", wide, $"    {Fence};", $"// {wide}"];

        Assert.That(TooLong(lines), Is.EqualTo(new[] { 4 }));
    }

    static IEnumerable<int> TooLong(IEnumerable<string> lines)
    {
        var isText = false;
        foreach (var (index, line) in lines.Index())
        {
            var begins = line.Split(Fence).Length % 2 == 0;
            if (line.Length > Most && !isText && !line.Contains(Fence, StringComparison.Ordinal))
            {
                yield return index + 1;
            }

            isText ^= begins;
        }
    }
}
