using System.Text.Json;
using System.Text.RegularExpressions;
using DbGate.Migrations.Tools;

namespace DbGate.Starter;

/// <summary>The connection string that a .NET application reads, by the names in its sources and its configuration.</summary>
/// <param name="Name">Such as "Shop".</param>
/// <param name="Place">Where it is read or set: file and line, or the file.</param>
sealed partial record ConnectionStringName(string Name, string Place)
{
    /// <summary>What .NET's own templates use; the deploy command gets it anyway.</summary>
    const string Usual = "DefaultConnection";

    /// <summary>The variable that .NET's configuration takes it from.</summary>
    public string Variable => $"ConnectionStrings__{Name}";

    /// <summary>Every name, without the usual one. What the sources ask for counts before what a configuration file offers.</summary>
    /// <param name="root">The project's folder.</param>
    public static IReadOnlyList<ConnectionStringName> Find(string root)
    {
        var tree = ProjectTree.Read(root);
        ConnectionStringName[] asked =
        [
            .. tree.Files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal) && !IsTest(file))
                .SelectMany(file => Call().Matches(tree.Text(file))
                    .Select(call => new ConnectionStringName(call.Groups["name"].Value, $"{file}:{Line(tree.Text(file), call.Index)}"))),
        ];
        var found = asked.Length > 0
            ? asked
            : tree.Files.Where(file => Path.GetFileName(file) is "appsettings.json" or "appsettings.Production.json" && !IsTest(file))
                .SelectMany(file => Configured(tree.Text(file)).Select(name => new ConnectionStringName(name, file)));
        return [.. found.Where(one => one.Name != Usual).DistinctBy(one => one.Name, StringComparer.OrdinalIgnoreCase)];
    }

    static bool IsTest(string file) => file.Split('/').Any(part => part.Contains("test", StringComparison.OrdinalIgnoreCase));

    static int Line(string text, int index) => text.AsSpan(0, index).Count('\n') + 1;

    static IReadOnlyList<string> Configured(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(
                json, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("ConnectionStrings", out var section)
                && section.ValueKind == JsonValueKind.Object
                    ? [.. section.EnumerateObject().Select(one => one.Name)]
                    : [];
        }
        catch (JsonException)
        {
            return []; // the application reports its own file
        }
    }

    [GeneratedRegex("""GetConnectionString\(\s*"(?<name>[A-Za-z_][A-Za-z0-9_]*)"\s*\)""")]
    private static partial Regex Call();
}
