using DbGate.Migrations.Execution;
using DbGate.Problems;
using DbGate.Statements;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>The simple protocol: texts of one or more statements.</summary>
partial class ObservedSession
{
    /// <summary>A text of the simple protocol: any number of statements.</summary>
    async Task QueryAsync(WireMessage message, CancellationToken cancellationToken)
    {
        var text = WireText.ReadText(message.Body, 0).Text;
        var script = Split(text);
        foreach (var statement in script?.Statements.Select(one => one.Text) ?? [text])
        {
            Demand(statement);
        }

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
        if (status == 'I' && HasSavepointOutside(script))
        {
            return null; // The server refuses it, and would not in a transaction that the observer has begun.
        }

        if (status == 'I')
        {
            return script.Statements is [var only] && !StatementObserver.IsControl(TransactionCommands.Read(only))
                && !MeasuringRules.MayBeWrapped(only)
                ? [new ScriptStep(StepKind.Alone, only.Text, 0)]
                : ScriptSteps.From(script, TransactionRule.WholeFile);
        }

        var commands = script.Statements.Select(TransactionCommands.Read).ToArray();
        return script.Statements.Count > 1 && commands.Any(StatementObserver.IsControl)
            ? null
            : [.. script.Statements.Select((statement, index) => new ScriptStep(
                StatementObserver.IsControl(commands[index]) ? StepKind.Control : StepKind.Statement, statement.Text, index,
                commands[index]))];
    }

    static bool HasSavepointOutside(SqlScript script)
    {
        var isOpen = false;
        foreach (var command in script.Statements.Select(TransactionCommands.Read))
        {
            switch (command)
            {
                case TransactionCommand.Savepoint or TransactionCommand.RollbackTo when !isOpen:
                    return true;
                case TransactionCommand.Begin or TransactionCommand.CommitAndChain or TransactionCommand.RollbackAndChain:
                    isOpen = true;
                    break;
                case TransactionCommand.Commit or TransactionCommand.Rollback:
                    isOpen = false;
                    break;
            }
        }

        return false;
    }

    static SqlScript? Split(string text)
    {
        if (text.StartsWith('\uFEFF'))
        {
            return null; // The splitter leaves a byte-order mark out, and the server refuses it.
        }

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
}
