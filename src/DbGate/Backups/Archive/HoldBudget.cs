namespace DbGate.Backups.Archive;

/// <summary>
/// Bounds the compressed blocks that wait for their turn in the file, and tells whose turn it is. Parts are made at the same time but written
/// one after the other; the part whose turn it is (the head) may always go on, from a reserve of its own, so the others can never
/// starve it.
/// </summary>
sealed class HoldBudget(int blocks)
{
    const int Reserve = 32;

    readonly object gate = new();
    readonly Dictionary<int, Part> parts = [];
    IReadOnlyCollection<int> heads = [0];
    TaskCompletionSource? changed;
    int held;
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
    /// Waits until one of the parts can be written, and makes it the head for one run: one that has a complete run, the most held of them. While nothing more may
    /// be held, the most held of all: its run need not fit into memory. A single part is taken at once.
    /// </summary>
    public async Task<int> TurnAsync(IReadOnlyCollection<int> candidates, CancellationToken ct)
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
                    return chosen.Value;
                }

                changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = changed.Task;
            }

            await waiting.WaitAsync(ct);
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

        var most = candidates.Where(order => Of(order).Runs > 0).DefaultIfEmpty(-1).MaxBy(order => order < 0 ? 0 : Of(order).Held);
        if (most < 0 && held >= blocks)
        {
            most = candidates.MaxBy(order => Of(order).Held);
            most = Of(most).Held > 0 ? most : -1;
        }

        return most < 0 ? null : most;
    }

    bool MayTake(int order) => failure is not null || held < blocks || (held < blocks + Reserve && heads.Contains(order));

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
    }
}
