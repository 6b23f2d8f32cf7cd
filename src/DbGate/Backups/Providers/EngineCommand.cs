using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using DbGate.Problems;
using DbGate.Scratch;

namespace DbGate.Backups.Providers;

/// <summary>How a program of an engine ended.</summary>
/// <param name="ExitCode">127 when it could not be started.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">The end of its error output.</param>
sealed record EngineOutput(int ExitCode, string Output, string Error);

/// <summary>
/// Runs the programs of an engine under the account of the scratch server, which reads the same repository during a recovery. A program
/// ends with DbGate, however that ends.
/// </summary>
static class EngineCommand
{
    // A listing of a hundred thousand segments has some ten megabytes.
    const int LongestOutput = 128 << 20;
    const int LongestError = 16 << 10;

    // Its standard input is a pipe that only DbGate holds: at its end the program ends, and with it what it has restored so far.
    const string Owned = """
        trap '' INT HUP PIPE
        folder=$1; shift
        exec 3<&0 </dev/null
        "$@" 3<&- &
        child=$!
        { read -r _ <&3; kill -TERM "$child"; wait "$child"; [ -z "$folder" ] || rm -rf "$folder"; } >/dev/null 2>&1 &
        stopper=$!
        wait "$child"; code=$?
        kill "$stopper" 2>/dev/null
        exit $code
        """;

    /// <param name="engine">The engine's name, for messages.</param>
    /// <param name="account">Whose program it is.</param>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Without secrets.</param>
    /// <param name="deadline">From the start to the end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="folder">What is removed when DbGate itself is killed; null: nothing.</param>
    /// <exception cref="GateException">DBG0362: it could not be started, or did not end in time.</exception>
    public static async Task<EngineOutput> RunAsync(
        string engine, ServerAccount account, string program, IReadOnlyList<string> arguments, TimeSpan deadline,
        CancellationToken cancellationToken, string? folder = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline);
        try
        {
            using var process = account.Start("/bin/sh", ["-c", Owned, "dbgate-engine", folder ?? "", program, .. arguments]);
            try
            {
                var output = ReadAsync(process.StandardOutput, LongestOutput, isTail: false, limit.Token);
                var error = ReadAsync(process.StandardError, LongestError, isTail: true, limit.Token);
                await Task.WhenAll(output, error);
                await process.WaitForExitAsync(limit.Token);
                return await output is { } text
                    ? process.ExitCode == 127 ? throw EngineProblems.NoProgram(engine, program, (await error)!)
                        : new(process.ExitCode, text, (await error)!.Trim())
                    : throw EngineProblems.Unreadable(engine, program, $"it is longer than {LongestOutput >> 20} MB");
            }
            finally
            {
                await EndAsync(process);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw EngineProblems.TooLate(engine, $"{program} {string.Join(' ', arguments)}", deadline);
        }
        catch (Win32Exception fault)
        {
            throw EngineProblems.NoProgram(engine, program, fault.Message);
        }
    }

    static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    static async Task<string?> ReadAsync(StreamReader reader, int limit, bool isTail, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new char[16 << 10];
        var isTooLong = false;
        while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            isTooLong |= !isTail && text.Length + count > limit;
            text.Append(isTooLong ? "" : new string(buffer, 0, count));
            if (text.Length > limit)
            {
                text.Remove(0, text.Length - limit);
            }
        }

        return isTooLong ? null : text.ToString();
    }
}
