using DbGate.CommandGuard.Hooks;

namespace DbGate.Cli.CommandLine;

/// <summary><c>dbgate guard --hook</c>: answered before anything else is loaded, because a coding agent waits for it at every
/// command.</summary>
static class HookInvocation
{
    /// <summary>The hook answers at every command, in time; every agent takes exit code 2 for a refusal.</summary>
    static ReadOnlySpan<byte> NoIdentify =>
        "--hook contacts no database and cannot be combined with --identify. Remove --identify from the hook; "u8
        + "use it with `dbgate guard --command=\"…\"`.\n"u8;

    /// <summary>The exit code; null when the arguments ask for something else.</summary>
    public static int? Run(string[] args)
    {
        if (!args.Contains("--hook") || !(args.Contains("guard") || args.Contains("--target=guard")))
        {
            return null;
        }

        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        using var error = Console.OpenStandardError();
        if (args.Any(argument => argument == "--identify" || argument.StartsWith("--identify=", StringComparison.Ordinal)))
        {
            error.Write(NoIdentify);
            return 2;
        }

        return AgentHook.Run(input, output, error, EnvironmentOf(args), Environment.GetEnvironmentVariable);
    }

    static string? EnvironmentOf(string[] args)
    {
        for (var index = 0; index < args.Length; index++)
        {
            if (args[index].StartsWith("--environment=", StringComparison.Ordinal))
            {
                return args[index]["--environment=".Length..];
            }

            if (args[index] == "--environment" && index + 1 < args.Length)
            {
                return args[index + 1];
            }
        }

        return null;
    }
}
