namespace DbGate.Tests.Problems;

/// <summary>docs/faults.md names the test of each fault; a test that was renamed or removed fails here.</summary>
public sealed class FaultTable
{
    static string[][] Rows { get; } =
    [
        .. File.ReadAllLines(Path.Combine(Repository.Root, "docs", "faults.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)
                && !line.StartsWith("| fault", StringComparison.Ordinal)
                && !line.StartsWith("|-", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split(" | ").Select(cell => cell.Trim()).ToArray()),
    ];

    [Test]
    public void Has_three_cells_a_row() => Assert.That(Rows, Is.Not.Empty.And.All.Length.EqualTo(3));

    [Test]
    public void Names_tests_that_exist()
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);
        string[] missing = [.. Rows.SelectMany(row => row[2].Split(", ")).Select(name => name.Trim('`')).Where(name => !Exists(name))];

        Assert.That(missing, Is.Empty);

        bool Exists(string name) =>
            name.Split('.') is [var type, var method]
                && sources[type].Any(source => source.Contains($" {method}(", StringComparison.Ordinal));
    }
}
