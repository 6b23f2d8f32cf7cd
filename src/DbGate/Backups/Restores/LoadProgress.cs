namespace DbGate.Backups.Restores;

/// <summary>Adds up what all connections did and reports it, a few times per second at most.</summary>
sealed class LoadProgress(IProgress<RestoreProgress>? listener, TimeProvider clock)
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    readonly Lock gate = new();
    string stage = "";
    long done;
    long told;

    /// <summary>How much there will be.</summary>
    public long Total { get; set; }

    /// <summary>Bytes so far.</summary>
    public long Done => Interlocked.Read(ref done);

    /// <summary>Begins a stage.</summary>
    public void Stage(string name)
    {
        stage = name;
        Tell();
    }

    /// <summary>Begins a stage with a measure of its own.</summary>
    public void Stage(string name, long total)
    {
        Interlocked.Exchange(ref done, 0);
        Total = total;
        Stage(name);
    }

    /// <summary>Some more bytes.</summary>
    public void Add(int bytes)
    {
        Interlocked.Add(ref done, bytes);
        if (listener is not null && clock.GetElapsedTime(Interlocked.Read(ref told)) >= Interval)
        {
            Tell();
        }
    }

    void Tell()
    {
        if (listener is null)
        {
            return;
        }

        lock (gate)
        {
            Interlocked.Exchange(ref told, clock.GetTimestamp());
            listener.Report(new(stage, Done, Total));
        }
    }
}
