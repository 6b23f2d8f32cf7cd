using DbGate.Backups.History;
using DbGate.Checks;
using DbGate.Protection;
using DbGate.Releases;
using DbGate.Releases.Evidence;

namespace DbGate.Reports.Live;

/// <summary>What the live page shows: one target as it is at this moment, and what the stores remember of it.</summary>
sealed record LiveState
{
    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The version of DbGate.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>The environment, in lower case.</summary>
    public required string Environment { get; init; }

    /// <summary>The databases that the settings name, without passwords.</summary>
    public IReadOnlyList<LiveTarget> Targets { get; init; } = [];

    /// <summary>The gates that <c>/ready</c> answers from.</summary>
    public IReadOnlyList<CheckReport> Gates { get; init; } = [];

    /// <summary>Backups, restore tests and growth; null when they are not known.</summary>
    public BackupHistory? History { get; init; }

    /// <summary>The newest records of the evidence log, newest first.</summary>
    public IReadOnlyList<EvidenceRecord> Records { get; init; } = [];

    /// <summary>What the protected database refused; null when it is not protected by triggers, or that is not known.</summary>
    public Refusals? Refusals { get; init; }

    /// <summary>What could not be read, in words.</summary>
    public IReadOnlyList<string> NotKnown { get; init; } = [];
}

/// <summary>A database that the settings name.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Url">Without its password.</param>
sealed record LiveTarget(string Name, string Url);
