namespace DbGate.Configuration;

/// <summary>Who applies the migrations.</summary>
enum DeployEngineKind
{
    /// <summary>The project's own command.</summary>
    Prisma,

    /// <summary>DbGate itself.</summary>
    Direct,
}
