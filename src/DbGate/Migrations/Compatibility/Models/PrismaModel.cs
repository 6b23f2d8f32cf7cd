using System.Text.RegularExpressions;

namespace DbGate.Migrations.Compatibility.Models;

/// <summary>
/// Reads <c>schema.prisma</c>, of one file or of several: the tables and columns that Prisma's client names in its statements. It selects
/// every field of a model that is not ignored. Pure.
/// </summary>
static partial class PrismaModel
{
    /// <param name="files">The texts of all files of the schema.</param>
    /// <param name="schema">The schema of models that name none.</param>
    public static IReadOnlyList<ModelTable> Read(IEnumerable<string> files, string schema)
    {
        Block[] blocks = [.. files.SelectMany(text => BlockText().Matches(Comment().Replace(text, match => match.Groups["keep"].Value)))
            .Select(match => new Block(match.Groups["kind"].Value, match.Groups["name"].Value, [.. Lines(match.Groups["body"].Value)]))];
        var models = blocks.Where(block => block.Kind is "model" or "view").Select(block => block.Name).ToHashSet(StringComparer.Ordinal);
        Block[] used = [.. blocks.Where(block => models.Contains(block.Name) && !block.Lines.Any(line => line.StartsWith("@@ignore")))];
        return [.. used.Select(block => Table(block, models, schema)), .. JoinTables(used, models, schema)];
    }

    static ModelTable Table(Block block, HashSet<string> models, string schema)
    {
        var keys = block.Lines.Where(line => line.StartsWith("@@id", StringComparison.Ordinal))
            .SelectMany(line => List(line) ?? [])
            .ToHashSet(StringComparer.Ordinal);
        var unique = keys.Count > 0 || block.Fields.Any(field => Id().IsMatch(field.Rest)) ? []
            : block.Fields.Where(field => Unique().IsMatch(field.Rest)).Take(1).Select(field => field.Name).ToHashSet();
        return new(
            Mapped(block.Lines, "@@schema") ?? schema,
            Mapped(block.Lines, "@@map") ?? block.Name,
            [
                .. block.Fields
                    .Where(field => !models.Contains(field.Type) && !field.Type.StartsWith("Unsupported", StringComparison.Ordinal)
                        && !Ignored().IsMatch(field.Rest))
                    .Select(field => new ModelColumn(Map().Match(field.Rest) is { Success: true } map ? map.Groups[1].Value : field.Name)
                    {
                        IsKey = keys.Contains(field.Name) || unique.Contains(field.Name) || Id().IsMatch(field.Rest),

                        // The client itself writes every other default, such as uuid() and now().
                        IsLeftOut = ByServer().IsMatch(field.Rest)
                            || (field.Optional && !field.Rest.Contains("@default", StringComparison.Ordinal)
                                && !field.Rest.Contains("@updatedAt", StringComparison.Ordinal)),
                    }),
            ])
        {
            IsReadOnly = block.Kind == "view",
        };
    }

    /// <summary>Lists on both sides make a table that the schema does not name.</summary>
    static IEnumerable<ModelTable> JoinTables(Block[] blocks, HashSet<string> models, string schema)
    {
        var lists = blocks.SelectMany(block => block.Fields
            .Where(field => field.IsList && models.Contains(field.Type))
            .Select(field => (From: block.Name, To: field.Type, Name: Relation().Match(field.Rest) is { Success: true } named
                ? named.Groups[1].Value : ""))).ToArray();
        foreach (var (from, to, name) in lists.Where(one => string.CompareOrdinal(one.From, one.To) <= 0).Distinct())
        {
            var isBothWays = from == to
                ? lists.Count(one => one == (from, to, name)) > 1
                : lists.Any(one => one == (to, from, name));
            if (isBothWays)
            {
                yield return new(
                    schema, $"_{(name.Length > 0 ? name : $"{from}To{to}")}", [new("A") { IsKey = true }, new("B") { IsKey = true }]);
            }
        }
    }

    /// <summary>The lines of a block; one whose parentheses are open goes on in the next.</summary>
    static IEnumerable<string> Lines(string body)
    {
        var open = "";
        foreach (var line in body.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            open = open.Length == 0 ? line : $"{open} {line}";
            if (open.Count(letter => letter == '(') <= open.Count(letter => letter == ')'))
            {
                yield return open;
                open = "";
            }
        }
    }

    static string? Mapped(IEnumerable<string> lines, string attribute) =>
        lines.Where(line => line.StartsWith(attribute, StringComparison.Ordinal))
            .Select(line => Text().Match(line))
            .FirstOrDefault(match => match.Success)?.Groups[1].Value;

    static string[]? List(string line) => Bracketed().Match(line) is { Success: true } list
        ? [.. list.Groups[1].Value.Split(',').Select(name => name.Trim().Split('(')[0])]
        : null;

    sealed record Block(string Kind, string Name, IReadOnlyList<string> Lines)
    {
        public IReadOnlyList<Field> Fields =>
        [
            .. Lines.Where(line => !line.StartsWith("@@", StringComparison.Ordinal)).Select(line => FieldLine().Match(line))
                .Where(match => match.Success)
                .Select(match => new Field(
                    match.Groups["name"].Value, match.Groups["type"].Value, match.Groups["list"].Success, match.Groups["optional"].Success,
                    match.Groups["rest"].Value)),
        ];
    }

    sealed record Field(string Name, string Type, bool IsList, bool Optional, string Rest);

    [GeneratedRegex("""(?<keep>"(?:[^"\\\n]|\\.)*")|//[^\n]*""")]
    private static partial Regex Comment();

    [GeneratedRegex("""^[ \t]*(?<kind>\w+)[ \t]+(?<name>\w+)[ \t]*\{(?<body>(?:[^{}"]|"(?:[^"\\\n]|\\.)*")*)\}""", RegexOptions.Multiline)]
    private static partial Regex BlockText();

    [GeneratedRegex("""^(?<name>\w+)\s+(?<type>Unsupported\([^)]*\)|\w+)(?<list>\[\])?(?<optional>\?)?(?<rest>.*)$""")]
    private static partial Regex FieldLine();

    [GeneratedRegex("""(?<!@)@map\(\s*(?:name:\s*)?"([^"]+)"\s*\)""")]
    private static partial Regex Map();

    [GeneratedRegex(@"(?<!@)@id\b")]
    private static partial Regex Id();

    [GeneratedRegex(@"(?<!@)@unique\b")]
    private static partial Regex Unique();

    [GeneratedRegex(@"(?<!@)@ignore\b")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"@default\(\s*(?:autoincrement|dbgenerated|sequence)\(")]
    private static partial Regex ByServer();

    [GeneratedRegex("""@relation\(\s*(?:name:\s*)?"([^"]+)"\s*""")]
    private static partial Regex Relation();

    [GeneratedRegex("\"([^\"]+)\"")]
    private static partial Regex Text();

    [GeneratedRegex(@"\[([^\]]*)\]")]
    private static partial Regex Bracketed();
}
