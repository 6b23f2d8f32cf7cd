using System.ComponentModel;
using System.Diagnostics;
using DbGate.Problems;

namespace DbGate.Processes;

/// <summary>
/// A program that DbGate started and owns: its error output is always drained and its last words kept, its deadline runs from the start,
/// and it does not outlive this object, nor do its children.
/// </summary>
/// <remarks>
/// <see cref="Process"/> and no library over it: dumps pass at gigabytes per second through <see cref="StandardOutput"/> and
/// <see cref="StandardInput"/>, which are the operating system's pipes themselves. Read and write them synchronously with large buffers on
/// a thread of your own.
/// </remarks>
sealed class ChildProcess : IAsyncDisposable
{
    // A grandchild may hold the pipes open after the child has gone.
    static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(2);

    // How long a child may take when a person cancels; the whole run is to end within a second.
    static readonly TimeSpan CancelGrace = TimeSpan.FromMilliseconds(700);

    // A terminal sends its signal to this process and to the child at once; the child may be the first to end.
    static readonly TimeSpan SignalGrace = TimeSpan.FromMilliseconds(500);

    static readonly System.Collections.Concurrent.ConcurrentDictionary<int, byte> Running = new();

    readonly ChildCommand command;
    readonly Process process;
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly CancellationTokenSource stop;
    readonly CancellationToken caller;
    readonly LineCapture errors;
    readonly Task drained;
    readonly Task ended;
    readonly Stream output;
    readonly LineCapture? captured;
    bool overdue;

    ChildProcess(ChildCommand command, Process process, bool capture, CancellationToken cancellationToken)
    {
        (this.command, this.process, caller) = (command, process, cancellationToken);
        output = process.StandardOutput.BaseStream;
        var scrubber = new Scrubber(command.Secrets);

        errors = new LineCapture(scrubber, command.TailLength, isError: true, command.OnLine);
        var draining = new List<Task> { Task.Run(() => errors.DrainAsync(process.StandardError.BaseStream), CancellationToken.None) };
        if (capture)
        {
            captured = new LineCapture(scrubber, command.TailLength, isError: false, command.OnLine);
            draining.Add(Task.Run(() => captured.DrainAsync(output), CancellationToken.None));
        }

        drained = Task.WhenAll(draining);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(command.Deadline);
        ended = Task.Run(WatchAsync, CancellationToken.None);
    }

    /// <summary>The operating system's process id.</summary>
    public int Id { get; private init; }

    /// <summary>The child's standard output. Anyone who takes it reads it to its end; otherwise the child would wait forever.</summary>
    public Stream StandardOutput => captured is null ? output : throw new InvalidOperationException("The output is captured.");

    /// <summary>The child's standard input; dispose it to state that there is no more.</summary>
    public Stream StandardInput => process.StandardInput.BaseStream;

    /// <summary>The last words up to now, scrubbed.</summary>
    public string StandardErrorTail => errors.Tail;

    /// <summary>It has not ended yet.</summary>
    public bool IsRunning => !ended.IsCompleted;

    /// <summary>Runs a program to its end with nothing to read, capturing both outputs.</summary>
    /// <exception cref="GateException">It could not be started (DBG0043), or did not end in time and was killed (DBG0044).</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the child and its children were ended.</exception>
    public static Task<ChildOutcome> RunAsync(ChildCommand command, CancellationToken cancellationToken) =>
        RunAsync(command, "", cancellationToken);

    /// <inheritdoc cref="RunAsync(ChildCommand, CancellationToken)"/>
    /// <param name="command">What to start.</param>
    /// <param name="input">What the child reads, then the end.</param>
    /// <param name="cancellationToken">Ends the child.</param>
    public static async Task<ChildOutcome> RunAsync(ChildCommand command, string input, CancellationToken cancellationToken)
    {
        await using var child = Start(command, capture: true, cancellationToken);
        try
        {
            await child.process.StandardInput.WriteAsync(input.AsMemory(), child.stop.Token);
            child.process.StandardInput.Close();
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            // It did not want to read on; its exit code and its last words tell why.
        }

        return await child.WaitAsync();
    }

