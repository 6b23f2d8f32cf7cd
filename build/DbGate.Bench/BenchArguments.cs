using System.Globalization;

namespace DbGate.Bench;

/// <summary>The arguments of a call: <c>--suite=backup --runs=5 --scale=1</c>.</summary>
/// <param name="Suite">The name of the suite.</param>
/// <param name="Options">How often, and how large.</param>
sealed record BenchArguments(string Suite, BenchOptions Options)
{
    /// <summary>Null where an argument is unknown or is not a number, or no suite is named.</summary>
    public static BenchArguments? Parse(IEnumerable<string> arguments)
    {
        var (suite, options) = ("", new BenchOptions());
        foreach (var argument in arguments)
        {
            switch (argument.Split('=', 2))
            {
                case ["--suite", var name]:
                    suite = name;
                    break;
                case ["--runs", var number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var runs)
                    && runs > 0:
                    options = options with { Runs = runs };
                    break;
                case ["--scale", var number]
                    when double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var scale) && scale > 0:
                    options = options with { Scale = scale };
                    break;
                default:
                    return null;
            }
        }

        return suite.Length > 0 ? new(suite, options) : null;
    }
}
