using DbGate.Migrations.Execution;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>How the server ended a statement.</summary>
/// <param name="Tag">Its tag; empty when it failed.</param>
/// <param name="Error">Why it failed.</param>
sealed record WireReply(string Tag, WireError? Error);

/// <summary>
/// One connection of the command: what the client sends reaches the server statement by statement, and between two statements the observer
/// asks the same session what its transaction holds. A text of several statements is taken apart as <see cref="ScriptSteps"/> does for the
/// other rehearsal, so that its locks can be read, too. The client receives the server's own answers.
/// </summary>
/// <param name="client">The command's side.</param>
/// <param name="server">The scratch server's side.</param>
/// <param name="cancel">Hands on a request to cancel, which comes over a connection of its own.</param>
/// <param name="start">Makes the observer, once the server's process is known.</param>
sealed class ObservedSession(
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
    readonly Dictionary<string, (string Sql, IReadOnlyList<string> Values)> portals = new(StringComparer.Ordinal);
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

    /// <summary>A text of the simple protocol: any number of statements.</summary>
    async Task QueryAsync(WireMessage message, CancellationToken cancellationToken)
    {
        var text = WireText.ReadText(message.Body, 0).Text;
        var script = Split(text);
        var steps = script is null || status == 'E' ? null : Steps(script);
        if (steps is null or [])
        {
            var command = status == 'E' ? TransactionCommands.Read(new SqlStatement(text.Trim(), 0, 1, 1)) : TransactionCommand.None;
            await (status == 'E' || steps is []
                ? observer.PassAsync(command, () => SendAsync(message, true, true, 0, cancellationToken))
                : observer.ObserveAsync(
                    new(text, []), isWithin: false, Ask(cancellationToken),
                    () => SendAsync(message, true, true, 0, cancellationToken), null, cancellationToken));
        }
        else
        {
            await RunAsync(script!, steps, cancellationToken);
        }

        await client.WriteAsync(WireText.Ready(status), cancellationToken);
        await client.FlushAsync(cancellationToken);
    }

    async Task RunAsync(SqlScript script, IReadOnlyList<ScriptStep> steps, CancellationToken cancellationToken)
    {
        var isOwn = false;
        var isAlone = script.Statements.Count == 1;
        foreach (var step in steps)
        {
            var offset = step.Index < 0 ? 0 : script.Statements[step.Index].Offset;
            Task<WireReply> Send(bool isHeld) => SendAsync(
                WireText.Message('Q', [step.Text]), step.Index >= 0, step.Index >= 0 && !isHeld, offset, cancellationToken);
            WireReply reply;
            switch (step.Kind)
            {
                case StepKind.Open:
                    reply = await Send(false);
                    isOwn = true;
                    break;
                case StepKind.Close:
                    await observer.LearnAsync(Ask(cancellationToken));
                    reply = await SendAsync(WireText.Message('Q', [step.Text]), false, true, 0, cancellationToken);
                    if (reply.Error is { } late)
                    {
                        observer.AddFailed("COMMIT", late);
                    }

                    observer.End(reply.Tag == "COMMIT");
                    isOwn = false;
                    break;
                case StepKind.Control:
                    reply = await observer.ControlAsync(
                        new(step.Text, []), step.Command, Ask(cancellationToken), () => Send(false));
                    isOwn = false;
                    break;
                default:
                    var mayRefuse = isOwn && isAlone;
                    reply = await observer.ObserveAsync(
                        new(step.Text, []), status != 'I', Ask(cancellationToken), () => Send(mayRefuse),
                        mayRefuse ? Refuses : null, cancellationToken);
                    if (reply.Error is { } error && mayRefuse)
                    {
                        await SendAsync(WireText.Message('Q', ["rollback"]), false, false, 0, cancellationToken);
                        observer.End(isCommitted: false);
                        isOwn = false;
                        if (Refuses(error))
                        {
                            reply = await observer.ObserveAsync(
                                new(step.Text, []), isWithin: false, Ask(cancellationToken), () => Send(false), null, cancellationToken);
                            observer.End(reply.Error is null);
                            return;
                        }

                        await client.WriteAsync(held!.Value, cancellationToken);
                        return;
                    }

                    if (status == 'I')
                    {
                        observer.End(reply.Error is null);
                    }

                    break;
            }

            if (reply.Error is not null)
            {
                break;
            }
        }

        if (isOwn)
        {
            await SendAsync(WireText.Message('Q', ["rollback"]), false, false, 0, cancellationToken);
            observer.End(isCommitted: false);
        }
    }

    static bool Refuses(WireError error) => RefusesTransaction.Contains(error.SqlState);

    /// <summary>The steps of a text; null where it cannot be taken apart without changing what it does.</summary>
    IReadOnlyList<ScriptStep>? Steps(SqlScript script)
    {
        if (status == 'I')
        {
            return script.Statements is [var only] && !StatementObserver.IsControl(TransactionCommands.Read(only))
                && !MeasuringRules.MayBeWrapped(only)
                ? [new ScriptStep(StepKind.Alone, only.Text, 0)]
                : ScriptSteps.Of(script, TransactionRule.WholeFile);
        }

        var commands = script.Statements.Select(TransactionCommands.Read).ToArray();
        return script.Statements.Count > 1 && commands.Any(StatementObserver.IsControl)
            ? null
            : [.. script.Statements.Select((statement, index) => new ScriptStep(
                StatementObserver.IsControl(commands[index]) ? StepKind.Control : StepKind.Statement, statement.Text, index,
                commands[index]))];
    }

    static SqlScript? Split(string text)
    {
        try
        {
            return StatementSplitter.Split(text, "");
        }
        catch (GateException)
        {
            return null; // The server may accept what the splitter refuses; its answer counts.
        }
    }

    /// <summary>Sends one text of the simple protocol and reads the answers up to ReadyForQuery, which it keeps.</summary>
    async Task<WireReply> SendAsync(
        WireMessage query, bool isForwarded, bool showsError, int offset, CancellationToken cancellationToken)
    {
        await server.WriteAsync(query, cancellationToken);
        await server.FlushAsync(cancellationToken);
        var reply = new WireReply("", null);
        while (await NextAsync(cancellationToken) is { Type: not 'Z' } message)
        {
            switch (message.Type)
            {
                case 'C':
                    reply = new(WireText.ReadText(message.Body, 0).Text, null);
                    break;
                case 'E':
                    reply = new("", WireText.ReadError(message.Body));
                    held = WireText.Moved(message, offset);
                    if (showsError)
                    {
                        await client.WriteAsync(held.Value, cancellationToken);
                    }

                    continue;
                case 'G' when isForwarded:
                    await CopyAsync(message, cancellationToken);
                    continue;
            }

            if (isForwarded || message.Type is 'S' or 'A')
            {
                await client.WriteAsync(message, cancellationToken);
            }
        }

        return reply;
    }

    /// <summary>The rows of COPY … FROM STDIN.</summary>
    async Task CopyAsync(WireMessage begin, CancellationToken cancellationToken)
    {
        await client.WriteAsync(begin, cancellationToken);
        await client.FlushAsync(cancellationToken);
        while (await client.ReadAsync(cancellationToken) is { } message)
        {
            await server.WriteAsync(message, cancellationToken);
            if (message.Type is 'c' or 'f')
            {
                if (isPipeline)
                {
                    await server.WriteAsync(new('H', []), cancellationToken);
                }

                await server.FlushAsync(cancellationToken);
                return;
            }
        }

        throw new EndOfStreamException("the command ended within COPY");
    }

    async Task ExtendedAsync(WireMessage message, CancellationToken cancellationToken)
    {
        switch (message.Type)
        {
            case 'P':
                var (name, next) = WireText.ReadText(message.Body, 0);
                lastParsed = prepared[name] = WireText.ReadText(message.Body, next).Text;
                await PassAsync(message, cancellationToken);
                break;
            case 'B':
                var (portal, after) = WireText.ReadText(message.Body, 0);
                portals[portal] = (prepared.GetValueOrDefault(WireText.ReadText(message.Body, after).Text, ""),
                    WireText.ReadParameters(message.Body));
                await PassAsync(message, cancellationToken);
                break;
            case 'E':
                await ExecuteAsync(message, cancellationToken);
                break;
            case 'H':
                await DrainAsync(cancellationToken);
                await client.FlushAsync(cancellationToken);
                break;
            case 'S':
                await SyncAsync(message, cancellationToken);
                break;
            case 'D' or 'C':
                await PassAsync(message, cancellationToken);
                break;
            default:
                await server.WriteAsync(message, cancellationToken); // the end of a COPY that has failed
                break;
        }
    }

    async Task PassAsync(WireMessage message, CancellationToken cancellationToken)
    {
        isPipeline = true;
        await server.WriteAsync(message, cancellationToken);
        pending += hasFailed ? 0 : 1;
    }

    async Task ExecuteAsync(WireMessage message, CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        isPipeline = true;
        var portal = WireText.ReadText(message.Body, 0).Text;
        if (hasFailed)
        {
            await server.WriteAsync(message, cancellationToken); // The server passes over it, up to the Sync.
            return;
        }

        if (!portals.Remove(portal, out var bound))
        {
            await ExecuteOnceAsync(message, cancellationToken); // The next rows of a portal.
            return;
        }

        var statement = new SqlStatement(bound.Sql.Trim(), 0, 1, 1);
        var command = TransactionCommands.Read(statement);
        Task<WireReply> Run() => ExecuteOnceAsync(message, cancellationToken);
        if (StatementObserver.IsControl(command))
        {
            var reply = await observer.ControlAsync(new(statement.Text, bound.Values), command, Ask(cancellationToken), Run);
            isOpen = reply.Error is null
                && command is TransactionCommand.Begin or TransactionCommand.CommitAndChain or TransactionCommand.RollbackAndChain;
            isImplicit = false;
            return;
        }

        var isWithin = isOpen || MeasuringRules.MayBeWrapped(statement);
        isImplicit |= !isOpen;
        await observer.ObserveAsync(
            new(statement.Text, bound.Values), isWithin, Ask(cancellationToken), Run, null, cancellationToken);
    }

    async Task<WireReply> ExecuteOnceAsync(WireMessage message, CancellationToken cancellationToken)
    {
        await server.WriteAsync(message, cancellationToken);
        await server.WriteAsync(new('H', []), cancellationToken);
        await server.FlushAsync(cancellationToken);
        while (true)
        {
            var answer = await NextAsync(cancellationToken);
            switch (answer.Type)
            {
                case 'G':
                    await CopyAsync(answer, cancellationToken);
                    continue;
                case 'E':
                    hasFailed = true;
                    await client.WriteAsync(answer, cancellationToken);
                    return new("", WireText.ReadError(answer.Body));
                default:
                    await client.WriteAsync(answer, cancellationToken);
                    break;
            }

            if (answer.Type is 'C' or 'I' or 's')
            {
                return new(answer.Type == 'C' ? WireText.ReadText(answer.Body, 0).Text : "", null);
            }
        }
    }

    async Task SyncAsync(WireMessage message, CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        if (isImplicit && !hasFailed)
        {
            await observer.LearnAsync(Ask(cancellationToken));
        }

        await server.WriteAsync(message, cancellationToken);
        await server.FlushAsync(cancellationToken);
        var hadFailed = hasFailed;
        await ReadToReadyAsync(cancellationToken);
        if (isImplicit)
        {
            observer.End(!hasFailed);
        }

        if (hasFailed && !hadFailed && held is { } error)
        {
            observer.AddFailed("COMMIT", WireText.ReadError(error.Body)); // what is deferred to the end fails there
        }

        (isImplicit, hasFailed, isPipeline, pending) = (false, false, false, 0);
        await client.WriteAsync(WireText.Ready(status), cancellationToken);
        await client.FlushAsync(cancellationToken);
    }

    async Task ReadToReadyAsync(CancellationToken cancellationToken)
    {
        await server.FlushAsync(cancellationToken);
        while (await NextAsync(cancellationToken) is { Type: not 'Z' } message)
        {
            if (message.Type == 'E')
            {
                (hasFailed, held) = (true, message);
            }

            await client.WriteAsync(message, cancellationToken);
        }
    }

    /// <summary>Reads the answers to what was passed on and not executed yet.</summary>
    async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (pending == 0)
        {
            return;
        }

        await server.WriteAsync(new('H', []), cancellationToken);
        await server.FlushAsync(cancellationToken);
        while (pending > 0 && !hasFailed)
        {
            var answer = await NextAsync(cancellationToken);
            hasFailed = answer.Type == 'E';
            if (hasFailed)
            {
                held = answer;
                observer.AddFailed(lastParsed, WireText.ReadError(answer.Body));
            }

            pending -= answer.Type is '1' or '2' or '3' or 'T' or 'n' ? 1 : 0;
            await client.WriteAsync(answer, cancellationToken);
        }

        pending = 0;
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
