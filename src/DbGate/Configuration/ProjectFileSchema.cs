using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DbGate.Configuration;

/// <summary>
/// The JSON schema of <c>dbgate.json</c>, made of <see cref="SettingsCatalog"/> and of the sections that rooms read themselves. It is
/// stricter than the reader where that helps a person who types: a switch is true or false, a word is written in lower case.
/// </summary>
static class ProjectFileSchema
{
    /// <summary>The name under which it is next to <c>dbgate.json</c>.</summary>
    public const string FileName = "dbgate.schema.json";

    static readonly JsonSerializerOptions Pretty =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema's text, with a line break at its end.</summary>
    public static string Text { get; } = Make().ToJsonString(Pretty) + "\n";

    /// <summary>The sections that have a description here.</summary>
    internal static IReadOnlyList<string> Sections { get; } =
        [.. Parts().Select(part => part.Key).Where(ProjectFile.SectionNames.Contains)];

    static JsonObject Make()
    {
        var properties = new JsonObject { ["$schema"] = new JsonObject { ["description"] = "This schema.", ["type"] = "string" } };
        foreach (var setting in SettingsCatalog.All.Where(setting => setting is { IsSecret: false, Class: not SettingClass.TrustedOnly }))
        {
            var path = setting.Name.Split('.');
            var at = properties;
            foreach (var group in path[..^1])
            {
                at[group] ??= Object([]);
                at = at[group]!["properties"]!.AsObject();
            }

            at[path[^1]] = Describe(setting);
        }

        foreach (var (name, part) in Parts())
        {
            properties[name] = part!.DeepClone();
        }

        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = FileName,
            ["title"] = "dbgate.json",
            ["description"] = "Settings of DbGate that may be committed. A database URL or a key is a secret and stands in a variable.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    static JsonObject Object(JsonObject properties) =>
        new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };

    static JsonObject Describe(Setting setting)
    {
        var schema = setting.Shape switch
        {
            { Kind: ValueKind.Switch } => new JsonObject { ["type"] = "boolean" },
            { Kind: ValueKind.Whole, Range: var (least, greatest) } => new JsonObject { ["type"] = "integer", ["minimum"] = least,
                ["maximum"] = greatest },
            { Kind: ValueKind.Duration } => new JsonObject { ["type"] = Types("string", "integer"), ["pattern"] = "^[0-9]{1,7}[smhd]?$",
                ["minimum"] = 0 },
            { Kind: ValueKind.Word,
                Words: var words } => new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) },
            _ => new JsonObject { ["type"] = Types("string", "number", "boolean") },
        };
        var variables = setting.Variables.Count == 0 ? "" : $" Variable: {string.Join(", ", setting.Variables)}.";
        var otherwise = setting.DefaultText == "–" ? "" : $" Default: {setting.DefaultText}.";
        schema["description"] = $"{setting.Help}.{otherwise}{variables}";
        return schema;
    }

    static JsonArray Types(params string[] names) => new([.. names.Select(name => (JsonNode)name)]);

    /// <summary>What no setting is: sections and the waivers. Each states what its reader reads.</summary>
    static JsonObject Parts() => JsonNode.Parse(
        """
        {
          "guard": {
            "description": "Which files count for production, which do not, and which are not read. Globs, relative to the project.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "requireEntrypoints": { "description": "Whether a project without anything that production runs blocks. Default: false.", "type": "boolean" },
              "production": { "description": "Files that production runs.", "type": "array", "items": { "type": "string" } },
              "development": { "description": "Files that only developers run.", "type": "array", "items": { "type": "string" } },
              "ignore": { "description": "Files that are not read at all.", "type": "array", "items": { "type": "string" } },
              "unfollowed": { "description": "Files whose start commands may lead out of the repository: without it they block production (DBG0418).", "type": "array", "items": { "type": "string" } },
              "bypass": { "description": "What applying migrations outside the release is: warning (default) or error. See docs/guides/guard.md.", "type": "string", "enum": ["warning", "error"] }
            }
          },
          "approvals": {
            "description": "Who has to approve plans. Default: production one person, and two when data is lost; no one elsewhere. See docs/guides/plan.md.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "development": ENVIRONMENT,
              "staging": ENVIRONMENT,
              "production": ENVIRONMENT,
              "keys": {
                "description": "Public keys by name, PEM or the path of a file: each person named here must sign.",
                "type": "object",
                "additionalProperties": { "type": "string" }
              }
            }
          },
          "drift": {
            "description": "Which schemas of the database the migrations do not answer for.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "ignoreSchemas": { "description": "Names of schemas.", "type": "array", "items": { "type": "string" } }
            }
          },
          "waivers": {
            "description": "Problems that may pass for a while. An expired one blocks.",
            "type": "array",
            "items": {
              "type": "object",
              "required": ["check", "reason", "who", "expires"],
              "additionalProperties": false,
              "properties": {
                "check": { "description": "The problem's code, or the name of a rule for migrations.", "type": "string", "pattern": "^(DBG[0-9]{4}|[a-z][a-z0-9-]*)$" },
                "scope": { "description": "A glob of paths; * for every occurrence, which is the default.", "type": "string", "pattern": "." },
                "reason": { "description": "Why.", "type": "string", "pattern": "." },
                "who": { "description": "Who decided.", "type": "string", "pattern": "." },
                "expires": { "description": "The last day, UTC.", "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }
              }
            }
          }
        }
        """.Replace(
            "ENVIRONMENT",
            """
            {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "required": { "description": "How many people; 0 demands no plan at all.", "type": "integer", "minimum": 0, "maximum": 20 },
                "dataLoss": { "description": "How many, when the plan loses data.", "type": "integer", "minimum": 0, "maximum": 20 },
                "approvers": { "description": "Who may; empty means anybody.", "type": "array", "items": { "type": "string" } },
                "verified": { "description": "Whether only verified identities count.", "type": "boolean" },
                "authorMayApprove": { "description": "Whether who asked for the plan may approve it.", "type": "boolean" }
              }
            }
            """,
            StringComparison.Ordinal))!.AsObject();
}
