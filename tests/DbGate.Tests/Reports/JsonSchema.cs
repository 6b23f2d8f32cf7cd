using System.Text.Json;
using System.Text.RegularExpressions;

namespace DbGate.Tests.Reports;

/// <summary>
/// As much of JSON Schema as DbGate's own schema uses; another keyword in it is an error, so that none is silently ignored.
/// </summary>
sealed class JsonSchema(JsonElement root)
{
    static readonly string[] Remarks = ["$schema", "$id", "$defs", "title", "description"];

    /// <summary>Every place that does not hold, as <c>path: why</c>.</summary>
    public IReadOnlyList<string> Validate(JsonElement value)
    {
        var faults = new List<string>();
        Check(root, value, "$", faults);
        return faults;
    }

    void Check(JsonElement schema, JsonElement value, string path, List<string> faults)
    {
        foreach (var keyword in schema.EnumerateObject().Where(keyword => !Remarks.Contains(keyword.Name)))
        {
            var rule = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref":
                    Check(root.GetProperty("$defs").GetProperty(rule.GetString()!["#/$defs/".Length..]), value, path, faults);
                    break;
                case "type":
                    var types =
                        rule.ValueKind == JsonValueKind.Array
                            ? rule.EnumerateArray().Select(type => type.GetString()!)
                            : [rule.GetString()!];
                    Demand(types.Any(type => Is(value, type)), $"is no {rule}");
                    break;
                case "const":
                    Demand(JsonElement.DeepEquals(rule, value), $"is not {rule}");
                    break;
                case "enum":
                    Demand(rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)), $"is none of {rule}");
                    break;
                case "pattern":
                    Demand(
                        value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!),
                        $"does not match {rule}");
                    break;
                case "minimum":
                    Demand(value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.GetDouble(), $"is less than {rule}");
                    break;
                case "maximum":
                    Demand(value.ValueKind != JsonValueKind.Number || value.GetDouble() <= rule.GetDouble(), $"is more than {rule}");
                    break;
                case "required":
                    foreach (var name in rule.EnumerateArray()
                        .Select(name => name.GetString()!)
                        .Where(_ => value.ValueKind == JsonValueKind.Object))
                    {
                        Demand(value.TryGetProperty(name, out _), $"lacks {name}");
                    }

                    break;
                case "properties" when value.ValueKind == JsonValueKind.Object:
                    foreach (var property in value.EnumerateObject().Where(property => rule.TryGetProperty(property.Name, out _)))
                    {
                        Check(rule.GetProperty(property.Name), property.Value, $"{path}.{property.Name}", faults);
                    }

                    break;
                case "additionalProperties" when rule.ValueKind == JsonValueKind.False && value.ValueKind == JsonValueKind.Object:
                    foreach (var property in value.EnumerateObject())
                    {
                        Demand(schema.GetProperty("properties").TryGetProperty(property.Name, out _), $"has an unknown {property.Name}");
                    }

                    break;
                case "additionalProperties" when rule.ValueKind == JsonValueKind.Object && value.ValueKind == JsonValueKind.Object:
                    foreach (var property in value.EnumerateObject())
                    {
                        Check(rule, property.Value, $"{path}.{property.Name}", faults);
                    }

                    break;
                case "items" when value.ValueKind == JsonValueKind.Array:
                    foreach (var (index, item) in value.EnumerateArray().Index())
                    {
                        Check(rule, item, $"{path}[{index}]", faults);
                    }

                    break;
                case "properties" or "additionalProperties" or "items":
                    break;
                default:
                    throw new NotSupportedException($"this validator does not know \"{keyword.Name}\"");
            }
        }

        void Demand(bool holds, string why)
        {
            if (!holds)
            {
                faults.Add($"{path}: {why}");
            }
        }
    }

    static bool Is(JsonElement value, string type) => (type, value.ValueKind) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String)
            or ("null", JsonValueKind.Null)
            or ("number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => value.TryGetInt64(out _),
        _ => false,
    };
}
