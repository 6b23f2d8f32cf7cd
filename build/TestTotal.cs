using System.Xml.Linq;

namespace DbGate.Build;

/// <summary>What all test projects together came to, read from their .trx files.</summary>
public sealed record TestTotal(int Passed, int Failed, int Skipped)
{
    /// <summary>True when tests ran and none failed.</summary>
    public bool Holds => Passed > 0 && Failed == 0;

    /// <summary>Sums up the results. A test that neither passed nor was skipped (timed out, aborted) counts as failed.</summary>
    public static TestTotal Read(IEnumerable<string> trxFiles) => trxFiles
        .SelectMany(file => XDocument.Load(file).Descendants())
        .Where(element => element.Name.LocalName == "UnitTestResult")
        .Select(result => result.Attribute("outcome")?.Value)
        .Aggregate(new TestTotal(0, 0, 0), (total, outcome) => outcome switch
        {
            "Passed" => total with { Passed = total.Passed + 1 },
            "NotExecuted" => total with { Skipped = total.Skipped + 1 },
            _ => total with { Failed = total.Failed + 1 },
        });

    /// <inheritdoc/>
    public override string ToString() => $"{Passed} passed, {Failed} failed, {Skipped} skipped";
}
