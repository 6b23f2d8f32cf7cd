using System.Globalization;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Scratch;

namespace DbGate.Backups.Providers;

/// <summary>pgBackRest: <c>info</c>, <c>verify</c>, <c>repo-ls</c> and <c>restore</c>.</summary>
/// <param name="options">The settings.</param>
/// <param name="account">Whose repository access counts: the one that the scratch server recovers with.</param>
sealed class PgBackRest(EngineOptions options, ServerAccount account) : IRestorableProvider
{
    const string Program = "pgbackrest";

    /// <inheritdoc/>
    public string Name => "pgBackRest";

    /// <inheritdoc/>
    public VerificationLevel Reach => VerificationLevel.Restored;

    /// <inheritdoc/>
    public async Task<EngineBackup> FindNewestAsync(TargetIdentity target, CancellationToken cancellationToken)
    {
        string[] chosen = options.Stanza.Length > 0 ? [$"--stanza={options.Stanza}"] : [];
        var output = await RunAsync([.. chosen, "--output=json", "info"], options.ArchiveTimeout, cancellationToken);
        return PgBackRestInfo.Newest(output.Output, options.Stanza, target.SystemIdentifier, target.ServerVersion / 10000);
    }

    /// <inheritdoc/>
    public async Task<bool> HasAsync(EngineBackup backup, CancellationToken cancellationToken)
    {
        var place = PgBackRestPlace.Parse(backup.Place);
        var output = await RunAsync(
            [$"--stanza={place.Stanza}", $"--repo={place.Repository}", "--output=json", "info"], options.ArchiveTimeout,
            cancellationToken);
        return PgBackRestInfo.Labels(output.Output).Contains(backup.Label);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WalSegment>> ListWalAsync(EngineBackup backup, long segmentSize, CancellationToken cancellationToken)
    {
        var place = PgBackRestPlace.Parse(backup.Place);
        var output = await RunAsync(
            [$"--stanza={place.Stanza}", $"--repo={place.Repository}", "--output=json", "repo-ls",
                $"archive/{place.Stanza}/{place.Archive}", "--recurse"],
            options.Deadline, cancellationToken);
        return PgBackRestInfo.Segments(output.Output, segmentSize);
    }

    /// <inheritdoc/>
    public async Task<EngineVerification> VerifyAsync(EngineBackup backup, RestorePoint point, CancellationToken cancellationToken)
    {
        var place = PgBackRestPlace.Parse(backup.Place);
        var output = await RunAsync(
            [$"--stanza={place.Stanza}", $"--repo={place.Repository}", "--output=text", "--verbose", "verify"], options.Deadline,
            cancellationToken);
        return PgBackRestVerify.Judge(output.Output, place.Archive, backup.Label);
    }

    /// <inheritdoc/>
    public async Task RestoreAsync(
        EngineBackup backup, RestorePoint point, ThrowawayFolder folder, CancellationToken cancellationToken)
    {
        var place = PgBackRestPlace.Parse(backup.Place);
        await RunAsync(
            [
                $"--stanza={place.Stanza}", $"--repo={place.Repository}", $"--pg1-path={folder.Data}", $"--set={backup.Label}",
                $"--tablespace-map-all={folder.Path}/tablespaces", "--type=name", $"--target={point.Name}", "--target-action=promote",
                "restore",
            ],
            options.Deadline, cancellationToken, folder.Path);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> RecoveryLines(EngineBackup backup, RestorePoint point)
    {
        var place = PgBackRestPlace.Parse(backup.Place);
        var config = options.ConfigFile.Length > 0 ? $" --config={options.ConfigFile}" : "";
        return
        [
            "# on the database's machine, as the account of the server, after the server was stopped:",
            $"{Program}{config} --stanza={place.Stanza} --delta --type=name --target={point.Name} --target-action=promote restore",
            "# then start the server; it recovers to the restore point and takes connections",
        ];
    }

    async Task<EngineOutput> RunAsync(
        IReadOnlyList<string> arguments, TimeSpan deadline, CancellationToken cancellationToken, string? folder = null)
    {
        string[] all =
        [
            .. options.ConfigFile.Length > 0 ? [$"--config={options.ConfigFile}"] : Array.Empty<string>(),
            "--log-level-console=off", "--log-level-file=off", "--log-level-stderr=error", .. arguments,
        ];
        var output = await EngineCommand.RunAsync(Name, account, Program, all, deadline, cancellationToken, folder);
        return output.ExitCode == 0
            ? output
            : throw EngineProblems.Failed(Name, $"{Program} {string.Join(' ', all)}", output.ExitCode, output.Error);
    }
}

/// <summary>Where pgBackRest keeps a backup.</summary>
/// <param name="Stanza">The stanza.</param>
/// <param name="Repository">The repository's number.</param>
/// <param name="Archive">The archive's id, such as <c>15-1</c>.</param>
sealed record PgBackRestPlace(string Stanza, int Repository, string Archive)
{
    /// <summary>Reads <see cref="ToString"/>.</summary>
    public static PgBackRestPlace Parse(string text) => text.Split('/') is [var stanza, ['r', 'e', 'p', 'o', .. var number], var archive]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var repository)
            ? new(stanza, repository, archive)
            : throw EngineProblems.Proof(text, "it does not name a stanza, a repository and an archive");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Stanza}/repo{Repository}/{Archive}");
}
