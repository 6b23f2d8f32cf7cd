namespace DbGate.Starter;

/// <summary>
/// The files that make coding agents ask <c>dbgate guard --hook</c> before they run a command, in the formats of the agents' documentation.
/// Where <c>dbgate</c> is not installed the hook refuses, too: an agent takes only exit code 2 for a refusal.
/// </summary>
static class AgentHooks
{
    /// <summary>The command of the hooks.</summary>
    public const string Command = "dbgate guard --hook || exit 2";

    const string WindowsCommand = "try { dbgate guard --hook; exit $LASTEXITCODE } catch { exit 2 }";

    /// <summary>A file of an agent.</summary>
    public sealed record AgentFile(string Name, string Text, bool IsProgram = false);

    public static IReadOnlyList<AgentFile> Files { get; } =
    [
        new(".claude/settings.json", PreToolUse("Bash")),
        new(".codex/hooks.json", PreToolUse("Bash")),
        new(".gemini/settings.json", $$"""
            {
              "hooks": {
                "BeforeTool": [
                  { "matcher": "run_shell_command", "hooks": [{ "name": "dbgate", "type": "command", "command": "{{Command}}", "timeout": 30000 }] }
                ]
              }
            }

            """),
        new(".cursor/hooks.json", $$"""
            {
              "version": 1,
              "hooks": {
                "beforeShellExecution": [{ "command": "{{Command}}" }]
              }
            }

            """),
        new(".github/hooks/dbgate.json", $$"""
            {
              "version": 1,
              "hooks": {
                "preToolUse": [{ "type": "command", "bash": "{{Command}}", "powershell": "{{WindowsCommand}}", "timeoutSec": 30 }]
              }
            }

            """),
        new(".windsurf/hooks.json", $$"""
            {
              "hooks": {
                "pre_run_command": [{ "command": "{{Command}}", "show_output": true }]
              }
            }

            """),
        new(".clinerules/hooks/PreToolUse", """
            #!/bin/sh
            dbgate guard --hook || { printf '{"cancel":true,"errorMessage":"DbGate could not judge the command"}'; exit 0; }

            """, IsProgram: true),
    ];

    static string PreToolUse(string matcher) => $$"""
        {
          "hooks": {
            "PreToolUse": [
              { "matcher": "{{matcher}}", "hooks": [{ "type": "command", "command": "{{Command}}", "timeout": 30 }] }
            ]
          }
        }

        """;
}
