using System.Text.Json;

namespace DbGate.CommandGuard.Hooks;

/// <summary>Reads the JSON that coding agents write to a hook's standard input. Pure.</summary>
static class HookReader
{
    /// <summary>The call; null for a format that is not known.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static HookCall? Read(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var folder = Text(root, "cwd");
        switch (Text(root, "hook_event_name"))
        {
            case "PreToolUse" when Text(root, "tool_name") is not null:
                return Call(HookFormat.PreToolUse, Child(root, "tool_input"), folder);
            case "BeforeTool" when Text(root, "tool_name") is not null:
                return Call(HookFormat.Gemini, Child(root, "tool_input"), folder);
            case "beforeShellExecution" when Text(root, "command") is not null:
                return Call(HookFormat.Cursor, root, folder);
            case "preToolUse" when Text(root, "tool_name") is not null:
                return Call(root.TryGetProperty("conversation_id", out _) || root.TryGetProperty("cursor_version", out _)
                    ? HookFormat.Cursor : HookFormat.ExitCode, Child(root, "tool_input"), folder);
            default:
                break;
        }

        if (Text(root, "agent_action_name") == "pre_run_command")
        {
            return Call(HookFormat.ExitCode, Child(root, "tool_info"), folder);
        }

        if (Text(root, "hookName") == "PreToolUse" && Child(root, "preToolUse") is { } use)
        {
            return Call(HookFormat.Cline, Child(use, "parameters"), folder ?? First(root, "workspaceRoots"));
        }

        return Text(root, "toolName") is not null ? Call(HookFormat.Copilot, Child(root, "toolArgs"), folder) : null;
    }

    static HookCall Call(HookFormat format, JsonElement? input, string? folder)
    {
        if (input is { ValueKind: JsonValueKind.String } text)
        {
            using var inner = JsonDocument.Parse(text.GetString()!);
            return Call(format, inner.RootElement.Clone(), folder);
        }

        return input is not { ValueKind: JsonValueKind.Object } arguments ? new HookCall(format, null, folder)
            : new HookCall(format, Command(arguments), Text(arguments, "cwd") ?? Text(arguments, "directory")
                ?? Text(arguments, "working_directory") ?? Text(arguments, "workdir") ?? folder);
    }

    /// <summary>A line for a shell, or an array of arguments.</summary>
    static string? Command(JsonElement arguments)
    {
        foreach (var name in (ReadOnlySpan<string>)["command", "command_line", "cmd"])
        {
            if (arguments.TryGetProperty(name, out var command))
            {
                return command.ValueKind == JsonValueKind.String ? command.GetString()
                    : command.ValueKind == JsonValueKind.Array
                        ? string.Join(' ', command.EnumerateArray().Select(item => Following.CallText.Quote(item.ToString())))
                    : null;
            }
        }

        return null;
    }

    static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static JsonElement? Child(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value : null;

    static string? First(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
            && list[0].ValueKind == JsonValueKind.String ? list[0].GetString() : null;
}
