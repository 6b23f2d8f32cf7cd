using DbGate.Gates;
using DbGate.Releases;

namespace Acme;

public static class RunChecks
{
    public static async Task<bool> RunAsync(DbGateOptions options)
    {
        var report = await GateRunner.RunAsync(options, ["production-safety"]);
        foreach (var problem in report.AllProblems)
        {
            Console.WriteLine($"{problem.Code.Id} {problem.Message}");
        }

        return report.Verdict == Verdict.Pass;
    }
}
