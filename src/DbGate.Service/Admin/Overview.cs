using DbGate.Releases.Evidence;
using DbGate.Gates;
using DbGate.Problems;
using DbGate.Service.Readiness;

namespace DbGate.Service.Admin;

/// <summary>What the live page shows, with everything that the service knows; for administrators only.</summary>
/// <param name="Environment">The environment's name in lower case.</param>
/// <param name="Target">The database's URL without its password; null when the settings name none.</param>
/// <param name="Ready">The checks of <c>/ready</c>, with their problems.</param>
/// <param name="ReadyAge">How old they are.</param>
/// <param name="Metrics">Sizes and ages; null when they cannot be measured.</param>
/// <param name="Records">The newest records of the evidence log, the newest first.</param>
/// <param name="Problems">Why something is missing.</param>
/// <param name="TakenAt">When this was put together.</param>
sealed record Overview(
    string Environment,
    string? Target,
    ReadyState Ready,
    TimeSpan ReadyAge,
    DatabaseMetrics? Metrics,
    IReadOnlyList<EvidenceRecord> Records,
    IReadOnlyList<Problem> Problems,
    DateTimeOffset TakenAt);
