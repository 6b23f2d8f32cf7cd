namespace DbGate.Backups.Archive;

/// <summary>
/// Bounds the compressed blocks that wait for their turn in the file, and reports whose turn it is. Parts are made at the same time but
/// written one after the other; the part whose turn it is (the head) may always go on, from a reserve of its own, so the others can never
/// starve it. Nor can it starve them: it uses the reserve only while it holds next to nothing, and comes last after its run. A connection
/// that is not read from for minutes would be cut by whatever is between.
/// </summary>
sealed class WriteScheduler(int blocks)
{
    const int Reserve = 32;
    const int NextToNothing = 4;

    readonly object gate = new();
    readonly Dictionary<int, Part> parts = [];
    IReadOnlyCollection<int> heads = [0];
    TaskCompletionSource? changed;
    int held;
    int turns;
    Exception? failure;

    /// <summary>How long workers have waited for the store, summed over all of them.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>Waits until one more block of the part may be held.</summary>
    public void Acquire(int order)
    {
        lock (gate)
        {
            if (!MayTake(order))
            {
                var started = TimeProvider.System.GetTimestamp();
                while (!MayTake(order))
                {
                    Monitor.Wait(gate);
                }

                Waited += TimeProvider.System.GetElapsedTime(started);
            }

            ThrowIfFailed();
            held++;
            Of(order).Held++;
            if (held >= blocks)
            {
                changed?.TrySetResult();
            }
        }
    }

    /// <summary>A block of the part was written.</summary>
    public void Release(int order) => Change(() =>
    {
        held--;
        Of(order).Held--;
    });

    /// <summary>A run of the part is complete: it can be written without waiting for the part's worker.</summary>
    public void EndRun(int order) => Change(() =>
    {
        Of(order).Runs++;
        changed?.TrySetResult();
    });

    /// <summary>
    /// Waits until one of the parts can be written, and makes it the head for one run: of those with a complete run the one whose last turn
    /// is longest ago. While nothing more may be held, the most held of all: its run need not fit into memory. A single part is taken at
    /// once.
    /// </summary>
    public async Task<int> TurnAsync(IReadOnlyCollection<int> candidates, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task waiting;
            lock (gate)
            {
                ThrowIfFailed();
                var chosen = Choose(candidates);
                heads = chosen is { } head ? [head] : candidates;
                Monitor.PulseAll(gate);
                if (chosen is not null)
                {
                    Of(chosen.Value).LastTurn = ++turns;
                    return chosen.Value;
                }

                changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = changed.Task;
            }

            await waiting.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The head's run is written.</summary>
    public void EndTurn(int order) => Change(() => Of(order).Runs--);

    /// <summary>Wakes everyone who waits with a cancellation.</summary>
    public void Fail(Exception reason) => Change(() =>
    {
        failure ??= reason;
        changed?.TrySetResult();
    });

    int? Choose(IReadOnlyCollection<int> candidates)
    {
        if (candidates.Count == 1)
        {
            return candidates.First();
        }

        int[] complete = [.. candidates.Where(order => Of(order).Runs > 0)];
        if (complete.Length > 0)
        {
            return complete.MinBy(order => Of(order).LastTurn);
        }

        var most = candidates.MaxBy(order => Of(order).Held);
        return held >= blocks && Of(most).Held > 0 ? most : null;
    }

    bool MayTake(int order) =>
        failure is not null || held < blocks || (held < blocks + Reserve && heads.Contains(order) && Of(order).Held < NextToNothing);

    Part Of(int order) => parts.TryGetValue(order, out var part) ? part : parts[order] = new();

    void ThrowIfFailed()
    {
        if (failure is not null)
        {
            throw new OperationCanceledException("The backup has failed elsewhere.", failure);
        }
    }

    void Change(Action change)
    {
        lock (gate)
        {
            change();
            Monitor.PulseAll(gate);
        }
    }

    sealed class Part
    {
        public int Held { get; set; }

        public int Runs { get; set; }

        public int LastTurn { get; set; }
    }
}
