using DbGate.Backups.Dump;
using DbGate.Postgres;
using DbGate.Processes;
using DbGate.Problems;

namespace DbGate.Backups.Restores;

/// <summary>What every <c>psql</c> of one restore shares.</summary>
/// <param name="Psql">The client.</param>
/// <param name="Environment">How it connects.</param>
/// <param name="Encoding">The encoding of the text; null leaves it to the text.</param>
/// <param name="Deadline">The time for all of it.</param>
sealed record FeedContext(ClientTool Psql, LibpqEnvironment Environment, string? Encoding, TimeSpan Deadline)
{
    public ChildProcess Start(CancellationToken cancellationToken) => ChildProcess.Start(
        Psql.Command(
            ["-X", "-q", "-A", "-t", "--no-password", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-f", "-"],
            new Dictionary<string, string?>(Environment.Variables) { ["PGCLIENTENCODING"] = Encoding }) with
        {
            Secrets = Environment.Secrets,
            Deadline = Deadline,
            StopSignal = StopSignal.Interrupt,
        },
        cancellationToken);
}

/// <summary>
/// One <c>psql</c> that is given SQL, by one thread. It stops at the first error, and whatever it was given counts only when
/// <see cref="Complete"/> returns: disposed before, it is ended in the middle of what it does, and the server rolls that back.
/// </summary>
sealed class PsqlFeed : IDisposable
{
    const int BufferSize = 256 * 1024;

    readonly CancellationTokenSource stop;
    readonly ChildProcess child;
    readonly Task drained;
    readonly Action<int>? onWritten;
    readonly byte[] buffer = new byte[BufferSize];

    public PsqlFeed(FeedContext context, Action<int>? onWritten, CancellationToken cancellationToken)
    {
        this.onWritten = onWritten;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        child = context.Start(stop.Token);
        drained = Task.Run(() => child.StandardOutput.CopyToAsync(Stream.Null, CancellationToken.None), CancellationToken.None);
    }

    /// <summary>The operating system's process id.</summary>
    public int Id => child.Id;

    /// <summary>Gives it all that a stream holds. What the stream throws is thrown on, and nothing more is given.</summary>
    /// <param name="sql">The text.</param>
    /// <param name="what">What it is, for the error.</param>
    public void Write(Stream sql, string what)
    {
        int read;
        while ((read = sql.Read(buffer, 0, buffer.Length)) > 0)
        {
            Write(buffer.AsSpan(0, read), what);
        }
    }

    /// <summary>Gives it a text.</summary>
    /// <exception cref="GateException">DBG0708: it has ended; its last words tell why.</exception>
    public void Write(ReadOnlySpan<byte> sql, string what)
    {
        try
        {
            child.StandardInput.Write(sql);
        }
        catch (IOException)
        {
            throw Failure(what);
        }

        onWritten?.Invoke(sql.Length);
    }

    /// <summary>States that there is no more, and waits until all of it is done.</summary>
    /// <exception cref="GateException">DBG0708: the server or <c>psql</c> refused something.</exception>
    public void Complete(string what)
    {
        try
        {
            child.StandardInput.Dispose();
        }
        catch (IOException)
        {
            throw Failure(what);
        }

        var outcome = child.WaitAsync().GetAwaiter().GetResult();
        drained.GetAwaiter().GetResult();
        if (!outcome.Succeeded)
        {
            throw RestoreProblems.LoadFailed(what, outcome);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        child.DisposeAsync().AsTask().GetAwaiter().GetResult();
        stop.Dispose();
    }

    GateException Failure(string what) => RestoreProblems.LoadFailed(what, child.WaitAsync().GetAwaiter().GetResult());
}
