using System.Collections.Immutable;
using DbGate.Configuration;
using DbGate.Gates;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Protection;

/// <summary>Whether a database is protected, what is wrong with that, who could go round it, and what it has refused.</summary>
/// <param name="Sentence">All of it in one sentence.</param>
/// <param name="Problems">What is wrong.</param>
/// <param name="Facts">The rest.</param>
/// <param name="Refusals">Null where this role may not read them.</param>
sealed record ProtectionFinding(string Sentence, IReadOnlyList<Problem> Problems, ImmutableArray<Fact> Facts, Refusals? Refusals)
{
    const int Shown = 5;

    /// <summary>What this role may not read.</summary>
    public IReadOnlyList<string> NotChecked { get; init; } = [];

    /// <summary>Null when the database is not protected.</summary>
    public static async Task<ProtectionFinding?> ReadAsync(Session session, CancellationToken cancellationToken)
    {
        if (await Installation.ReadAsync(session, cancellationToken) is not { } installation)
        {
            return null;
        }

        var state = await ProtectionState.ReadAsync(session, cancellationToken);
        var refusals = await Refusals.ReadAsync(session, Shown, cancellationToken);
        var inventory = await ProtectionInventory.ReadAsync(session, installation, cancellationToken);
        var problems = ProtectionRules.Decide(installation, state, inventory).ToList();
        if (installation.Version != ProtectionSources.Version)
        {
            problems.Add(ProtectionProblems.Old(installation.Version));
        }

        return new ProtectionFinding(
            Say(installation, problems, refusals), problems, [.. FactsOf(installation, state, refusals)], refusals) { NotChecked =
                inventory.NotChecked };
    }

    static string Say(Installation installation, List<Problem> problems, Refusals? refusals) =>
        (problems.Find(problem => problem.IsBlocking)?.Message
            ?? $"protected by {(installation.Mode == ProtectionMode.Roles ? "roles" : "event triggers")} since "
                + $"{installation.At:yyyy-MM-dd}")
        + (refusals switch
        {
            null => "",
            { Total: 0 } => ", nothing refused",
            { Newest: [var newest, ..] } => $", {refusals.Total} refused, newest {newest.At:yyyy-MM-dd}: {newest.Command} by "
                + $"{newest.Login}",
            _ => $", {refusals.Total} refused",
        });

    static IEnumerable<Fact> FactsOf(Installation installation, ProtectionState state, Refusals? refusals)
    {
        yield return new Fact("installed", $"{installation.At.UtcDateTime:yyyy-MM-dd HH:mm}Z by {installation.By}, owned by {state.Owner}");
        if (installation.Mode == ProtectionMode.Roles)
        {
            yield return new Fact(
                "roles", $"{installation.OwnerRole} owns, {installation.DeployRole} deploys, {installation.RuntimeRole} runs");
        }

        foreach (var way in state.Bypasses.GroupBy(bypass => bypass.How))
        {
            yield return new Fact("can go round it", $"{string.Join(", ", way.Select(bypass => bypass.Role))}: {way.Key}");
        }

        if (installation.ExemptRoles.Count > 0)
        {
            yield return new Fact("exempt", string.Join(", ", installation.ExemptRoles));
        }

        foreach (var tripwire in installation.Tripwires.Select(tripwire => tripwire.Table).Distinct())
        {
            yield return new Fact("tripwire", $"{tripwire.Schema}.{tripwire.Name}");
        }

        foreach (var refusal in refusals?.Newest ?? [])
        {
            yield return new Fact("refused", refusal.ToString());
        }
    }
}
