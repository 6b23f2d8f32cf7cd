using System.Text.Json;
using DbGate.Postgres;
using DbGate.Problems;
using DbGate.Targets;

namespace DbGate.Releases.Rules;

/// <summary>
/// The rules that the last release left in schema <c>dbgate</c> of a protected database. The holder of the store cannot change them, and
/// the database's owner cannot change the evidence log: each shows when the other was altered.
/// </summary>
/// <param name="Record">Number of the record of the evidence log that holds them.</param>
/// <param name="Rules">The rules.</param>
sealed record KeptRules(long Record, RecordedRules Rules)
{
    const string Query =
        """
        select record, digest, rules from only dbgate.rules where environment = $1 and system_identifier = $2
          and database_oid = $3::bigint::oid
        """;

    const string Statement =
        """
        insert into dbgate.rules (environment, record, digest, rules, system_identifier, database_oid, login, at)
        values ($1, $4, $5, $6, $2, $3::bigint::oid, session_user, clock_timestamp())
        on conflict (environment) do update set (record, digest, rules, system_identifier, database_oid, login, at)
            = (excluded.record, excluded.digest, excluded.rules, excluded.system_identifier, excluded.database_oid, excluded.login, excluded.at)
        """;

    /// <summary>
    /// Reads them; null where the database keeps none. A copy of a database contains those of the original, which do not count.
    /// </summary>
    /// <param name="session">With the database.</param>
    /// <param name="environment">In lower case.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <exception cref="GateException">DBG0584: the table cannot be read; or no connection.</exception>
    public static async Task<KeptRules?> ReadAsync(Session session, string environment, CancellationToken cancellationToken)
    {
        if (!await AreKeptAsync(session, cancellationToken))
        {
            return null;
        }

        var identity = (await ServerFacts.ReadAsync(session, cancellationToken)).RequireIdentity(session.Url);
        var rows = await QueryAsync(session, identity, environment, cancellationToken);
        return rows is [var (record, digest, text)] ? new KeptRules(record, new RecordedRules(digest, Values(text))) : null;
    }

    static async Task<IReadOnlyList<(long, string, string)>> QueryAsync(
        Session session, TargetIdentity identity, string environment, CancellationToken cancellationToken)
    {
        try
        {
            return await session.QueryAsync(
                Query,
                row => (row.GetInt64(0), row.GetString(1), row.GetString(2)), cancellationToken, environment, identity.SystemIdentifier,
                (long)identity.DatabaseOid);
        }
        catch (PostgresFault fault)
        {
            throw new GateException(
                EvidenceProblems.RulesDiffer($"dbgate.rules cannot be read: {fault.MessageText}", session.Url.Database), fault);
        }
    }

    /// <summary>Keeps them, in the place of earlier ones. Does nothing where the database is not protected.</summary>
    public async Task WriteAsync(Session session, string environment, CancellationToken cancellationToken)
    {
        if (await AreKeptAsync(session, cancellationToken))
        {
            var identity = (await ServerFacts.ReadAsync(session, cancellationToken)).RequireIdentity(session.Url);
            await session.ExecuteAsync(
                Statement,
                cancellationToken,
                environment,
                identity.SystemIdentifier,
                (long)identity.DatabaseOid,
                Record,
                Rules.Digest,
                JsonSerializer.Serialize(
                    new SortedDictionary<string, string>(Rules.Values.ToDictionary(), StringComparer.Ordinal),
                    EvidenceJson.Readable.SortedDictionaryStringString));
        }
    }

    static Task<bool> AreKeptAsync(Session session, CancellationToken cancellationToken) =>
        session.ScalarAsync<bool>("select to_regclass('dbgate.rules') is not null", cancellationToken);

    // A text that is not JSON becomes a rule that does not exist, so its digest does not fit: that is found where the two are compared.
    static SortedDictionary<string, string> Values(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, EvidenceJson.Readable.SortedDictionaryStringString) ?? [];
        }
        catch (JsonException)
        {
            return new SortedDictionary<string, string> { ["unreadable"] = text };
        }
    }
}
