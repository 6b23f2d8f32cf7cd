using System.Text.Json;

namespace DbGate.Tests.CommandGuard;

/// <summary>The catalogue ignores a misspelled key of tools.json, and the tool is judged by less than was written.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ToolKeys
{
    static readonly string[] OfTools =
    [
        "name", "title", "programs", "packages", "modules", "go", "images", "dotnet", "cargo", "values", "refusedFirst", "help", "harmless",
        "url", "hosts", "environment", "settings", "loads", "executes", "variables", "deploy", "words", "program", "names", "common",
        "operands", "java", "reaches", "rules", "code", "switches",
    ];

    static readonly string[] OfRules = ["command", "is", "effect", "fix", "emitsSql", "sql"];
    static readonly string[] OfSql = ["inline", "files", "stdin", "standardInput", "operand", "unknownLoses"];
    static readonly string[] OfCode = ["text", "is", "effect", "languages", "when", "unlessProduction"];
    static readonly string[] OfSwitches = ["variable", "key", "on", "is", "effect", "files", "everywhere"];

    [Test]
    public void Are_known()
    {
        var file = File.ReadAllText(Path.Combine(Repository.Root, "src/DbGate/CommandGuard/Tools/tools.json"));
        using var document = JsonDocument.Parse(file, new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });

        Assert.That(Unknown(document.RootElement), Is.Empty);
    }

    [Test]
    public void Are_named_when_they_are_not()
    {
        using var document = JsonDocument.Parse(
            """{"tools": [{"name": "pushy", "packges": ["pushy"], "rules": [{"command": "deploy", "if": "destructive"}]}]}""");

        Assert.That(Unknown(document.RootElement), Is.EqualTo(new[] { "pushy: packges", "pushy: if" }));
    }

    static IEnumerable<string> Unknown(JsonElement root) =>
        from tool in root.GetProperty("tools").EnumerateArray()
        from key in Keys(tool, OfTools)
            .Concat(Each(tool, "rules").SelectMany(rule => Keys(rule, OfRules)))
            .Concat(Each(tool, "rules").Where(rule => rule.TryGetProperty("sql", out _))
                .SelectMany(rule => Keys(rule.GetProperty("sql"), OfSql)))
            .Concat(Each(tool, "code").SelectMany(code => Keys(code, OfCode)))
            .Concat(Each(tool, "switches").SelectMany(each => Keys(each, OfSwitches)))
        select $"{tool.GetProperty("name").GetString()}: {key}";

    static IEnumerable<JsonElement> Each(JsonElement tool, string name) =>
        tool.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];

    static IEnumerable<string> Keys(JsonElement entry, string[] known) =>
        entry.EnumerateObject().Select(property => property.Name).Except(known);
}
