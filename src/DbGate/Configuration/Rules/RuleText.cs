using System.Text.Json;
using System.Text.Json.Nodes;

namespace DbGate.Configuration.Rules;

/// <summary>A rule's value as people read it.</summary>
static class RuleText
{
    public static string Show(string name, string? value)
    {
        if (RuleOrder.Setting(name) is { } setting)
        {
            return setting.Show(value);
        }

        if (value is null)
        {
            return "–";
        }

        try
        {
            return JsonNode.Parse(value) is JsonArray list ? string.Join(", ", list.Select(Item)) : value;
        }
        catch (JsonException)
        {
            return value;
        }
    }

    static string Item(JsonNode? item) => item switch
    {
        JsonObject waiver when waiver.ContainsKey("expires") =>
            $"{waiver["scope"]} until {waiver["expires"]} by {waiver["who"]}: {waiver["reason"]}",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        null => "null",
        _ => item.ToJsonString(RuleJson.Readable),
    };
}
