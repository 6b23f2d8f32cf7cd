namespace DbGate.Releases.Forecasts;

/// <summary>What a deploy will come to.</summary>
enum ForecastOutcome
{
    /// <summary>It will apply the pending migrations.</summary>
    Deploys,

    /// <summary>Nothing is pending.</summary>
    NothingToDo,

    /// <summary>It will stop, and <see cref="Forecast.Code"/> reports how.</summary>
    Fails,
}

/// <summary>What the deploy will do, read from ledger, folder and the tool's version, without running it.</summary>
/// <param name="Outcome">What it comes to.</param>
/// <param name="Code">The tool's own code, such as <c>P3009</c>; null when it has none for this, or all is well.</param>
/// <param name="Sentence">In words.</param>
/// <param name="Fix">What to do when it fails.</param>
/// <param name="Files">The pending migrations in order.</param>
sealed record Forecast(ForecastOutcome Outcome, string? Code, string Sentence, string? Fix, IReadOnlyList<FileForecast> Files)
{
    /// <summary>The id of DbGate's problem that reports the same; null when all is well.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? Problem { get; init; }
}

/// <summary>What can become of one migration file.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="Statements">How many it has.</param>
/// <param name="MayStopAfter">The statements after which a failure leaves the rest undone, such as <c>1-3, 5</c>; null when it applies
/// whole or not at all.</param>
/// <param name="Rule">Why, in words.</param>
/// <param name="Recovery">The commands for the worse case, in order.</param>
sealed record FileForecast(string Name, int Statements, string? MayStopAfter, string Rule, IReadOnlyList<string> Recovery)
{
    /// <summary>True when a failure leaves nothing of it behind.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsAllOrNothing => MayStopAfter is null;
}
