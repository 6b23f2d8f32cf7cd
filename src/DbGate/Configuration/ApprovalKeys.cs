using System.Text.Json;
using System.Text.Json.Nodes;
using DbGate.Configuration.Rules;

namespace DbGate.Configuration;

/// <summary>
/// Puts the public keys of <c>approvals.keys</c> in the place of the paths that name them: the key is the rule, and a path stays the same
/// while the file behind it is replaced.
/// </summary>
static class ApprovalKeys
{
    const long LongestKey = 1 << 16;
    const string Pem = "-----BEGIN";

    /// <param name="file">dbgate.json or a policy file.</param>
    /// <param name="root">The folder that relative paths begin at.</param>
    /// <param name="accepts">Whether a key may come from this path; may throw.</param>
    /// <returns>The file. A key that cannot be read stays a path, which is a problem where approvals are counted.</returns>
    public static ProjectFile Inline(ProjectFile file, string root, Func<string, bool>? accepts = null)
    {
        if (!file.Sections.TryGetValue("approvals", out var approvals)
            || approvals.ValueKind != JsonValueKind.Object
            || !approvals.TryGetProperty("keys", out var keys)
            || keys.ValueKind != JsonValueKind.Object)
        {
            return file;
        }

        var section = JsonNode.Parse(approvals.GetRawText())!.AsObject();
        var texts = section["keys"]!.AsObject();
        foreach (var key in keys.EnumerateObject().Where(key => key.Value.ValueKind == JsonValueKind.String))
        {
            var text = key.Value.GetString()!;
            if (!text.Contains(Pem, StringComparison.Ordinal)
                && Path.GetFullPath(text, root) is var path
                && accepts?.Invoke(path) != false
                && Read(path) is { } pem)
            {
                texts[key.Name] = pem;
            }
        }

        return file with
        {
            Sections = new Dictionary<string,
                JsonElement>(file.Sections) { ["approvals"] = JsonSerializer.SerializeToElement(section, RuleJson.Default.JsonNode) },
        };
    }

    static string? Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= LongestKey }
                && File.ReadAllText(path) is var text
                && text.Contains(Pem, StringComparison.Ordinal) ? text : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
