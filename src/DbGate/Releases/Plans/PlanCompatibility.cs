namespace DbGate.Releases.Plans;

/// <summary>What becomes of the running release's queries, tested on the migrated schema.</summary>
/// <param name="Source">Where the queries are from.</param>
/// <param name="Tested">How many query shapes were tested.</param>
/// <param name="Shapes">Those that do not work as before, the worst first.</param>
/// <param name="Interruption">What approvers accept by name in a maintenance release; null when nothing fails.</param>
sealed record PlanCompatibility(string Source, int Tested, IReadOnlyList<PlanBrokenShape> Shapes, PlanLoss? Interruption);

/// <summary>A query of the running release that does not work as before.</summary>
/// <param name="Hash">Names the shape.</param>
/// <param name="Shape">The query without literals.</param>
/// <param name="Role">The role that sends it.</param>
/// <param name="Calls">How often; 0 where the source does not count.</param>
/// <param name="Outcome"><c>fails</c>, <c>may fail</c>, <c>fails once per connection</c>, <c>loses an index</c> or <c>differs</c>.</param>
/// <param name="Why">What happens.</param>
/// <param name="Migration">The migration from which on; null when it is not known.</param>
/// <param name="Statement">Which of its statements, from 1; null when only the migration is known.</param>
sealed record PlanBrokenShape(
    string Hash, string Shape, string Role, long Calls, string Outcome, string Why, string? Migration, int? Statement);
