using DbGate.Migrations.Execution;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>
/// One connection of the command: what the client sends reaches the server statement by statement, and between two statements the observer
/// asks the same session what its transaction holds. A text of several statements is taken apart as <see cref="ScriptSteps"/> does for the
/// other rehearsal, so that its locks can be read, too. The client receives the server's own answers.
/// </summary>
/// <param name="client">The command's side.</param>
/// <param name="server">The scratch server's side.</param>
/// <param name="cancel">Hands on a request to cancel, which comes over a connection of its own.</param>
/// <param name="start">Makes the observer, once the server's process is known.</param>
sealed partial class ObservedSession(
    WireStream client, WireStream server, Func<byte[], CancellationToken, Task> cancel,
    Func<int, CancellationToken, Task<StatementObserver>> start) : IAsyncDisposable
{
    const int TlsRequest = 80877103;
    const int GssRequest = 80877104;
    const int CancelRequest = 80877102;
    const string Name = "dbgate_observer";

    // Only at the top level: 25001 is CONCURRENTLY and its like, 2D000 a procedure that commits.
    static readonly string[] RefusesTransaction = ["25001", "2D000"];

    // Authentication: done, and the last message of SCRAM. The client answers to all others.
    static readonly int[] Unanswered = [0, 12];

    readonly Dictionary<string, string> prepared = new(StringComparer.Ordinal);
    readonly Dictionary<string, ObservedText> portals = new(StringComparer.Ordinal);
    StatementObserver observer = null!;
    char status = 'I';
    int pid;
    int pending;
    bool isPipeline;
    bool isImplicit;
    bool isOpen;
    bool hasFailed;
    string lastParsed = "";
    WireMessage? held;

    /// <summary>The server is outside of the command's network: what would run on its machine is not passed on.</summary>
    static void Demand(string sql)
    {
        if (ServerPrograms.Find(sql) is { } what)
        {
            throw new GateException(RehearsalProblems.ReachesMachine(what, null));
        }
    }

    /// <summary>Serves the connection to its end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!await StartAsync(cancellationToken))
        {
            return;
        }

        observer = await start(pid, cancellationToken);
        while (await client.ReadAsync(cancellationToken) is { } message)
        {
            switch (message.Type)
            {
                case 'X':
                    await server.WriteAsync(message, cancellationToken);
                    await server.FlushAsync(cancellationToken);
                    return;
                case 'Q':
                    await DrainAsync(cancellationToken);
                    await QueryAsync(message, cancellationToken);
                    break;
                case 'F':
                    await server.WriteAsync(message, cancellationToken);
                    await ReadToReadyAsync(cancellationToken);
                    await client.WriteAsync(WireText.Ready(status), cancellationToken);
                    await client.FlushAsync(cancellationToken);
                    break;
                default:
                    await ExtendedAsync(message, cancellationToken);
                    break;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (observer is not null)
        {
            observer.End(isCommitted: false);
            await observer.DisposeAsync();
        }

        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    /// <summary>Passes the log-in on. Nothing of it is kept.</summary>
    async Task<bool> StartAsync(CancellationToken cancellationToken)
    {
        while (await client.ReadStartAsync(cancellationToken) is { } packet)
        {
            switch (WireText.Int32(packet, 0))
            {
                case TlsRequest or GssRequest:
                    client.WriteByte('N');
                    await client.FlushAsync(cancellationToken);
                    continue;
                case CancelRequest:
                    await cancel(packet, cancellationToken);
                    return false;
                default:
                    server.WriteStart(packet);
                    return await LogInAsync(cancellationToken);
            }
        }

        return false;
    }

    async Task<bool> LogInAsync(CancellationToken cancellationToken)
    {
        await server.FlushAsync(cancellationToken);
        while (await server.ReadAsync(cancellationToken) is { } message)
        {
            await client.WriteAsync(message, cancellationToken);
            switch (message.Type)
            {
                case 'R' when !Unanswered.Contains(WireText.Int32(message.Body, 0)):
                    await client.FlushAsync(cancellationToken);
                    if (await client.ReadAsync(cancellationToken) is not { } answer)
                    {
                        return false;
                    }

                    await server.WriteAsync(answer, cancellationToken);
                    await server.FlushAsync(cancellationToken);
                    break;
                case 'K':
                    pid = WireText.Int32(message.Body, 0);
                    break;
                case 'Z':
                    await client.FlushAsync(cancellationToken);
                    return true;
            }
        }

        await client.FlushAsync(cancellationToken);
        return false;
    }

    async Task<WireMessage> NextAsync(CancellationToken cancellationToken)
    {
        var message = await server.ReadAsync(cancellationToken)
            ?? throw new EndOfStreamException("the scratch server ended the connection");
        if (message.Type == 'Z')
        {
            status = (char)message.Body[0];
            isOpen = status != 'I';
        }

        return message;
    }

    Func<string, Task<string?>> Ask(CancellationToken cancellationToken) => sql => AskAsync(sql, cancellationToken);

    /// <summary>Runs a query of the observer in the session, under names of its own, and closes what it made.</summary>
    async Task<string?> AskAsync(string sql, CancellationToken cancellationToken)
    {
        WireMessage[] messages =
        [
            WireText.Message('P', [Name, sql], 0, 0),
            WireText.Message('B', [Name, Name], 0, 0, 0, 0, 0, 0),
            WireText.Message('E', [Name], 0, 0, 0, 0),
            WireText.Message('C', [$"P{Name}"]),
            WireText.Message('C', [$"S{Name}"]),
            new(isPipeline ? 'H' : 'S', []),
        ];
        foreach (var message in messages)
        {
            await server.WriteAsync(message, cancellationToken);
        }

        await server.FlushAsync(cancellationToken);
        string? value = null;
        for (var closed = 0; closed < 2;)
        {
            var answer = await NextAsync(cancellationToken);
            switch (answer.Type)
            {
                case 'D':
                    value = WireText.ReadOnlyColumn(answer.Body);
                    break;
                case '3':
                    closed++;
                    break;
                case 'E':
                    throw new IOException($"the observer's query failed: {WireText.ReadError(answer.Body).Message}");
                case 'S' or 'A' or 'N':
                    await client.WriteAsync(answer, cancellationToken);
                    break;
            }
        }

        while (!isPipeline && (await NextAsync(cancellationToken)).Type != 'Z')
        {
        }

        return value;
    }
}
