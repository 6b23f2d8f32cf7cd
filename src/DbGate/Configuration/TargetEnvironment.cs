namespace DbGate.Configuration;

/// <summary>What a database is for. Rules are strictest for <see cref="Production"/>.</summary>
public enum TargetEnvironment
{
    /// <summary>A developer's own.</summary>
    Development,

    /// <summary>Like production, without its users.</summary>
    Staging,

    /// <summary>The one that must not be lost.</summary>
    Production,
}
