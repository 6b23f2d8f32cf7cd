using DbGate.Problems;
using NUnit.Framework.Constraints;

namespace DbGate.Tests;

/// <summary>Constraints on expected failures.</summary>
static class Failure
{
    /// <summary>A gate exception with this code; what it states can be tested further.</summary>
    public static IResolveConstraint From(string code, Predicate<Problem>? and = null) =>
        Throws.TypeOf<GateException>().With.Property(nameof(GateException.Problem))
            .Matches<Problem>(problem => problem.Code.Id == code && (and is null || and(problem)));
}
