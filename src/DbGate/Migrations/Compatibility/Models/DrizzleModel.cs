using System.Text.Json;

namespace DbGate.Migrations.Compatibility.Models;

/// <summary>Reads a snapshot of Drizzle, as versions up to 0.x and from 1.0 on write it. Pure.</summary>
static class DrizzleModel
{
    /// <exception cref="JsonException">The text is not a snapshot.</exception>
    public static IReadOnlyList<ModelTable> Read(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty("ddl", out var entities) ? FromEntities(entities) : FromTables(document.RootElement);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }

    static IReadOnlyList<ModelTable> FromTables(JsonElement root) =>
    [
        .. root.GetProperty("tables").EnumerateObject().Select(table =>
        {
            var keys = table.Value.TryGetProperty("compositePrimaryKeys", out var composite)
                ? composite.EnumerateObject().SelectMany(key => key.Value.GetProperty("columns").EnumerateArray())
                    .Select(column => column.GetString()!)
                    .ToHashSet(StringComparer.Ordinal)
                : [];
            return new ModelTable(
                Schema(table.Value), table.Value.GetProperty("name").GetString()!,
                [
                    .. table.Value.GetProperty("columns").EnumerateObject().Select(column => Column(
                        column.Value, keys.Contains(column.Value.GetProperty("name").GetString()!) || IsTrue(column.Value, "primaryKey"))),
                ]) { ListsAll = true };
        }),
    ];

    static IReadOnlyList<ModelTable> FromEntities(JsonElement entities)
    {
        var all = entities.EnumerateArray().ToLookup(one => one.GetProperty("entityType").GetString());
        var keys = all["pks"].SelectMany(key => key.GetProperty("columns").EnumerateArray()
            .Select(column => (Schema(key), key.GetProperty("table").GetString(), column.GetString()))).ToHashSet();
        return
        [
            .. all["tables"].Select(table => (Schema: Schema(table), Name: table.GetProperty("name").GetString()!)).Select(table =>
                new ModelTable(
                    table.Schema, table.Name,
                    [
                        .. all["columns"]
                            .Where(column => (Schema(column), column.GetProperty("table").GetString()) == table)
                            .Select(column => Column(
                                column, keys.Contains((table.Schema, table.Name, column.GetProperty("name").GetString())))),
                    ]) { ListsAll = true }),
        ];
    }

    static ModelColumn Column(JsonElement column, bool isKey) => new(column.GetProperty("name").GetString()!)
    {
        IsKey = isKey,
        IsComputed = IsSet(column, "generated")
            || (IsSet(column, "identity") && column.GetProperty("identity") is { ValueKind: JsonValueKind.Object } identity
                && identity.TryGetProperty("type", out var type) && type.GetString() == "always"),
        IsLeftOut = !IsTrue(column, "notNull") || IsSet(column, "default") || IsSet(column, "identity")
            || column.GetProperty("type").GetString()?.Contains("serial", StringComparison.Ordinal) == true,
    };

    /// <summary>"public" is where the search path leads.</summary>
    static string? Schema(JsonElement element) =>
        element.TryGetProperty("schema", out var schema) && schema.GetString() is { Length: > 0 } name && name != "public" ? name : null;

    static bool IsSet(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);

    static bool IsTrue(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
