using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Backups.Providers;

/// <summary>Barman, on its own machine: <c>list-backup</c>, <c>verify-backup</c>, <c>list-files</c> and <c>recover</c>.</summary>
/// <param name="options">The settings; the stanza is the name of the server.</param>
/// <param name="account">Whose access counts: the one that the scratch server recovers with.</param>
sealed class Barman(EngineOptions options, ServerAccount account) : IRestorableProvider
{
    const string Program = "barman";

    /// <inheritdoc/>
    public string Name => "Barman";

    /// <inheritdoc/>
    public VerificationLevel Reach => VerificationLevel.Restored;

    string Server => options.Stanza.Length > 0
        ? options.Stanza
        : throw EngineProblems.MissingSetting("barman", "backup.stanza", "the name of the server in Barman's configuration");

    /// <inheritdoc/>
    public async Task<EngineBackup> FindNewestAsync(TargetIdentity target, CancellationToken cancellationToken)
    {
        var listed = await RunAsync(["-f", "json", "list-backup", Server], options.ArchiveTimeout, cancellationToken);
        var id = BarmanInfo.Newest(listed, Server);
        var shown = await RunAsync(["-f", "json", "show-backup", Server, id], options.ArchiveTimeout, cancellationToken);
        var files = await RunAsync(["list-files", "--target", "data", Server, id], options.ArchiveTimeout, cancellationToken);
        var identifier = await ControlData.ReadIdentifierAsync(
            Name, account, BarmanInfo.DataFolder(files, id), id, target.ServerVersion / 10000, options.ArchiveTimeout, cancellationToken);
        return identifier == target.SystemIdentifier
            ? BarmanInfo.Read(shown, Server, id, identifier, target.ServerVersion / 10000)
            : throw EngineProblems.OtherCluster(Name, $"the server {Server}", identifier, target.SystemIdentifier);
    }

    /// <inheritdoc/>
    public async Task<bool> HasAsync(EngineBackup backup, CancellationToken cancellationToken) =>
        BarmanInfo.Labels(
            await RunAsync(["-f", "json", "list-backup", backup.Place], options.ArchiveTimeout, cancellationToken), backup.Place)
            .Contains(backup.Label);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WalSegment>> ListWalAsync(
        EngineBackup backup, long segmentSize, CancellationToken cancellationToken)
    {
        // What arrived is filed by a schedule otherwise. It fails while that runs; the list shows what is there.
        await EngineCommand.RunAsync(
            Name, account, Program, [.. Config(), "archive-wal", backup.Place], options.Deadline, cancellationToken);
        var files = await RunAsync(["list-files", "--target", "full", backup.Place, backup.Label], options.Deadline, cancellationToken);

        // The list is Barman's catalog; it names segments that are lost, too.
        return
        [
            .. files.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(path => Path.GetFileName(path).Length == 24 && File.Exists(path))
                .Select(path => WalSegment.Find(Path.GetFileName(path), segmentSize)).OfType<WalSegment>(),
        ];
    }

    /// <inheritdoc/>
    public async Task<EngineVerification> VerifyAsync(EngineBackup backup, RestorePoint point, CancellationToken cancellationToken)
    {
        string[] arguments = [.. Config(), "verify-backup", backup.Place, backup.Label];
        var output = await EngineCommand.RunAsync(Name, account, Program, arguments, options.Deadline, cancellationToken);
        return output.ExitCode == 0 && output.Output.Contains("backup successfully verified", StringComparison.Ordinal)
            ? new("barman verify-backup: every file as in backup_manifest",
                ["the bytes of the WAL in Barman's archive: Barman does not verify them; a restore test reads them"])
            : output.Error.Contains("pg_verifybackup:", StringComparison.Ordinal)
                ? throw EngineProblems.Damaged(Name, backup.Label, output.Error)
                : throw EngineProblems.Failed(Name, $"{Program} {string.Join(' ', arguments)}", output.ExitCode, output.Error);
    }

    /// <inheritdoc/>
    public async Task RestoreAsync(
        EngineBackup backup, RestorePoint point, ThrowawayFolder folder, CancellationToken cancellationToken) =>
        await RunAsync(
            ["recover", "--target-name", point.Name!, "--target-action", "promote", backup.Place, backup.Label, folder.Data],
            options.Deadline, cancellationToken, folder.Path);

    /// <inheritdoc/>
    public IReadOnlyList<string> RecoveryLines(EngineBackup backup, RestorePoint point) =>
    [
        "# on Barman's machine, after the server was stopped and its data folder moved away:",
        $"{string.Join(' ', Config().Prepend(Program))} recover --target-name {point.Name} --target-action promote {backup.Place} "
            + $"{backup.Label} \"$PGDATA\"",
        "# then start the server; it recovers to the restore point and takes connections",
    ];

    string[] Config() => options.ConfigFile.Length > 0 ? ["-c", options.ConfigFile] : [];

    async Task<string> RunAsync(
        IReadOnlyList<string> arguments, TimeSpan deadline, CancellationToken cancellationToken, string? folder = null)
    {
        string[] all = [.. Config(), .. arguments];
        var output = await EngineCommand.RunAsync(Name, account, Program, all, deadline, cancellationToken, folder);
        return output.ExitCode == 0
            ? output.Output
            : throw EngineProblems.Failed(
                Name, $"{Program} {string.Join(' ', all)}", output.ExitCode, $"{output.Error}\n{output.Output}");
    }
}
