using DbGate.Postgres;

namespace DbGate.Migrations.Deploy;

/// <summary>An index that costs every write and serves no read.</summary>
/// <param name="Name">Qualified name.</param>
/// <param name="Table">Its table.</param>
sealed record InvalidIndex(string Name, string Table);

/// <summary>What CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY leave behind when they fail or are stopped.</summary>
static class InvalidIndexes
{
    // A partitioned table's index is invalid on purpose until all of its parts are attached. One that is being built just now is another
    // session's work.
    const string Query = """
        select format('%I.%I', n.nspname, c.relname), i.indrelid::regclass::text
          from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
         where not i.indisvalid and c.relkind = 'i' and n.nspname !~ '^pg_'
           and not exists (select from pg_stat_progress_create_index p where p.index_relid = c.oid)
         order by 1
        """;

    public static Task<IReadOnlyList<InvalidIndex>> ReadAsync(Session session, CancellationToken cancellationToken) =>
        session.QueryAsync(Query, row => new InvalidIndex(row.GetString(0), row.GetString(1)), cancellationToken);
}
