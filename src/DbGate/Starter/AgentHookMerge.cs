using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DbGate.Starter;

/// <summary>Adds DbGate's hook to an agent's settings. Everything else in them stays: settings, hooks of others, their order.
/// Pure.</summary>
static class AgentHookMerge
{
    /// <summary>What every hook of DbGate runs.</summary>
    const string Own = "dbgate guard --hook";

    /// <summary>Adds what an own file has.</summary>
    /// <param name="existing">The settings as they are.</param>
    /// <param name="own">The file that is written where there is none.</param>
    /// <returns>The new text, null where nothing changes; and what was done.</returns>
    public static (string? Text, string Done) Merge(string existing, AgentHooks.AgentFile own)
    {
        if (existing.Contains(Own, StringComparison.Ordinal))
        {
            return (null, "has the hook; left as it is");
        }

        if (own.IsProgram)
        {
            return (null, ByHand("is a program of its own"));
        }

        try
        {
            var options = new JsonDocumentOptions { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };
            if (existing.Trim().Length == 0)
            {
                return (own.Text, "the hook was added");
            }

            if (JsonNode.Parse(existing, documentOptions: options) is not JsonObject root
                || JsonNode.Parse(own.Text) is not JsonObject added || !Add(root, added))
            {
                return (null, ByHand("has another structure"));
            }

            return (Written(root, existing), "the hook was added");
        }
        catch (JsonException)
        {
            return (null, ByHand("is not plain JSON"));
        }
    }

    static string ByHand(string why) => $"{why}; add the hook `{AgentHooks.Command}` to it (docs/guides/guard.md)";

    /// <summary>Adds members that are missing and appends to arrays; false where the kinds differ.</summary>
    static bool Add(JsonObject into, JsonObject added)
    {
        foreach (var (name, value) in added.ToList())
        {
            switch (into[name], value)
            {
                case (null, _):
                    into[name] = value!.DeepClone();
                    break;
                case (JsonObject inner, JsonObject more):
                    if (!Add(inner, more))
                    {
                        return false;
                    }

                    break;
                case (JsonArray list, JsonArray more):
                    foreach (var item in more.ToList())
                    {
                        list.Add(item!.DeepClone());
                    }

                    break;
                case (JsonValue, JsonValue):
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>In the indentation and line ends of the file.</summary>
    static string Written(JsonObject root, string existing)
    {
        var line = existing.Split('\n').FirstOrDefault(each => each.Length > 0 && each[0] is ' ' or '\t' && each.Trim().Length > 0);
        var options = new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            IndentCharacter = line is ['\t', ..] ? '\t' : ' ',
            IndentSize = line is null ? 2 : Math.Clamp(line.TakeWhile(c => c == line[0]).Count(), 1, 8),
            NewLine = existing.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n",
        };
        return root.ToJsonString(options) + (existing.EndsWith('\n') ? options.NewLine : "");
    }
}
