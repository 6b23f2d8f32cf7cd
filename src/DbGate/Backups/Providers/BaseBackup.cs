using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Backups.Providers;

/// <summary>
/// Folders that <c>pg_basebackup</c> wrote, with the server's own WAL archive: <c>pg_verifybackup</c> reads every file,
/// <c>pg_waldump</c> every record of the WAL.
/// </summary>
/// <param name="options">The settings.</param>
/// <param name="account">Whose access counts: the one that the scratch server recovers with.</param>
sealed class BaseBackup(EngineOptions options, ServerAccount account) : IRestorableProvider
{
    /// <inheritdoc/>
    public string Name => "pg_basebackup";

    /// <inheritdoc/>
    public VerificationLevel Reach => VerificationLevel.Restored;

    /// <inheritdoc/>
    public async Task<EngineBackup> FindNewestAsync(TargetIdentity target, CancellationToken cancellationToken)
    {
        Demand(options.BaseFolder, "backup.baseFolder", "the folder with the base backups");
        Demand(options.WalFolder, "backup.walFolder", "the folder that archive_command writes to");
        var labels = Read(options.BaseFolder);
        if (labels.Count == 0)
        {
            throw EngineProblems.NoBackup(
                Name, options.BaseFolder, "no folder there contains a backup_label and a backup_manifest in the plain format");
        }

        var (folder, label) = labels.MaxBy(one => one.Label.StartedAt);
        var path = Path.Combine(options.BaseFolder, folder);
        if (label.IsIncremental)
        {
            throw EngineProblems.Unsupported(Name, folder, "it is incremental: combine it with pg_combinebackup first");
        }

        if (File.Exists(Path.Combine(path, "tablespace_map")))
        {
            throw EngineProblems.Unsupported(Name, folder, "the cluster has tablespaces outside its data folder");
        }

        var identifier = await ControlData.ReadIdentifierAsync(
            Name, account, path, folder, target.ServerVersion / 10000, options.Deadline, cancellationToken);
        return identifier == target.SystemIdentifier
            ? new()
            {
                Label = folder,
                Kind = "full",
                SystemIdentifier = identifier,
                ServerMajor = target.ServerVersion / 10000,
                StoppedAt = File.GetLastWriteTimeUtc(Path.Combine(path, BaseBackupLabel.Manifest)),
                FirstWal = label.WalFile,
                Bytes = BytesOf(path),
                Place = label.Lsn,
            }
            : throw EngineProblems.OtherCluster(Name, path, identifier, target.SystemIdentifier);
    }

