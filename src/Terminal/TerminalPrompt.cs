using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Terminal;

/// <summary>Asks on the terminal.</summary>
sealed class TerminalPrompt : IPrompt
{
    /// <summary>Null when standard input or output is not a terminal.</summary>
    public static TerminalPrompt? Choose(bool isJson) => isJson || Console.IsInputRedirected || Console.IsOutputRedirected ? null : new();

    public async Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        await Console.Out.WriteAsync(question);
        var answer = await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
        if (answer is null)
        {
            // Ctrl-D leaves the cursor behind the question.
            await Console.Out.WriteLineAsync();
        }

        return answer;
    }
}
