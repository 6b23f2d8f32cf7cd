using DbGate.Problems;

namespace DbGate.Bench;

/// <summary>Runs the suites of one name and prints one line per figure.</summary>
static class BenchProgram
{
    static readonly IBenchSuite[] Suites =
    [
        new StartSuite(), new GuardSuite(), new HookSuite(), new BackupSuite(), new RestoreSuite(), new MemorySuite(), new PageSuite(),
        new ProtectSuite(), new ReadySuite(), new DeploySuite(), new RehearseSuite(), new CompatibilitySuite(), new PackagesSuite(),
    ];

    /// <summary>One part of a suite, in a process of its own.</summary>
    public static async Task<ExitCode> OnceAsync(Func<Task> part)
    {
        await part();
        return ExitCode.Pass;
    }

    public static async Task<ExitCode> RunAsync(string[] arguments)
    {
        var (suites, options) = BenchArguments.Parse(arguments) is { } asked
            ? (Suites.Where(suite => suite.Name == asked.Suite).ToArray(), asked.Options)
            : ([], new BenchOptions());
        if (suites.Length == 0)
        {
            await Console.Error.WriteLineAsync(
                $"--suite={string.Join('|', Suites.Select(known => known.Name).Distinct())} [--runs=5] [--scale=1]");
            return ExitCode.Usage;
        }

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
            // What was measured before something was missing or failed counts.
            figures.ForEach(Console.WriteLine);
        }

        if (missing is not null)
        {
            await Console.Error.WriteLineAsync(missing);
            return ExitCode.Environment;
        }

        return figures.TrueForAll(figure => figure.Holds) ? ExitCode.Pass : ExitCode.Blocked;
    }
}
