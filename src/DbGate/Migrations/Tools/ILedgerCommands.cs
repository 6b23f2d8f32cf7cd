using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Migrations.Tools;

/// <summary>What a person types to correct a target's ledger. No secret is among it.</summary>
interface ILedgerCommands
{
    /// <summary>The target.</summary>
    PostgresUrl Url { get; }

    /// <summary>Shows what the ledger holds about a migration.</summary>
    FixCommand Logs(string name);

    /// <summary>Lets a failed migration be applied again.</summary>
    FixCommand RolledBack(string name);

    /// <summary>Records a migration that a person completed.</summary>
    FixCommand Applied(string name);

    /// <summary>Records a migration whose objects were there before there was a ledger.</summary>
    FixCommand Baseline(Migration first);

    /// <summary>Lets a migration that was applied, and taken back by hand, be applied again.</summary>
    FixCommand TakenBack(string name);

    /// <summary>Takes squashed migrations out of the ledger's account.</summary>
    FixCommand Retire(IReadOnlyList<string> names);
}
