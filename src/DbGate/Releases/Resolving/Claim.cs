using DbGate.Configuration;
using DbGate.Migrations;
using DbGate.Migrations.Tools;
using DbGate.Problems;

namespace DbGate.Releases.Resolving;

/// <summary>What a person states about migrations of the ledger.</summary>
/// <param name="Names">The migrations, as reports name them.</param>
/// <param name="IsApplied">All of each is in the database; or nothing of it.</param>
sealed record Claim(IReadOnlyList<string> Names, bool IsApplied)
{
    /// <summary>"1_init", or "1_init and 2 more".</summary>
    public string Subject => Names.Count == 1 ? Names[0] : $"{Names[0]} and {Names.Count - 1} more";

    /// <summary>The value of the option.</summary>
    public string As => IsApplied ? ResolveCommand.Applied : ResolveCommand.RolledBack;

    /// <summary>Reads the options.</summary>
    /// <exception cref="GateException">DBG0239: an option is missing or has another value.</exception>
    public static Claim Read(Settings settings)
    {
        string[] names =
        [
            .. settings.Get(TaskOptions.Migration)
                .Split(ResolveCommand.Separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Distinct(StringComparer.Ordinal),
        ];
        var given = settings.Get(TaskOptions.As);
        return names.Length == 0 ? throw new GateException(ResolveProblems.Incomplete("--migration names no migration"))
            : given is ResolveCommand.Applied or ResolveCommand.RolledBack ? new(names, given == ResolveCommand.Applied)
            : throw new GateException(ResolveProblems.Incomplete(
                given.Length == 0
                    ? "--as is not set"
                    : $"--as={given} is neither {ResolveCommand.Applied} nor {ResolveCommand.RolledBack}"));
    }

    /// <summary>The entries that the claim would change, in the order of the status. Pure.</summary>
    /// <exception cref="GateException">DBG0239: neither ledger nor folder has a migration of this name; or it has no file to
    /// claim.</exception>
    public IReadOnlyList<MigrationEntry> In(MigrationStatus status)
    {
        foreach (var name in Names)
        {
            var entry = status.Entries.FirstOrDefault(one => one.Name == name)
                ?? throw new GateException(ResolveProblems.NoSuchMigration(name, [.. status.Entries.Select(one => one.Name)]));
            if (IsApplied && entry.File?.Checksum is null)
            {
                throw new GateException(ResolveProblems.NoFile(name));
            }
        }

        return [.. status.Entries.Where(entry => Names.Contains(entry.Name) && !Holds(entry))];
    }

    /// <summary>
    /// The migrations that the ledger shows as not applied although a part of them may be in the database, because the tool records no
    /// failure: only the catalog shows whether the claim is true.
    /// </summary>
    public IReadOnlyList<MigrationEntry> WithoutRow(MigrationStatus status, MigrationTool tool) => IsApplied || tool.Facts.RecordsFailures
        ? []
        : [.. status.Entries.Where(entry => Names.Contains(entry.Name) && entry is { State: MigrationState.Pending, File: not null })];

    /// <summary>True when the ledger states the same already.</summary>
    public bool Holds(MigrationEntry entry) => IsApplied
        ? entry.State is MigrationState.Applied or MigrationState.Claimed
        : entry.State is MigrationState.Pending || (entry.State == MigrationState.RolledBack && entry.Row?.IsUnfinished != true);
}
