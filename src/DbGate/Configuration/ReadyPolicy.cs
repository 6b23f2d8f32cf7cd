namespace DbGate.Configuration;

/// <summary>What production's readiness is read from.</summary>
enum ReadyPolicy
{
    /// <summary>The application's own answer; its address must be set.</summary>
    Application,

    /// <summary>The ledger and the safety checks.</summary>
    Ledger,
}
