using DbGate.Migrations;
using DbGate.Migrations.Deploy;
using DbGate.Migrations.Rehearsal;

namespace DbGate.Evidence.Rehearsals;

/// <summary>Writes the scratch database's ledger as a deploy does, so that a migration which looks at it finds what it will find.</summary>
sealed class RehearsalLedger(LedgerWriter writer, IReadOnlyDictionary<string, Migration> files) : IRehearsalLedger
{
    string id = "";

    public async Task StartAsync(PendingMigration migration, CancellationToken ct) => id = await writer.StartAsync(files[migration.Name], ct);

    public Task EndAsync(PendingMigration migration, RehearsalFailure? failure, CancellationToken ct) =>
        failure is null ? writer.FinishAsync(id, ct) : writer.FailAsync(id, failure.Message, ct);
}
