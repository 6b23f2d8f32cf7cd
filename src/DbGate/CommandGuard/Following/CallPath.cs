using System.Collections.Immutable;

namespace DbGate.CommandGuard.Following;

/// <summary>The chain up to and including the place that is being looked at.</summary>
/// <param name="Before">The hops that led here.</param>
/// <param name="CallSite">This place, as a hop on the way shows it.</param>
/// <param name="Full">This place's text when it is the last hop.</param>
sealed record CallPath(ImmutableList<CallSite> Before, CallSite CallSite, string Full)
{
    public ImmutableList<CallSite> Further() => Before.Add(CallSite);
}
