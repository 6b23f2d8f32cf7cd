using System.Text;
using System.Text.Json;

namespace DbGate.CommandGuard.Hooks;

/// <summary>
/// The pre-tool hook for coding agents: reads the agent's JSON from standard input and answers in the agent's format. A host calls it
/// before
/// anything else is started, because an agent waits for it at every command. See docs/guides/guard.md.
/// </summary>
static class AgentHook
{
    /// <summary>A longer call is refused.</summary>
    const int LongestInput = 4 * 1024 * 1024;

    static readonly TimeSpan InputTimeout = TimeSpan.FromSeconds(5);

    static readonly TimeSpan JudgeTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Answers one call.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="environment">The environment that the caller names; null to judge by the database that a command reaches.</param>
    /// <param name="variables">The variables of the process.</param>
    /// <returns>The exit code: 0, or 2 for a refusal that is told by the exit code.</returns>
    public static int Run(Stream input, Stream output, Stream error, string? environment, Func<string, string?> variables)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        ArgumentNullException.ThrowIfNull(variables);
        var answer = Answer(input, environment, variables);
        Write(output, answer.Output);
        Write(error, answer.Error);
        return answer.ExitCode;
    }

    static HookAnswer Answer(Stream input, string? environment, Func<string, string?> variables)
    {
        try
        {
            var text = Read(input);
            return text is null ? Unknown("its input is incomplete or longer than 4 MB")
                : HookReader.Read(text) is { } call ? Answer(call, environment, variables)
                : Unknown("its input has the format of no known agent");
        }
        catch (JsonException)
        {
            return Unknown("its input is not JSON");
        }
    }

    static HookAnswer Answer(HookCall call, string? environment, Func<string, string?> variables)
    {
        if (call.Command is null)
        {
            return HookAnswer.Allow(call.Format);
        }

        using var deadline = new CancellationTokenSource(JudgeTimeout);
        try
        {
            var folder = call.Folder is { } named && Directory.Exists(named) ? Path.GetFullPath(named) : Environment.CurrentDirectory;
            return HookJudge.Deny(call.Command, folder, environment, variables, deadline.Token) is { } reason
                ? HookAnswer.Deny(call.Format, $"DbGate: {reason}") : HookAnswer.Allow(call.Format);
        }
        catch (OperationCanceledException)
        {
            return HookAnswer.Deny(call.Format, $"DbGate: the command could not be judged within {JudgeTimeout.TotalSeconds:0} seconds.");
        }
    }

    /// <summary>The whole input; null when it is too long or does not end in time.</summary>
    static byte[]? Read(Stream input)
    {
        var reading = Task.Run(() =>
        {
            var (buffer, length) = (new byte[16 * 1024], 0);
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length >= LongestInput)
                    {
                        return null;
                    }

                    Array.Resize(ref buffer, buffer.Length * 2);
                }

                var read = input.Read(buffer, length, buffer.Length - length);
                if (read == 0)
                {
                    Array.Resize(ref buffer, length);
                    return buffer;
                }

                length += read;
            }
        });
        return reading.Wait(InputTimeout) ? reading.Result : null;
    }

    static HookAnswer Unknown(string why) =>
        HookAnswer.Refuse(
            $"{CommandGuardProblems.UnknownHook.Id} {CommandGuardProblems.UnknownHook.Title}: {why}. Supported agents are listed in "
                + "docs/guides/guard.md; `dbgate init --agents` writes their hook files.");

    static void Write(Stream stream, string text)
    {
        if (text.Length > 0)
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush();
        }
    }
}
