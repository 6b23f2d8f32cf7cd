using System.Text;
using DbGate.Gates;
using DbGate.Releases;

namespace DbGate.Terminal;

/// <summary>Asks on the terminal.</summary>
sealed class TerminalPrompt : IPrompt
{
    /// <summary>Null when standard input or output is not a terminal.</summary>
    public static TerminalPrompt? Choose(bool isJson) => isJson || Console.IsInputRedirected || Console.IsOutputRedirected ? null : new();

    /// <summary>Keys that are read one by one are not shown.</summary>
    public async Task<string?> AskSecretAsync(string question, CancellationToken cancellationToken)
    {
        await Console.Out.WriteAsync(question);
        var answer = await Task.Run(ReadHidden, CancellationToken.None).WaitAsync(cancellationToken);
        await Console.Out.WriteLineAsync();
        return answer;
    }

    static string? ReadHidden()
    {
        const char EndOfInput = '\u0004';
        var typed = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key)
            {
                case { Key: ConsoleKey.Enter }:
                    return typed.ToString();
                case { KeyChar: EndOfInput } when typed.Length == 0:
                    return null;
                case { Key: ConsoleKey.Backspace } when typed.Length > 0:
                    typed.Length--;
                    break;
                case { KeyChar: >= ' ' }:
                    typed.Append(key.KeyChar);
                    break;
            }
        }
    }

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
