using System.Text.RegularExpressions;

namespace DbGate.Migrations.Compatibility.Models;

/// <summary>
/// Reads a model snapshot of EF Core, which is generated code of one form: calls of a builder, each with literals. EF Core selects and
/// inserts every column of an entity. Pure.
/// </summary>
static partial class EfCoreModel
{
    /// <param name="code">The text of a <c>…ModelSnapshot.cs</c>.</param>
    public static IReadOnlyList<ModelTable> Read(string code)
    {
        var schema = DefaultSchema().Match(code) is { Success: true } named ? named.Groups[1].Value : null;
        var entities = new Dictionary<string, Entity>(StringComparer.Ordinal);
        foreach (Match match in EntityCall().Matches(code))
        {
            var name = match.Groups[1].Value;
            if (!entities.TryGetValue(name, out var entity))
            {
                entities[name] = entity = new(name);
            }

            Fill(entity, entities, CSharpCalls.Body(code, match.Index + match.Length), "");
        }

        return [.. Tables(entities.Values, schema)];
    }

    static IEnumerable<ModelTable> Tables(IReadOnlyCollection<Entity> entities, string? schema)
    {
        var byName = entities.ToDictionary(entity => entity.Name);
        return entities
            .Where(entity => RootOf(entity, byName).HasTable || entity.HasTable)
            .GroupBy(entity => entity.HasTable ? (entity.Schema ?? schema, entity.Table!, entity.IsView)
                : RootOf(entity, byName) is var root ? (root.Schema ?? schema, root.Table!, root.IsView) : default)
            .Select(group =>
            {
                var columns = new Dictionary<string, ModelColumn>(StringComparer.Ordinal);
                foreach (var entity in group)
                {
                    // A derived entity in a table of its own has the key of its base; in the same table its columns are not always written.
                    var isDerived = entity.Base is not null;
                    var root = RootOf(entity, byName);
                    var keys = entity.Keys.Count > 0 ? entity.Keys : root.Keys;
                    if (isDerived && entity.HasTable)
                    {
                        root.Columns.Where(one => root.Keys.Contains(one.Property)).ToList()
                            .ForEach(one => columns.TryAdd(one.Column.Name, one.Column with { IsKey = true, IsLeftOut = false }));
                    }

                    foreach (var (property, column) in entity.Columns)
                    {
                        _ = columns.TryAdd(column.Name, column with
                        {
                            IsKey = keys.Contains(property),
                            IsComputed = column.IsComputed || entity.Always.Contains(property),
                            IsLeftOut = column.IsLeftOut || (isDerived && !entity.HasTable),
                        });
                    }
                }

                return new ModelTable(group.Key.Item1, group.Key.Item2, [.. columns.Values]) { IsReadOnly = group.Key.IsView };
            })
            .Where(table => table.Columns.Count > 0);
    }

    static Entity RootOf(Entity entity, Dictionary<string, Entity> entities)
    {
        for (var depth = 0; depth < 20 && entity.Base is { } name && entities.TryGetValue(name, out var up); depth++)
        {
            entity = up;
        }

        return entity;
    }

    static void Fill(Entity entity, Dictionary<string, Entity> entities, string body, string prefix)
    {
        foreach (var call in CSharpCalls.Statements(body))
        {
            switch (call.Method)
            {
                case "Property" when call.Texts is [var property, ..]:
                    entity.Columns.Add((property, Column(call, property, prefix)));
                    break;
                case "UseIdentityAlwaysColumn" when call.Texts is [var always, ..]:
                    entity.Always.Add(always);
                    break;
                case "HasKey":
                    entity.Keys.UnionWith(call.Texts);
                    break;
                case "HasBaseType" when call.Texts is [var name]:
                    entity.Base = name;
                    break;
                case "ToTable" or "ToView" when call.Texts is [var table, ..]:
                    (entity.Table, entity.Schema, entity.IsView) = (table, call.Texts.ElementAtOrDefault(1), call.Method == "ToView");
                    break;
                case "ComplexProperty" when call.Texts is [var navigation, ..]:
                    Fill(entity, entities, call.Body, $"{prefix}{navigation}_");
                    break;
                case "OwnsOne" or "OwnsMany" when call.Texts is [var type, var navigation, ..]:
                    Own(entity, entities, call, type, navigation, prefix);
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>An owned entity is in a table of its own, in its owner's table, or in one column as JSON.</summary>
    static void Own(
        Entity owner, Dictionary<string, Entity> entities, BuilderCall call, string type, string navigation, string prefix)
    {
        var owned = new Entity($"{owner.Name}.{prefix}{navigation}#{type}");
        if (CSharpCalls.Statements(call.Body).FirstOrDefault(one => one.Method == "ToJson") is { } json)
        {
            owner.Columns.Add((navigation, new(json.Texts is [var name, ..] ? name : $"{prefix}{navigation}")));
            return;
        }

        Fill(owned, entities, call.Body, "");
        if (call.Method == "OwnsOne" && (owned.Table ?? owner.Table) == (owner.Table ?? owned.Table))
        {
            owner.Columns.AddRange(owned.Columns
                .Where(one => !owned.Keys.Contains(one.Property))
                .Select(one => ($"{navigation}.{one.Property}", one.Column.Name == one.Property
                    ? one.Column with { Name = $"{prefix}{navigation}_{one.Property}" }
                    : one.Column)));
        }
        else
        {
            entities[owned.Name] = owned;
        }
    }

    static ModelColumn Column(BuilderCall call, string property, string prefix) =>
        new(ColumnName().Match(call.Chain) is { Success: true } named ? named.Groups[1].Value : $"{prefix}{property}")
        {
            IsComputed = Computed().IsMatch(call.Chain),
            IsLeftOut = call.Chain.Contains(".ValueGeneratedOnAdd()", StringComparison.Ordinal),
        };

    sealed class Entity(string name)
    {
        public string Name => name;

        public string? Base { get; set; }

        public string? Table { get; set; }

        public string? Schema { get; set; }

        public bool IsView { get; set; }

        public bool HasTable => Table is not null;

        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        /// <summary>Properties of identity columns that take no value.</summary>
        public HashSet<string> Always { get; } = new(StringComparer.Ordinal);

        public List<(string Property, ModelColumn Column)> Columns { get; } = [];
    }

    [GeneratedRegex("""\bmodelBuilder\s*\.Entity\(\s*"([^"]+)"\s*,\s*\w+\s*=>""")]
    private static partial Regex EntityCall();

    [GeneratedRegex("""\.HasDefaultSchema\("([^"]+)"\)""")]
    private static partial Regex DefaultSchema();

    [GeneratedRegex("""\.HasColumnName\("([^"]+)"\)""")]
    private static partial Regex ColumnName();

    [GeneratedRegex(@"\.HasComputedColumnSql\(|\.ValueGeneratedOnAddOrUpdate\(\)|\.IsRowVersion\(\)")]
    private static partial Regex Computed();
}
