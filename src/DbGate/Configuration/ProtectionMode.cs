namespace DbGate.Configuration;

/// <summary>How a database protects itself.</summary>
enum ProtectionMode
{
    /// <summary>Event triggers where the server lets this role create them; elsewhere the choice is left to a person.</summary>
    Auto,

    /// <summary>Event triggers refuse every schema change outside of a release, to superusers too.</summary>
    Triggers,

    /// <summary>The application's role owns nothing; only a release takes the owner's role.</summary>
    Roles,
}
