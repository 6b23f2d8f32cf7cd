using DbGate.Migrations.Rehearsal;
using DbGate.Postgres;
using DbGate.Backups.Restores;

namespace DbGate.Releases.Rehearsals;

/// <summary>
/// What tables held before the migrations, for those that turned out to be written to although no text names them: the backup still has it.
/// Only these are restored again, next to the scratch database.
/// </summary>
sealed class TableBaseline(ScratchDatabase scratch, BackupSource source, RestoreOptions options, TimeProvider clock)
{
    const string Name = "dbgate_before";

    /// <param name="tables">Qualified names.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public async Task<IReadOnlyList<TableContent>> ReadAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        await using (var maintenance = await Maintenance.OpenAsync(scratch.Url, cancellationToken))
        {
            await maintenance.CreateAsync(Name, source.Manifest.Source, insistOnLocale: false, cancellationToken);
        }

        var url = scratch.Url.WithDatabase(Name);
        await using var session =
            await Session.OpenAsync(url, SessionOptions.Default with { CommandTimeout = options.Deadline }, cancellationToken);
        var names =
            (await session.QueryAsync(
                "SELECT parse_ident(name) FROM unnest($1::text[]) AS t(name)", row => row.GetFieldValue<string[]>(0), cancellationToken,
                [tables.ToArray()]))
            .Select(parts => (Schema: parts[0], Table: parts[1]))
            .ToHashSet();
        var wanted = source.Manifest.Tables.Where(table => names.Contains((table.Schema, table.Name))).ToArray();
        var picked = new TableStatements(source.Archive, wanted, []);
        await Loading.RunAsync(
            url, source.Archive, options, new LoadProgress(null, clock),
            (load, token) => load.Tables(wanted, picked, token), cancellationToken);
        return await TableContentReader.ReadAsync(session, new Dictionary<uint, IReadOnlyList<int>>(), _ => true, cancellationToken);
    }
}
