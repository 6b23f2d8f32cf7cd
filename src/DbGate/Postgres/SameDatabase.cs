using System.Security.Cryptography;

namespace DbGate.Postgres;

/// <summary>
/// Whether two URLs lead to one database of one running server. System identifier and oid are equal on a physical copy, and a host may hide
/// them; so a random advisory lock is taken through one session and looked for through the other.
/// </summary>
static class SameDatabase
{
    const string Seen = """
        select exists (
          select from pg_locks where locktype = 'advisory' and granted and objsubid = 2 and classid = $1::bigint::oid
            and objid = $2::bigint::oid
             and database = (select oid from pg_database where datname = current_database()))
        """;

    /// <summary>True when the lock that one session takes is seen by the other.</summary>
    /// <exception cref="PostgresFault">A server refused.</exception>
    /// <exception cref="Problems.GateException">A connection broke.</exception>
    public static async Task<bool> IsSameAsync(Session one, Session other, CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetInt32(int.MaxValue);
        await one.ExecuteAsync("begin",
            cancellationToken); // a lock of the transaction: through a pooler a lock of the session would stay behind
        try
        {
            await one.ExecuteAsync("select pg_advisory_xact_lock($1, $2)", cancellationToken, AdvisoryLock.ClassId, nonce);
            return await other.ScalarAsync<bool>(Seen, cancellationToken, (long)AdvisoryLock.ClassId, (long)nonce);
        }
        finally
        {
            if (one.IsOpen)
            {
                await one.ExecuteAsync("rollback", CancellationToken.None);
            }
        }
    }
}
