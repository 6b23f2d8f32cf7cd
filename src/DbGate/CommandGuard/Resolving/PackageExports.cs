using DbGate.CommandGuard.Data;

namespace DbGate.CommandGuard.Resolving;

/// <summary>Reads <c>exports</c>, <c>imports</c>, <c>main</c> and <c>module</c> of a package.json. Pure.</summary>
static class PackageExports
{
    static readonly string[] Mains = ["source", "module", "main", "types", "browser"];

    /// <summary>The files that an import of the package, or of a path in it, may load.</summary>
    /// <param name="root">The package.json.</param>
    /// <param name="inner">The path behind the package's name; empty for the package itself.</param>
    public static IEnumerable<string> Files(DataNode root, string inner)
    {
        var exported = root["exports"] is { } exports ? Targets(exports, inner.Length == 0 ? "." : "./" + inner) : [];
        var named = inner.Length > 0 ? [] : Mains.Select(name => root[name]?.Text).OfType<string>();
        return [.. exported, .. named, inner.Length == 0 ? "index" : inner, inner.Length == 0 ? "src/index" : "src/" + inner];
    }

    /// <summary>The targets of a key in <c>exports</c> or <c>imports</c>, in all conditions.</summary>
    public static IEnumerable<string> Targets(DataNode? map, string key)
    {
        if (map is null || (key == "." && map.Children.All(member => !member.Name.StartsWith('.'))))
        {
            return map is null ? [] : Leaves(map, "", 0);
        }

        return map.Children.SelectMany(member => Star(member.Name, key) is { } star ? Leaves(member.Value, star, 0) : []);
    }

    /// <summary>What the star of a pattern means; null where the pattern does not match.</summary>
    static string? Star(string pattern, string key)
    {
        if (pattern == key)
        {
            return "";
        }

        return pattern.Split('*') is [var head, var tail] && key.Length >= head.Length + tail.Length
            && key.StartsWith(head, StringComparison.Ordinal) && key.EndsWith(tail, StringComparison.Ordinal)
            ? key[head.Length..(key.Length - tail.Length)]
            : null;
    }

    static IEnumerable<string> Leaves(DataNode node, string star, int depth) =>
        node.Text is { } text ? [text.Replace("*", star, StringComparison.Ordinal)]
        : depth > 10 ? []
        : node.Children.Select(member => member.Value).Concat(node.Items ?? []).SelectMany(child => Leaves(child, star, depth + 1));
}