    /// <summary>Starts a program and hands over its pipes.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="cancellationToken">Ends the child, as disposing does.</param>
    /// <exception cref="GateException">It could not be started (DBG0043).</exception>
    public static ChildProcess Start(ChildCommand command, CancellationToken cancellationToken = default) =>
        Start(command, capture: false, cancellationToken);

    /// <summary>
    /// Waits until the child has ended and its error output is read. Read <see cref="StandardOutput"/> to its end before, or meanwhile.
    /// </summary>
    /// <exception cref="GateException">It did not end in time and was killed (DBG0044).</exception>
    /// <exception cref="OperationCanceledException">The token given at the start was cancelled; the child was ended.</exception>
    public async Task<ChildOutcome> WaitAsync()
    {
        await ended;
        await Task.WhenAny(drained, Task.Delay(PipeGrace, CancellationToken.None));
        var outcome = new ChildOutcome(process.ExitCode, captured?.Tail ?? "", errors.Tail, watch.Elapsed);

        if (!overdue && EndedBySignal(outcome))
        {
            await Task.WhenAny(Task.Delay(SignalGrace, CancellationToken.None), Task.Delay(Timeout.Infinite, caller)).ConfigureAwait(false);
        }

        caller.ThrowIfCancellationRequested();
        return overdue ? throw ProcessProblems.TookTooLong(command, outcome) : outcome;
    }

    /// <summary>Kills every child of this process with its children: before the process ends without unwinding.</summary>
    internal static void KillAll()
    {
        foreach (var id in Running.Keys)
        {
            ProcessTree.From(id, halt: false).Kill();
        }
    }

    /// <summary>A signal ended it: by its exit code, or by what PostgreSQL's programs write when a person interrupts them.</summary>
    internal static bool EndedBySignal(ChildOutcome outcome) =>
        outcome.ExitCode > 128
        || (!outcome.Succeeded
        && (outcome.StandardError.Contains("terminated by user", StringComparison.Ordinal)
        || outcome.StandardError.Contains("canceling statement due to user request", StringComparison.Ordinal)));

    /// <summary>Ends the child and its children, if they are still there.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await ended;
        await Task.WhenAny(drained, Task.Delay(PipeGrace, CancellationToken.None));
        process.Dispose();
        stop.Dispose();
    }

    static ChildProcess Start(ChildCommand command, bool capture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(command);
        cancellationToken.ThrowIfCancellationRequested();

        var start = new ProcessStartInfo(command.Path, command.Arguments)
        {
            WorkingDirectory = command.WorkingDirectory ?? "",
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in ChildEnvironment.For(command, System.Environment.GetEnvironmentVariables()))
        {
            start.Environment[name] = value;
        }

        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
            Running.TryAdd(process.Id, 0);
            return new ChildProcess(command, process, capture, cancellationToken) { Id = process.Id };
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException or IOException)
        {
            throw ProcessProblems.CannotStart(command, fault);
        }
    }

    async Task WatchAsync()
    {
        try
        {
            await process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            overdue = true;
            var tree = ProcessTree.From(process.Id, halt: !command.IsAlone);
            if (!OperatingSystem.IsWindows())
            {
                tree.Signal(command.StopSignal);
                // A person who cancels waits; a migration tool gets its whole time, so that it can undo.
                var grace =
                    caller.IsCancellationRequested && command.EnvironmentBase == EnvironmentBase.Clean && command.Grace > CancelGrace
                        ? CancelGrace
                        : command.Grace;
                await Task.WhenAny(process.WaitForExitAsync(CancellationToken.None), Task.Delay(grace, CancellationToken.None));
            }

            tree.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }

        watch.Stop();
        Running.TryRemove(process.Id, out _);
        if (command.CleanUp is { } cleanUp && process.ExitCode != 0)
        {
            try
            {
                await RunAsync(cleanUp, CancellationToken.None);
            }
            catch (GateException)
            {
                // Nothing is there that could take it away.
            }
        }
    }
}
