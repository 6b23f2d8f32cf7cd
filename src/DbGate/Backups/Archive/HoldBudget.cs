namespace DbGate.Backups.Archive;

/// <summary>
/// Bounds the compressed blocks that wait for their turn in the file. Parts are made at the same time but written one after
/// the other; the part whose turn it is (the head) may always go on, from a reserve of its own, so the others can never
/// starve it.
/// </summary>
sealed class HoldBudget(int blocks)
{
    const int Reserve = 32;

    readonly object gate = new();
    int held;
    int head;
    Exception? failure;

    /// <summary>How long workers have waited for the store, summed over all of them.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>The order of the part whose turn it is.</summary>
    public int Head
    {
        get
        {
            lock (gate)
            {
                return head;
            }
        }
    }

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

            if (failure is not null)
            {
                throw new OperationCanceledException("The backup has failed elsewhere.", failure);
            }

            held++;
        }
    }

    /// <summary>A block was written.</summary>
    public void Release() => Change(() => held--);

    /// <summary>The head is written; the next part's turn.</summary>
    public void Advance() => Change(() => head++);

    /// <summary>Wakes every waiting worker with a cancellation.</summary>
    public void Fail(Exception reason) => Change(() => failure ??= reason);

    bool MayTake(int order) => failure is not null || held < blocks + (order == head ? Reserve : 0);

    void Change(Action change)
    {
        lock (gate)
        {
            change();
            Monitor.PulseAll(gate);
        }
    }
}
