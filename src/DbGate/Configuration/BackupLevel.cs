namespace DbGate.Configuration;

/// <summary>How far <c>backup-first</c> demands that a backup is proven, in the words of the settings.</summary>
enum BackupLevel
{
    /// <summary>Reported by an engine; DbGate reads nothing of it.</summary>
    L0 = VerificationLevel.Complete,

    /// <summary>Read back from the store, every byte.</summary>
    L1 = VerificationLevel.ReadBack,

    /// <summary>Its schema restored into a scratch database.</summary>
    L2 = VerificationLevel.SchemaRestored,

    /// <summary>All of it restored and compared.</summary>
    L3 = VerificationLevel.Restored,
}