    /// <inheritdoc/>
    public Task<bool> HasAsync(EngineBackup backup, CancellationToken cancellationToken) => Task.FromResult(
        File.Exists(Path.Combine(options.BaseFolder, backup.Label, BaseBackupLabel.Manifest)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<WalSegment>> ListWalAsync(EngineBackup backup, long segmentSize, CancellationToken cancellationToken)
    {
        try
        {
            var files = new DirectoryInfo(options.WalFolder).EnumerateFiles().ToArray();
            return files.Any(file => file.Name.Length > 24 && file.Extension is ".gz" or ".zst" or ".lz4")
                ? throw EngineProblems.Unsupported(Name, backup.Label, "the WAL archive is compressed; only plain segments can be read")
                : Task.FromResult<IReadOnlyList<WalSegment>>(
                    [
                        .. files.Where(file => file.Name.Length == 24 && file.Length == segmentSize)
                            .Select(file => WalSegment.Find(file.Name, segmentSize)).OfType<WalSegment>(),
                    ]);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw EngineProblems.NoBackup(Name, options.WalFolder, fault.Message);
        }
    }

    /// <inheritdoc/>
    public async Task<EngineVerification> VerifyAsync(EngineBackup backup, RestorePoint point, CancellationToken cancellationToken)
    {
        var path = FolderOf(backup);
        var files = await RunAsync("pg_verifybackup", backup.ServerMajor, ["--no-parse-wal", "--quiet", path], cancellationToken);
        if (files.ExitCode != 0)
        {
            throw EngineProblems.Damaged(Name, backup.Label, $"pg_verifybackup: {files.Error}");
        }

        var timeline = WalSegment.Find(backup.FirstWal!, 16 << 20)!.Value.Timeline;
        var wal = await RunAsync(
            "pg_waldump", backup.ServerMajor,
            [$"--path={options.WalFolder}", $"--start={backup.Place}", $"--end={point.Lsn}", $"--timeline={timeline}", "--quiet"],
            cancellationToken);
        return wal.ExitCode == 0
            ? new($"pg_verifybackup: every file as in backup_manifest; pg_waldump: every record from {backup.Place} to {point.Lsn}", [])
            : throw EngineProblems.Damaged(Name, backup.Label, $"pg_waldump: {wal.Error}");
    }

    /// <inheritdoc/>
    public async Task RestoreAsync(
        EngineBackup backup, RestorePoint point, ThrowawayFolder folder, CancellationToken cancellationToken)
    {
        var path = FolderOf(backup);
        var copied = await EngineCommand.RunAsync(
            Name, account, "cp", ["-a", "--reflink=auto", $"{path}/.", folder.Data], options.Deadline, cancellationToken, folder.Path);
        if (copied.ExitCode != 0)
        {
            throw EngineProblems.Failed(Name, "cp -a", copied.ExitCode, copied.Error);
        }

        await folder.WriteDataFileAsync("recovery.signal", "", cancellationToken);
        await folder.WriteDataFileAsync(
            "postgresql.auto.conf",
            string.Concat(Settings(point).Select(one => $"{one.Name} = '{one.Value.Replace("'", "''", StringComparison.Ordinal)}'\n")),
            cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> RecoveryLines(EngineBackup backup, RestorePoint point) =>
    [
        "# on the database's machine, as the account of the server, after the server was stopped and its data folder moved away:",
        $"cp -a {FolderOf(backup)}/. \"$PGDATA\" && touch \"$PGDATA/recovery.signal\"",
        $"printf \"%s\\n\" {string.Join(' ', Settings(point).Select(Quoted))} >> \"$PGDATA/postgresql.auto.conf\"",
        "# then start the server; it recovers to the restore point and takes connections",
    ];

    static string Quoted((string Name, string Value) setting) =>
        $"\"{setting.Name} = '{setting.Value.Replace("\"", "\\\"", StringComparison.Ordinal)}'\"";

    IEnumerable<(string Name, string Value)> Settings(RestorePoint point) =>
    [
        ("restore_command", $"cp \"{options.WalFolder}/%f\" \"%p\""),
        ("recovery_target_name", point.Name!),
        ("recovery_target_action", "promote"),
    ];

    string FolderOf(EngineBackup backup)
    {
        var path = Path.Combine(options.BaseFolder, backup.Label);
        return File.Exists(Path.Combine(path, BaseBackupLabel.Manifest)) ? path : throw EngineProblems.Gone(Name, backup.Label);
    }

    IReadOnlyList<(string Folder, BaseBackupLabel Label)> Read(string folder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateDirectories(folder)
                    .Where(path => File.Exists(Path.Combine(path, BaseBackupLabel.Manifest)))
                    .Select(path => (Path.GetFileName(path), Label: BaseBackupLabel.Read(path))),
            ];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw EngineProblems.NoBackup(Name, folder, fault.Message);
        }
    }

    async Task<EngineOutput> RunAsync(
        string program, int serverMajor, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        await EngineCommand.RunAsync(
            Name, account, Path.Combine((await ServerBinaries.FindAsync(serverMajor, cancellationToken)).Folder, program), arguments,
            options.Deadline, cancellationToken);

    static long BytesOf(string path) =>
        new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    static void Demand(string value, string setting, string what)
    {
        if (value.Length == 0)
        {
            throw EngineProblems.MissingSetting("basebackup", setting, what);
        }
    }
}
