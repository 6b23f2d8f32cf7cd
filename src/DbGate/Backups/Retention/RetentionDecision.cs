namespace DbGate.Backups.Retention;

/// <summary>What is to happen to one backup.</summary>
/// <param name="Backup">Which.</param>
/// <param name="Keep">False: delete.</param>
/// <param name="Reason">Why, in words for people.</param>
sealed record RetentionDecision(BackupRecord Backup, bool Keep, string Reason);
