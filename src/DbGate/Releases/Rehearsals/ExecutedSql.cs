using DbGate.Migrations;

namespace DbGate.Releases.Rehearsals;

/// <summary>Shows the rules and the plan of migrations that are code the SQL that they ran at the rehearsal of this run.</summary>
static class ExecutedSql
{
    public static void Provide(RehearsalProof? rehearsal, MigrationStatus status)
    {
        foreach (var entry in status.Pending.Where(entry => !entry.File!.HasSql))
        {
            if (rehearsal?.Executed.GetValueOrDefault(entry.Name) is { } script)
            {
                MigrationScripts.Provide(entry.File!, script);
            }
        }
    }
}
