using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>Counts the rows of single restored tables. Every byte of them was compared with the manifest before it was loaded.</summary>
static class TableComparison
{
    static readonly SessionOptions Patient = new() { ApplicationName = "dbgate restore", CommandTimeout = TimeSpan.FromHours(1) };

    /// <summary>Demands that the tables hold as many rows as the manifest states.</summary>
    /// <exception cref="GateException">DBG0709: one does not.</exception>
    public static async Task DemandAsync(PostgresUrl url, IReadOnlyList<ManifestTable> tables, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(url, Patient, cancellationToken);
        var differences = new List<string>();
        foreach (var table in tables.Where(table => table.LoadedThrough is null))
        {
            var name = Sql.Identifier(table.Schema, table.Name);
            var own = await OwnRowsAsync(session, table, name, cancellationToken);
            var rows = await session.ScalarAsync<long>($"SELECT count(*) FROM ONLY {name} {own}", cancellationToken);
            if (rows != table.Rows)
            {
                differences.Add($"{table} has {rows} rows, the backup {table.Rows}");
            }
        }

        if (differences.Count > 0)
        {
            throw new GateException(RestoreProblems.Differs("Rows", differences));
        }
    }

    // An extension's configuration table has rows of the extension too, which the extension itself makes: WHERE … reports the user's.
    static async Task<string?> OwnRowsAsync(Session session, ManifestTable table, string name, CancellationToken cancellationToken) =>
        table.Extension is null
        ? ""
        : await session.ScalarAsync<string?>(
            """
            SELECT c.condition FROM pg_catalog.pg_extension e, ROWS FROM (pg_catalog.unnest(e.extconfig),
              pg_catalog.unnest(e.extcondition)) c (table_oid, condition)
            WHERE c.table_oid = pg_catalog.to_regclass($1)
            """,
            cancellationToken, name);
}
