using DbGate.CommandGuard.Files;

namespace DbGate.CommandGuard.Data;

/// <summary>A value of a YAML, JSON or TOML file, with its line. Aliases share nodes, so a document may be a graph, but never a
/// cycle.</summary>
sealed class DataNode
{
    public required int Line { get; init; }

    /// <summary>The text of a scalar, as the format decodes it.</summary>
    public SourceText? Scalar { get; init; }

    /// <summary>The items of a sequence.</summary>
    public IReadOnlyList<DataNode>? Items { get; init; }

    /// <summary>The members of a mapping, in their order.</summary>
    public IReadOnlyList<DataMember>? Members { get; init; }

    public string? Text => Scalar?.Text;

    public DataNode? this[string name] => Members?.LastOrDefault(member => member.Name == name)?.Value;

    public DataNode? At(params ReadOnlySpan<string> names)
    {
        var node = this;
        foreach (var name in names)
        {
            node = node?[name];
        }

        return node;
    }

    /// <summary>A sequence's items, or the node itself: for values that may be one or many.</summary>
    public IEnumerable<DataNode> OneOrMany => Items ?? [this];

    /// <summary>A mapping's members; none for anything else.</summary>
    public IEnumerable<DataMember> Children => Members ?? [];

    /// <summary>True for the texts that configuration formats take for yes.</summary>
    public bool IsTrue => Text?.Trim().ToUpperInvariant() is "TRUE" or "1" or "YES" or "ON";
}

/// <summary>A key of a mapping with its value.</summary>
sealed record DataMember(string Name, int Line, DataNode Value);

/// <summary>What came of parsing: the documents that could be read, and what stopped the parser.</summary>
sealed record DataDocuments(IReadOnlyList<DataNode> Roots, string? Fault = null, int? FaultLine = null)
{
    /// <summary>The first document.</summary>
    public DataNode? Root => Roots.Count > 0 ? Roots[0] : null;
}
