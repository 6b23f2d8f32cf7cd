using System.Globalization;
using DbGate.Releases;

namespace DbGate.Bench;

/// <summary>One figure: what DbGate took, what the comparator took, and how their ratio is to the limit.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Own">DbGate's median.</param>
/// <param name="Other">The comparator's median; null when the limit is absolute.</param>
/// <param name="Unit">Of both.</param>
/// <param name="Limit">The highest ratio, or the highest value where there is no comparator.</param>
public sealed record BenchFigure(string Name, double Own, double? Other, string Unit, double Limit)
{
    /// <summary>What is compared with the limit.</summary>
    public double Value => Other is { } other ? Own / other : Own;

    /// <summary>True when it is within the limit.</summary>
    public bool Holds => Value <= Limit;

    /// <summary>The median of some measurements.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <inheritdoc/>
    public override string ToString() => Other is { } other
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: {Own:0.00} {Unit} to {other:0.00} {Unit}, ratio {Value:0.00}, limit {Limit:0.00}: {Verdict}")
        : string.Create(CultureInfo.InvariantCulture, $"{Name}: {Own:0.00} {Unit}, limit {Limit:0.##} {Unit}: {Verdict}");

    string Verdict => Holds ? "holds" : "falls short";
}
