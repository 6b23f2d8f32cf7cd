using System.Globalization;
using Cake.Common;
using Cake.Core;
using Cake.Frosting;
using DbGate.Frosting;
using DbGate.Problems;

namespace DbGate.Build.Bench;

[TaskName("bench")]
[TaskDescription("Measures DbGate against its comparators: --suite=start|backup|… [--runs=5] [--scale=1]. Makes its own data.")]
public sealed class Bench(RunOutcome outcome) : AsyncFrostingTask
{
    static readonly IBenchSuite[] Suites =
    [
        new StartSuite(), new GuardSuite(), new HookSuite(), new BackupSuite(), new RestoreSuite(), new MemorySuite(), new PageSuite(),
        new ProtectSuite(), new ReadySuite(), new DeploySuite(), new RehearseSuite(), new PackagesSuite(),
    ];

    public override async Task RunAsync(ICakeContext context)
    {
        var name = context.Argument("suite", "");
        var suites = Suites.Where(suite => suite.Name == name).ToArray();
        if (suites.Length == 0)
        {
            outcome.SayLast($"--suite={string.Join('|', Suites.Select(known => known.Name).Distinct())}");
            outcome.Fail(ExitCode.Usage);
            return;
        }

        var options = new BenchOptions(
            int.Parse(context.Argument("runs", "5"), CultureInfo.InvariantCulture),
            double.Parse(context.Argument("scale", "1"), CultureInfo.InvariantCulture));
        var figures = new List<BenchFigure>();
        string? missing = null;
        try
        {
            foreach (var suite in suites)
            {
                figures.AddRange(await suite.RunAsync(options, Console.WriteLine, CancellationToken.None));
            }
        }
        catch (ComparatorException reason)
        {
            missing = reason.Message;
        }
        finally
        {
            // What was measured before something was missing or failed counts all the same.
            foreach (var figure in figures)
            {
                outcome.SayLast(figure.ToString());
            }
        }

        if (missing is not null)
        {
            outcome.SayLast(missing);
            outcome.Fail(ExitCode.Environment);
        }
        else if (figures.Any(figure => !figure.Holds))
        {
            outcome.Fail(ExitCode.Blocked);
        }
    }
}
