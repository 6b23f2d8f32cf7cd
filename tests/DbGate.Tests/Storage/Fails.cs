using DbGate.Problems;
using NUnit.Framework.Constraints;

namespace DbGate.Tests.Storage;

/// <summary>Constraints on expected failures.</summary>
static class Fails
{
    public static IResolveConstraint With(string code) =>
        Throws.TypeOf<GateException>().With.Property(nameof(GateException.Problem)).Matches<Problem>(problem => problem.Code.Id == code);
}
