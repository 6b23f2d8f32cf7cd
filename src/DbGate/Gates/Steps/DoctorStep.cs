using DbGate.Configuration;
using DbGate.Gates.Doctor;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates.Steps;

/// <summary>What this machine and this project lack, each with the command that fixes it. Never stops at the first.</summary>
sealed class DoctorStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("doctor") with
    {
        LeavesReport = false,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var facts = new List<Fact>();
        var problems = new List<Problem>();
        foreach (var examination in DoctorChecks.All)
        {
            try
            {
                var finding = await examination(context, cancellationToken);
                facts.AddRange(finding.Facts);
                problems.AddRange(finding.Problems);
            }
            catch (GateException exception)
            {
                problems.Add(exception.Problem);
            }
        }

        problems = [.. problems.DistinctBy(problem => (problem.Code, problem.Message))]; // what two looks stumbled over
        facts.AddRange(SettingsCatalog.All
            .Select(setting => (setting, value: context.Settings.Find(setting)))
            .Where(pair => pair.value is not null)
            .Select(pair =>
                new Fact(pair.setting.Name, $"{(pair.setting.IsSecret ? "(secret)" : pair.value!.Text)}  from {pair.value!.Source}")));
        var missing = problems.Count(problem => problem.IsBlocking);
        return new StepResult
        {
            Summary = missing > 0 ? $"{missing} {(missing == 1 ? "thing is" : "things are")} missing"
                : context.IsProduction
                    ? "nothing that was looked at blocks a release to production; it takes the backup, rehearses and asks for approval"
                : $"nothing is missing for {context.Environment.ToString().ToLowerInvariant()}; production was not looked at "
                    + "(--environment=production)",
            Facts = [.. facts],
            Problems = [.. problems],
        };
    }
}
