namespace DbGate.Configuration;

/// <summary>How far a backup has been proven. Each level includes those before it.</summary>
enum VerificationLevel
{
    /// <summary>L0: the stream was complete when it was written.</summary>
    Complete = 0,

    /// <summary>L1: read back from the store, and every digest compared.</summary>
    ReadBack = 1,

    /// <summary>L2: its schema was restored into a scratch database.</summary>
    SchemaRestored = 2,

    /// <summary>L3: all of it was restored and compared.</summary>
    Restored = 3,
}
