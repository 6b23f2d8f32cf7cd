using DbGate.Checks;
using DbGate.Problems;
using DbGate.Releases;

namespace DbGate.Gates;

/// <summary>
/// Completes problems when a step ends: their commands get the options of the run, and their state describes the database at that moment.
/// A check that reads files only does not know what other steps did; the run does. Pure but for what the run has recorded.
/// </summary>
static class AtThisMoment
{
    public static StepResult From(StepResult result, GateContext context) => result with
    {
        Problems = [.. result.Problems.Select(problem => From(problem, context))],
        Checks = [.. result.Checks.Select(check => From(check, context))],
        Facts = [
            .. result.Facts.Select(fact => fact.Commands.IsEmpty
                ? fact
                : fact with { Commands = [.. fact.Commands.Select(command => command.For(context.Scope))] })],
    };

    public static Problem From(Problem problem, GateContext context) => problem with
    {
        Fix = problem.Fix?.For(context.Scope),
        Remedies = problem.Remedies.Count == 0
            ? problem.Remedies
            : [.. problem.Remedies.Select(remedy =>
                remedy with { Commands = [.. remedy.Commands.Select(command => command.For(context.Scope))] })],
        State = DatabaseState.At(problem.State, context.Contacts.Any, context.State.Deploy?.Applied ?? []),
    };

    static CheckReport From(CheckReport check, GateContext context) =>
        check.Result.Problems.IsEmpty
            ? check
            : check with { Result = check.Result with { Problems = [.. check.Result.Problems.Select(problem => From(problem, context))] } };
}
