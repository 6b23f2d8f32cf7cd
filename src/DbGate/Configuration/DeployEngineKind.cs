namespace DbGate.Configuration;

/// <summary>Who applies the migrations.</summary>
public enum DeployEngineKind
{
    /// <summary>The project's own command.</summary>
    Prisma,

    /// <summary>DbGate itself.</summary>
    Direct,
}
