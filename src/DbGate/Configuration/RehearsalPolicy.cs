namespace DbGate.Configuration;

/// <summary>Whether a release is rehearsed on its restored backup.</summary>
enum RehearsalPolicy
{
    /// <summary>Where a server for it can be had; else the plan states that it was not.</summary>
    Auto,

    /// <summary>Always; a release without is blocked.</summary>
    Required,

    /// <summary>Never.</summary>
    Off,
}
