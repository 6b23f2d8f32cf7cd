namespace DbGate.Migrations.Compatibility;

/// <summary>Queries that could not be tested, for one reason.</summary>
/// <param name="Why">The reason.</param>
/// <param name="Shapes">How many.</param>
/// <param name="Calls">How often they were called.</param>
sealed record UntestedShapes(string Why, int Shapes, long Calls);

/// <summary>Whether the running release survives the migrations.</summary>
/// <param name="Source">Where its queries are from.</param>
/// <param name="Since">Since when the source has counted.</param>
/// <param name="Tested">How many query shapes were tested.</param>
/// <param name="Calls">How often these were called.</param>
/// <param name="Breaks">Those that do not work as before, by weight and calls.</param>
/// <param name="Untested">Those that could not be tested.</param>
/// <param name="Notes">What the source did not give.</param>
sealed record CompatibilityReport(
    string Source,
    DateTimeOffset? Since,
    int Tested,
    long Calls,
    IReadOnlyList<ShapeBreak> Breaks,
    IReadOnlyList<UntestedShapes> Untested,
    IReadOnlyList<string> Notes)
{
    /// <summary>Where the test had to stop, so that what comes later is not known; null when it came to its end.</summary>
    public ReplayStop? Stop { get; init; }

    /// <summary>The tables that the tested queries use.</summary>
    public IReadOnlyList<ShapeUse> Uses { get; init; } = [];

    /// <summary>Those of which each call fails.</summary>
    public IReadOnlyList<ShapeBreak> Failing => [.. Breaks.Where(one => one.Weight == BreakWeight.Fails)];

    /// <summary>The share of all tested calls that fail, in percent; null where the source counts no calls.</summary>
    public double? Share(IEnumerable<ShapeBreak> breaks) => Calls == 0 ? null : 100.0 * breaks.Sum(one => one.Calls) / Calls;

    /// <summary>What was tested and what breaks, in one sentence.</summary>
    public string Sentence
    {
        get
        {
            var failing = Failing;
            var share = Share(failing) is { } percent
                ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {percent:0.#} % of its calls,")
                : "";
            return Tested == 0 ? "no query of the running release could be tested"
                : failing.Count == 0 ? $"{Count(Tested)} of the running release work as before"
                : $"{failing.Count} of {Count(Tested)} of the running release{share} fail"
                    + (failing.Select(one => one.Place).OfType<BreakPlace>().FirstOrDefault() is { } place
                        ? $" from {place.Migration}{(place.Statement is { } number ? $", statement {number}," : "")} on"
                        : "");
        }
    }

    static string Count(int shapes) => shapes == 1 ? "1 query shape" : $"{shapes} query shapes";
}
