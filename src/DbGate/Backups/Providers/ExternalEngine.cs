using System.Text.Json;
using System.Text.Json.Serialization;
using DbGate.Configuration;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Backups.Providers;

/// <summary>
/// A command that asks an engine DbGate does not know and prints JSON (docs/schemas/external-backup.schema.json). Nothing of it is checked
/// but that it is recent and of this cluster: level L0.
/// </summary>
/// <param name="options">The settings.</param>
sealed class ExternalEngine(EngineOptions options) : IBackupProvider
{
    const int Longest = 1 << 20;

    /// <inheritdoc/>
    public string Name => "external";

    /// <inheritdoc/>
    public VerificationLevel Reach => VerificationLevel.Complete;

    /// <inheritdoc/>
    public async Task<EngineBackup> FindNewestAsync(TargetIdentity target, CancellationToken cancellationToken)
    {
        if (options.Command.Length == 0)
        {
            throw EngineProblems.MissingSetting("external", "backup.externalCommand", "the command that prints the newest backup as JSON");
        }

        var outcome = await ChildProcess.RunAsync(
            new ChildCommand("/bin/sh", "-c", options.Command)
            {
                EnvironmentBase = EnvironmentBase.Inherited,
                Environment = WithheldVariables.OfTheRun.ToDictionary(name => name, _ => (string?)null),
                WorkingDirectory = options.Root,
                Deadline = options.ArchiveTimeout,
                TailLength = Longest,
                Secrets = [.. options.Secrets],
            },
            cancellationToken);
        return outcome.ExitCode == 0
            ? Read(outcome.StandardOutput, target)
            : throw EngineProblems.Failed(Name, options.Command, outcome.ExitCode, outcome.StandardError);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> RecoveryLines(EngineBackup backup, RestorePoint point) =>
        backup.Recovery.Count > 0
            ? [.. backup.Recovery.Select(line => Filled(line, point))]
            : [$"# restore the snapshot {backup.Label} to the time {Time(point)} as the engine's manual shows"];

    /// <summary>Judges what the command printed. Pure.</summary>
    /// <exception cref="GateException">DBG0363 to DBG0365: it is not understood, or of another cluster.</exception>
    internal static EngineBackup Read(string json, TargetIdentity target)
    {
        ExternalBackup? said;
        try
        {
            said = JsonSerializer.Deserialize(json, ExternalBackupJson.Default.ExternalBackup);
        }
        catch (JsonException fault)
        {
            throw EngineProblems.Unreadable("external", "backup.externalCommand", fault.Message);
        }

        if (said is not { Format: 1, Backup.Length: > 0, Engine.Length: > 0 })
        {
            throw EngineProblems.Unreadable("external", "backup.externalCommand", "format is not 1, or engine or backup is missing");
        }

        return said.SystemIdentifier is null || said.SystemIdentifier == target.SystemIdentifier
            ? new()
            {
                Label = said.Backup,
                Kind = said.Engine,
                SystemIdentifier = said.SystemIdentifier,
                ServerMajor = target.ServerVersion / 10000,
                StoppedAt = said.CompletedAt,
                FirstWal = null,
                Bytes = said.Bytes ?? 0,
                RestorableUntil = said.RestorableUntil,
                Recovery = said.Recovery ?? [],
                NotChecked =
                [
                    $"whether {said.Engine} can restore {said.Backup}: an external command reports it, DbGate reads none of its bytes",
                    .. said.SystemIdentifier is null
                        ? [$"whether {said.Backup} is of this cluster: the command reports no system identifier"] : Array.Empty<string>(),
                    .. said.RestorableUntil is null
                        ? [$"whether {said.Engine} can restore to the moment before the deploy: the command reports no restorableUntil"]
                        : Array.Empty<string>(),
                    .. said.NotChecked ?? [],
                ],
            }
            : throw EngineProblems.OtherCluster("external", said.Backup, said.SystemIdentifier, target.SystemIdentifier);
    }

    static string Filled(string line, RestorePoint point) =>
        line.Replace("{time}", Time(point), StringComparison.Ordinal).Replace("{lsn}", point.Lsn, StringComparison.Ordinal)
            .Replace("{name}", point.Name ?? "", StringComparison.Ordinal);

    static string Time(RestorePoint point) =>
        point.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What an external command prints. A documented contract.</summary>
/// <param name="Format">1.</param>
/// <param name="Engine">The engine, such as <c>aws-rds</c>.</param>
/// <param name="Backup">The engine's name of the newest complete backup.</param>
/// <param name="CompletedAt">When it was complete.</param>
/// <param name="SystemIdentifier">The cluster's, as <c>pg_control_system()</c> reports it; null when the engine does not have it.</param>
/// <param name="RestorableUntil">The latest time that the engine can restore to; null when it does not have it.</param>
/// <param name="Bytes">Bytes that a restore takes.</param>
/// <param name="Recovery">Commands that restore to <c>{time}</c>, <c>{lsn}</c> or <c>{name}</c>.</param>
/// <param name="NotChecked">What the engine does not cover.</param>
sealed record ExternalBackup(
    int Format, string Engine, string Backup, DateTimeOffset CompletedAt, string? SystemIdentifier, DateTimeOffset? RestorableUntil,
    long? Bytes, IReadOnlyList<string>? Recovery, IReadOnlyList<string>? NotChecked);

/// <summary>The JSON of external commands, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = false,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ExternalBackup))]
sealed partial class ExternalBackupJson : JsonSerializerContext;
