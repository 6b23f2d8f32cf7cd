using System.Text.RegularExpressions;
using DbGate.Migrations.Execution;
using DbGate.Statements;
using DbGate.Statements.Parsing;
using DbGate.Postgres;
using DbGate.Problems;

namespace DbGate.Releases.Rehearsals;

/// <summary>The extensions that pending migrations create. One that a server does not offer is not a fault of the migration.</summary>
static partial class ExtensionsNeeded
{
    /// <exception cref="GateException">DBG0566: the scratch server does not offer one; DBG0567: the target's server does not.</exception>
    public static async Task DemandAsync(
        IReadOnlyList<MigrationScript> pending, TargetCluster cluster, Session scratch, string place, CancellationToken cancellationToken)
    {
        var needed = Find(pending);
        if (needed.FirstOrDefault(one => !cluster.Extensions.Contains(one.Name)) is { Name: not null } absent)
        {
            throw new GateException(EvidenceProblems.TargetLacksExtension(absent.Name, absent.At));
        }

        string[] names = [.. needed.Select(one => one.Name).Distinct(StringComparer.Ordinal)];
        var missing = names.Length == 0
            ? []
            : await scratch.QueryAsync(
                "SELECT wanted FROM unnest($1::text[]) wanted WHERE wanted NOT IN (SELECT name::text FROM "
                    + "pg_catalog.pg_available_extensions) ORDER BY 1",
                row => row.GetString(0), cancellationToken, (object)names);
        if (missing.Count > 0)
        {
            throw new GateException(EvidenceProblems.ScratchLacksExtension(missing, place, scratch.ServerMajor));
        }
    }

    /// <summary>Names and places of <c>CREATE EXTENSION</c>. Pure.</summary>
    public static IReadOnlyList<(string Name, SourceLocation At)> Find(IReadOnlyList<MigrationScript> pending) =>
    [
        .. from one in pending
           from statement in one.Script.Statements
           where TransactionCommands.FirstWords(statement.Text, 2) is ["create", "extension"]
           let name = NameIn(statement)
           where name is not null
           select (name, one.Script.Locate(statement)),
    ];

    /// <summary>
    /// Creates what only a superuser can create, as anyone who runs the target's server has done it before the role's migrations.
    /// </summary>
    /// <param name="admin">A superuser, in the scratch database.</param>
    /// <param name="scripts">The migrations.</param>
    /// <param name="cancellationToken">Token that cancels the operation.</param>
    public static async Task CreateUntrustedAsync(
        Session admin, IReadOnlyList<MigrationScript> scripts, CancellationToken cancellationToken)
    {
        string[] names = [.. Find(scripts).Select(one => one.Name).Distinct(StringComparer.Ordinal)];
        var untrusted = names.Length == 0
            ? []
            : await admin.QueryAsync(
                "SELECT DISTINCT name::text FROM pg_catalog.pg_available_extension_versions WHERE superuser AND NOT trusted "
                    + "AND name = ANY ($1::text[]) ORDER BY 1",
                row => row.GetString(0), cancellationToken, (object)names);
        foreach (var name in untrusted)
        {
            await admin.ExecuteAsync($"CREATE EXTENSION IF NOT EXISTS {Sql.Identifier(name)} CASCADE", cancellationToken);
        }
    }

    /// <summary>A script whose CREATE EXTENSION goes past an extension that is there. Pure.</summary>
    public static SqlScript Tolerant(SqlScript script) => script with
    {
        Statements = [.. script.Statements.Select(statement =>
            TransactionCommands.FirstWords(statement.Text, 3) is ["create", "extension", not "if"]
                ? statement with { Text = Creating().Replace(statement.Text, "CREATE EXTENSION IF NOT EXISTS", 1) }
                : statement)],
    };

    [GeneratedRegex(@"create\s+extension", RegexOptions.IgnoreCase)]
    private static partial Regex Creating();

    static string? NameIn(SqlStatement statement)
    {
        var cursor = new TokenCursor(statement.Text);
        cursor.Skip();
        cursor.Skip();
        _ = cursor.Take("if not exists");
        return cursor.AtEnd ? null : cursor.Name().Name;
    }
}
