using DbGate.Gates;

namespace DbGate.Frosting.Display;

/// <summary>Asks on a terminal; elsewhere nobody is there.</summary>
sealed class TerminalPrompt : IPrompt
{
    public async Task<string?> AskAsync(string question, CancellationToken cancellation)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            return null;
        }

        await Console.Error.WriteAsync($"{question} ");
        return await Task.Run(Console.ReadLine, CancellationToken.None).WaitAsync(cancellation);
    }
}
