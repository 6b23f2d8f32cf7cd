using DbGate.CommandGuard;
using DbGate.Configuration;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates.Steps;

/// <summary>Classes one command line: a door for git hooks and for the pre-tool hooks of coding agents.</summary>
sealed class GuardStep : IStep
{
    /// <inheritdoc/>
    public StepDescriptor Descriptor { get; } = TaskCatalog.Describe("guard") with
    {
        LeavesReport = false,
    };

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(GateContext context, CancellationToken cancellationToken)
    {
        var command = context.Settings.Get(TaskOptions.Command);
        if (command.Length == 0)
        {
            throw new GateException(ConfigurationProblems.MissingValue("command"));
        }

        var verdict = Guard.Classify(command, context.Environment.ToString().ToLowerInvariant(), context.Settings.Root, cancellationToken);
        var problem = CommandGuardProblems.From(verdict);
        var (fact, reached) =
            context.Settings.Get(TaskOptions.Identify)
                ? await CommandIdentity.CheckAsync(context, verdict, cancellationToken)
                : (null, null);
        problem = reached ?? problem;
        return new StepResult
        {
            Summary = reached is not null
                ? $"refused: {reached.Message}"
                : problem is null
                ? $"allowed: {verdict.Reason}"
                : verdict.CannotTell
                ? "refused: it cannot be told what the command does"
                : $"refused: {verdict.Reason}",
            Facts = fact is null ? [] : [fact],
            Problems = problem is null ? [] : [problem],
            NotChecked = [.. verdict.NotFollowed.Select(place => $"{place.Location} {place.Text}: {place.Reason}")],
        };
    }
}
