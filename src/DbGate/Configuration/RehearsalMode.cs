namespace DbGate.Configuration;

/// <summary>What runs the migrations at a rehearsal; the weaker first.</summary>
enum RehearsalMode
{
    /// <summary>DbGate sends their SQL; migrations that are code are not rehearsed.</summary>
    Statements,

    /// <summary>DbGate sends their SQL; where a migration is code, the deploy command runs.</summary>
    Auto,

    /// <summary>The deploy command runs.</summary>
    Command,
}
