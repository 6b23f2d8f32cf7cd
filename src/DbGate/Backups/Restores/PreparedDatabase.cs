using DbGate.Backups.Manifests;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>An empty database that an administrator made for a restore. It is filled and never dropped.</summary>
static class PreparedDatabase
{
    /// <summary>Connects to it.</summary>
    /// <exception cref="GateException">DBG0723: it does not exist.</exception>
    public static async Task<Maintenance> OpenAsync(PostgresUrl url, CancellationToken cancellationToken)
    {
        try
        {
            return await Maintenance.OnAsync(url, cancellationToken);
        }
        catch (GateException absent) when (absent.Problem.Code == PostgresProblems.NoDatabase)
        {
            throw RestoreProblems.Prepared(url.Database, "it does not exist", new(
                "Let an administrator create it",
                FixCommand.Sql($"CREATE DATABASE {Sql.Identifier(url.Database)} OWNER {Sql.Identifier(url.User)} TEMPLATE template0")));
        }
    }

    /// <summary>Demands that it is empty, with the source's encoding.</summary>
    /// <param name="session">In it.</param>
    /// <param name="like">What it is to be like; null when that is not known.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    /// <returns>What differs and does not stop a restore.</returns>
    /// <exception cref="GateException">DBG0723.</exception>
    public static async Task<IReadOnlyList<Problem>> DemandAsync(Session session, SourceFacts? like, CancellationToken cancellationToken)
    {
        var facts = await ServerFacts.ReadAsync(session, cancellationToken);
        if (await DatabaseContents.CountAsync(session, cancellationToken) is > 0 and var objects)
        {
            throw RestoreProblems.Prepared(
                facts.DatabaseName, $"it contains {objects} objects that no extension made",
                "Name an empty database. Extensions may be in it.");
        }

        if (like is not null && like.Encoding != facts.Encoding)
        {
            throw RestoreProblems.Prepared(facts.DatabaseName, $"its encoding is {facts.Encoding}, the backup's is {like.Encoding}", new(
                "Let an administrator create it with that encoding",
                FixCommand.Sql(
                    $"CREATE DATABASE {Sql.Identifier(facts.DatabaseName)} TEMPLATE template0 ENCODING {Sql.Literal(like.Encoding)} "
                        + $"LC_COLLATE {Sql.Literal(like.Collation)} LC_CTYPE {Sql.Literal(like.CType)}")));
        }

        return like is not null && (like.Collation, like.CType) != (facts.Collate, facts.CType)
            ? [RestoreProblems.Finding($"{facts.DatabaseName} sorts text by {facts.Collate}, the source by {like.Collation}")]
            : [];
    }

    /// <summary>What a failed restore leaves.</summary>
    public static string StateAfterFailure(string database) =>
        $"the environment's own database is not modified; {database} may be partly filled: empty it (DROP OWNED BY CURRENT_USER) or "
            + "create it again before the next try";
}
