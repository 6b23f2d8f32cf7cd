namespace DbGate.Backups.Providers;

/// <summary>
/// Judges what <c>pgbackrest verify</c> prints: its exit code is 0 whatever it finds. Only a text that names the backup and the archive as
/// valid is a proof. Pure.
/// </summary>
static class PgBackRestVerify
{
    const string Engine = "pgBackRest";
    const string Command = "pgbackrest verify";

    /// <param name="text">What <c>verify --output=text --verbose</c> printed.</param>
    /// <param name="archive">The archive's id.</param>
    /// <param name="label">The backup's label.</param>
    /// <exception cref="Problems.GateException">DBG0368: damage; DBG0363: the text is not understood.</exception>
    public static EngineVerification Judge(string text, string archive, string label)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var status = lines.Where(line => line.StartsWith("status:", StringComparison.Ordinal)).ToArray();
        if (status.Length != 1)
        {
            throw EngineProblems.Unreadable(Engine, Command, "it does not contain one status");
        }

        if (status[0] != "status: ok")
        {
            throw EngineProblems.Damaged(Engine, label, text);
        }

        var backup = lines.FirstOrDefault(line => line.StartsWith($"backup: {label},", StringComparison.Ordinal))
            ?? throw EngineProblems.Gone(Engine, label);
        var wal = lines.FirstOrDefault(line => line.StartsWith($"archiveId: {archive},", StringComparison.Ordinal));
        return backup.StartsWith($"backup: {label}, status: valid,", StringComparison.Ordinal) && wal is not null
            ? new($"pgbackrest verify: {backup["backup: ".Length..]}; {wal}", [])
            : throw EngineProblems.Damaged(Engine, label, text);
    }
}
