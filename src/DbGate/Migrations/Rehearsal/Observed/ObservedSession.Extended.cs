using DbGate.Migrations.Execution;
using DbGate.Statements;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>The extended protocol: parse, bind, describe, execute and sync.</summary>
partial class ObservedSession
{
    async Task ExtendedAsync(WireMessage message, CancellationToken cancellationToken)
    {
        switch (message.Type)
        {
            case 'P':
                var (name, next) = WireText.ReadText(message.Body, 0);
                lastParsed = prepared[name] = WireText.ReadText(message.Body, next).Text;
                Demand(lastParsed);
                await PassAsync(message, cancellationToken);
                break;
            case 'B':
                var (portal, after) = WireText.ReadText(message.Body, 0);
                portals[portal] = new(
                    prepared.GetValueOrDefault(WireText.ReadText(message.Body, after).Text, ""), WireText.ReadParameters(message.Body))
                {
                    Shown = WireText.DescribeParameters(message.Body),
                };
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

        var statement = new SqlStatement(bound.Text.Trim(), 0, 1, 1);
        var command = TransactionCommands.Read(statement);
        Task<WireReply> Run() => ExecuteOnceAsync(message, cancellationToken);
        if (StatementObserver.IsControl(command))
        {
            var reply = await observer.ControlAsync(bound with { Text = statement.Text }, command, Ask(cancellationToken), Run);
            isOpen = reply.Error is null
                && command is TransactionCommand.Begin or TransactionCommand.CommitAndChain or TransactionCommand.RollbackAndChain;
            isImplicit = false;
            return;
        }

        var isWithin = isOpen || MeasuringRules.MayBeWrapped(statement);
        isImplicit |= !isOpen;
        await observer.ObserveAsync(
            bound with { Text = statement.Text }, isWithin, Ask(cancellationToken), Run, null, cancellationToken);
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
}
