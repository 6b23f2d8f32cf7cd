using DbGate.Problems;

namespace DbGate.Build.Bench;

/// <summary>What can be wrong with a benchmark.</summary>
static class BenchProblems
{
    static readonly ProblemCode UnknownSuiteCode = new("DBG0070", "no such benchmark", ExitCode.Usage);
    static readonly ProblemCode FallsShortCode = new("DBG0071", "a benchmark's limit falls short", ExitCode.Blocked);
    static readonly ProblemCode ComparatorCode = new("DBG0072", "a benchmark's comparator is missing", ExitCode.Environment);

    public static GateException UnknownSuite(string name, IEnumerable<string> known) =>
        new(new Problem(UnknownSuiteCode, name.Length == 0 ? "--suite is missing." : $"There is no benchmark '{name}'.") { Fix = $"--suite={string.Join("|", known)}" });

    public static GateException FallsShort(BenchFigure figure) => new(new Problem(FallsShortCode, figure.ToString())
    {
        Cause = "the machine is busy, or DbGate became slower",
        Fix = "run it again with --runs=9 on an idle machine, and look at the single runs",
    });

    public static GateException ComparatorMissing(string program, string words) => new(new Problem(ComparatorCode, $"{program} could not be run.")
    {
        Cause = words,
        Fix = $"install {program}",
    });
}
