namespace DbGate.Configuration;

/// <summary>What follows when queries of the running release fail after the migrations.</summary>
enum CompatibilityPolicy
{
    /// <summary>In production the release is blocked.</summary>
    Require,

    /// <summary>The release is warned.</summary>
    Warn,

    /// <summary>The running release is not tested.</summary>
    Off,
}
