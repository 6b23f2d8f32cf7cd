using System.Data.Common;
using System.Text.Json;
using DbGate.Postgres;

namespace DbGate.Migrations.Drift;

/// <summary>All objects of a database that migrations can make, at one moment.</summary>
/// <param name="Objects">Ordered by kind and identity.</param>
sealed record CatalogSnapshot(IReadOnlyList<CatalogObject> Objects)
{
    /// <summary>Reads the catalog, uncommitted changes of the session's own transaction included. Changes nothing.</summary>
    /// <exception cref="PostgresFault">The server refused.</exception>
    public static async Task<CatalogSnapshot> ReadAsync(Session session, CatalogScope scope, CancellationToken cancellationToken)
    {
        var path = await session.ScalarAsync<string>("SELECT current_setting('search_path')", cancellationToken);
        var objects = await session.QueryAsync(CatalogQuery.Text, Read, cancellationToken,
            [scope.IgnoredSchemas.ToArray(), scope.Ledgers.ToArray()]);
        await session.ExecuteAsync("SELECT set_config('search_path', $1, true)", cancellationToken, path);
        return new CatalogSnapshot(
        [
            .. objects.OrderBy(item => item.Kind, StringComparer.Ordinal).ThenBy(item => item.Identity, StringComparer.Ordinal),
        ]);
    }

    /// <summary>Reads owners and privileges, as objects of their own kind: drift is not about them, the effect of a deploy is.</summary>
    /// <exception cref="PostgresFault">The server refused.</exception>
    internal static async Task<CatalogSnapshot> ReadPrivilegesAsync(Session session, CatalogScope scope,
        CancellationToken cancellationToken) =>
        new(
        [
            .. (await session.QueryAsync(
                PrivilegeQuery.Text, Read, cancellationToken, [scope.IgnoredSchemas.ToArray(), scope.Ledgers.ToArray()]))
                .OrderBy(item => item.Identity, StringComparer.Ordinal),
        ]);

    /// <summary>The objects of both.</summary>
    internal CatalogSnapshot With(CatalogSnapshot other) => new([.. Objects, .. other.Objects]);

    static CatalogObject Read(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), Properties(row.GetString(3))) { Key =
            row.GetString(4) };

    static List<CatalogProperty> Properties(string json)
    {
        using var document = JsonDocument.Parse(json);
        return
        [
            .. document.RootElement.EnumerateObject()
                .Where(property => property.Value.ValueKind != JsonValueKind.Null && property.Value.ToString().Length > 0)
                .Select(property => new CatalogProperty(property.Name, property.Value.ToString()))
                .OrderBy(property => property.Name, StringComparer.Ordinal),
        ];
    }
}
