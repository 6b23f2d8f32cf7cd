using System.Text.Json;

namespace DbGate.Migrations.Compatibility;

/// <summary>A table as a plan reads it.</summary>
/// <param name="Table">Schema and name, without quotes.</param>
/// <param name="Index">The index; null for a table that is read from end to end.</param>
sealed record PlannedRead(string Table, string? Index);

/// <summary>What the planner expects of a query on analysed data.</summary>
/// <param name="Total">In the planner's unit, in which a page read in sequence costs 1.</param>
/// <param name="Reads">The tables.</param>
sealed record PlanCost(double Total, IReadOnlyList<PlannedRead> Reads)
{
    /// <summary>Reads <c>EXPLAIN (VERBOSE, FORMAT JSON)</c>.</summary>
    public static PlanCost Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var reads = new List<PlannedRead>();
        var total = 0.0;
        foreach (var plan in document.RootElement.EnumerateArray())
        {
            if (plan.TryGetProperty("Plan", out var root))
            {
                total += root.TryGetProperty("Total Cost", out var cost) ? cost.GetDouble() : 0;
                Visit(root);
            }
        }

        return new(total, [.. reads.Distinct()]);

        void Visit(JsonElement node)
        {
            var type = Text(node, "Node Type") ?? "";
            if (Text(node, "Relation Name") is { } name && type.EndsWith("Scan", StringComparison.Ordinal))
            {
                // The index of a bitmap is in a node below.
                var index = Text(node, "Index Name") ?? (type == "Bitmap Heap Scan" ? IndexBelow(node) : null);
                if (index is not null || type == "Seq Scan")
                {
                    reads.Add(new($"{Text(node, "Schema")}.{name}", index));
                }
            }

            foreach (var child in Children(node))
            {
                Visit(child);
            }
        }
    }

    static string? IndexBelow(JsonElement node) =>
        Text(node, "Index Name") ?? Children(node).Select(IndexBelow).FirstOrDefault(name => name is not null);

    static IEnumerable<JsonElement> Children(JsonElement node) =>
        node.TryGetProperty("Plans", out var children) ? children.EnumerateArray() : [];

    static string? Text(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString() : null;
}
