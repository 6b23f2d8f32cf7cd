using System.Text;
using System.Text.Json;

namespace DbGate.CommandGuard.Hooks;

/// <summary>What a hook writes and returns.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="ExitCode">The exit code.</param>
sealed record HookAnswer(string Output, string Error, int ExitCode)
{
    /// <summary>States nothing: the agent's own rules decide. A hook never grants a permission.</summary>
    public static HookAnswer Allow(HookFormat format) => new(format is HookFormat.Cline or HookFormat.Cursor or HookFormat.Gemini ? "{}\n"
        : "", "", 0);

    /// <summary>Denies, in the agent's own format.</summary>
    public static HookAnswer Deny(HookFormat format, string reason) => format switch
    {
        HookFormat.PreToolUse => new(Json(writer =>
        {
            writer.WriteStartObject("hookSpecificOutput");
            writer.WriteString("hookEventName", "PreToolUse");
            writer.WriteString("permissionDecision", "deny");
            writer.WriteString("permissionDecisionReason", reason);
            writer.WriteEndObject();
        }), "", 0),
        HookFormat.Gemini => new(Json(writer =>
        {
            writer.WriteString("decision", "deny");
            writer.WriteString("reason", reason);
        }), "", 0),
        HookFormat.Cursor => new(Json(writer =>
        {
            writer.WriteString("permission", "deny");
            writer.WriteString("user_message", reason);
            writer.WriteString("agent_message", reason);
        }), "", 0),
        HookFormat.Copilot => new(Json(writer =>
        {
            writer.WriteString("permissionDecision", "deny");
            writer.WriteString("permissionDecisionReason", reason);
        }), "", 0),
        HookFormat.Cline => new(Json(writer =>
        {
            writer.WriteBoolean("cancel", true);
            writer.WriteString("errorMessage", reason);
        }), "", 0),
        _ => Refuse(reason),
    };

    /// <summary>Denies where no format is known: every agent takes exit code 2 for a refusal.</summary>
    public static HookAnswer Refuse(string reason) => new("", reason + "\n", 2);

    static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
