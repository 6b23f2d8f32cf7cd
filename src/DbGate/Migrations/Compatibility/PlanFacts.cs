using System.Text.Json;

namespace DbGate.Migrations.Compatibility;

/// <summary>A table that a query writes to.</summary>
/// <param name="Table">Schema and name, without quotes.</param>
/// <param name="Operation"><c>Insert</c>, <c>Update</c>, <c>Delete</c> or <c>Merge</c>.</param>
/// <param name="Values">Of an INSERT: the expression for each of the table's columns, in the order of their numbers.</param>
sealed record PlannedWrite(string Table, string Operation, IReadOnlyList<string> Values);

/// <summary>What the generic plan of a query states about the tables that it uses.</summary>
/// <param name="Scanned">Tables that are read from end to end although the planner avoids it: no index serves the query.</param>
/// <param name="Tables">All tables.</param>
/// <param name="Writes">Those that are written to.</param>
/// <param name="LocksRows">True for SELECT … FOR UPDATE and its like.</param>
sealed record PlanFacts(
    IReadOnlySet<string> Scanned, IReadOnlySet<string> Tables, IReadOnlyList<PlannedWrite> Writes, bool LocksRows)
{
    /// <summary>The names of the indexes that it uses, without schema.</summary>
    public IReadOnlySet<string> Indexes { get; init; } = new HashSet<string>();

    public static PlanFacts None { get; } = new(new HashSet<string>(), new HashSet<string>(), [], false);

    /// <summary>Reads <c>EXPLAIN (VERBOSE, FORMAT JSON)</c>.</summary>
    public static PlanFacts Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var (scanned, tables, writes, indexes) =
            (new HashSet<string>(), new HashSet<string>(), new List<PlannedWrite>(), new HashSet<string>());
        var locks = false;
        foreach (var plan in document.RootElement.EnumerateArray())
        {
            if (plan.TryGetProperty("Plan", out var root))
            {
                Visit(root);
            }
        }

        return new(scanned, tables, writes, locks) { Indexes = indexes };

        void Visit(JsonElement node)
        {
            var type = Text(node, "Node Type") ?? "";
            var own = -1;
            locks |= type == "LockRows";
            if (Text(node, "Index Name") is { } index)
            {
                indexes.Add(index);
            }

            if (Text(node, "Relation Name") is { } name)
            {
                var table = $"{Text(node, "Schema")}.{name}";
                tables.Add(table);
                if (type == "Seq Scan")
                {
                    scanned.Add(table);
                }
                else if (type == "ModifyTable")
                {
                    own = writes.Count;
                    writes.Add(new(table, Text(node, "Operation") ?? "", []));
                }
            }

            if (!node.TryGetProperty("Plans", out var children))
            {
                return;
            }

            foreach (var child in children.EnumerateArray())
            {
                // The planner writes the value of every column, defaults included, into what feeds the INSERT.
                if (own >= 0 && writes[own] is { Operation: "Insert", Values.Count: 0 }
                    && Text(child, "Parent Relationship") is "Outer" or "Member"
                    && child.TryGetProperty("Output", out var output))
                {
                    writes[own] = writes[own] with { Values = [.. output.EnumerateArray().Select(value => value.GetString() ?? "")] };
                }

                Visit(child);
            }
        }
    }

    static string? Text(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetString() : null;
}
