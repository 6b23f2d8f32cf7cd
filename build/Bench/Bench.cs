using System.Globalization;
using Cake.Common;
using Cake.Core;
using Cake.Frosting;

namespace DbGate.Build.Bench;

[TaskName("bench")]
[TaskDescription("Measures DbGate against its comparators: --suite=backup [--runs=5] [--scale=1]. Makes its own data.")]
public sealed class Bench : AsyncFrostingTask
{
    static readonly IBenchSuite[] Suites = [new BackupSuite()];

    public override async Task RunAsync(ICakeContext context)
    {
        var name = context.Argument("suite", "");
        var suite = Suites.FirstOrDefault(suite => suite.Name == name)
            ?? throw BenchProblems.UnknownSuite(name, Suites.Select(suite => suite.Name));
        var options = new BenchOptions(
            int.Parse(context.Argument("runs", "5"), CultureInfo.InvariantCulture),
            double.Parse(context.Argument("scale", "1"), CultureInfo.InvariantCulture));
        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            stop.Cancel();
        };

        var figures = await suite.RunAsync(options, Console.WriteLine, stop.Token);
        foreach (var figure in figures)
        {
            Console.WriteLine(figure);
        }

        if (figures.FirstOrDefault(figure => !figure.Holds) is { } missed)
        {
            throw BenchProblems.FallsShort(missed);
        }
    }
}
