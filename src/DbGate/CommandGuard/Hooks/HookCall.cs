namespace DbGate.CommandGuard.Hooks;

/// <summary>How an agent's hook wants its answer.</summary>
enum HookFormat
{
    /// <summary>Claude Code, Codex, and agents with the same format: <c>hookSpecificOutput</c>.</summary>
    PreToolUse,

    /// <summary>Gemini CLI: <c>decision</c>.</summary>
    Gemini,

    /// <summary>Cursor: <c>permission</c>.</summary>
    Cursor,

    /// <summary>GitHub Copilot: <c>permissionDecision</c>.</summary>
    Copilot,

    /// <summary>Cline: <c>cancel</c>.</summary>
    Cline,

    /// <summary>Windsurf, Kiro and Amazon Q: exit code 2 with the reason on standard error.</summary>
    ExitCode,
}

/// <summary>What an agent is about to do.</summary>
/// <param name="Format">How it wants the answer.</param>
/// <param name="Command">The command line for a shell; null for a tool that runs none.</param>
/// <param name="Folder">Where it would run; null when the agent does not state.</param>
sealed record HookCall(HookFormat Format, string? Command, string? Folder);
