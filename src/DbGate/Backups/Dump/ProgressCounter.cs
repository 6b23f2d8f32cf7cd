using System.Collections.Concurrent;

namespace DbGate.Backups.Dump;

/// <summary>Adds up what all workers did and reports it, a few times per second at most.</summary>
sealed class ProgressCounter(IProgress<BackupProgress>? listener, TimeProvider clock)
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    readonly ConcurrentQueue<string> heard = new();
    string stage = "connecting";
    string what = "";
    long plain;
    long rows;
    long stored;
    long last;

    /// <summary>What the tables weigh together.</summary>
    public long Expected { get; set; }

    /// <summary>What the clients stated although they succeeded.</summary>
    public IReadOnlyCollection<string> Warnings => heard;

    /// <summary>Bytes read.</summary>
    public long PlainBytes => Interlocked.Read(ref plain);

    public void Stage(string name)
    {
        stage = name;
        what = "";
        Tell();
    }

    public void Begin(string name)
    {
        what = name;
        TellSometimes();
    }

    public void Add(int bytes)
    {
        Interlocked.Add(ref plain, bytes);
        TellSometimes();
    }

    public void AddRows(long count) => Interlocked.Add(ref rows, count);

    // The first bytes are told at once: from then on the archive exists.
    public void AddStored(int bytes)
    {
        if (Interlocked.Add(ref stored, bytes) == bytes)
        {
            Tell();
        }
    }

    public void Heard(string words)
    {
        foreach (var line in words.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!heard.Contains(line))
            {
                heard.Enqueue(line);
            }
        }
    }

    void TellSometimes()
    {
        var before = Interlocked.Read(ref last);
        var now = clock.GetTimestamp();
        if (listener is not null
            && clock.GetElapsedTime(before, now) >= Interval
            && Interlocked.CompareExchange(ref last, now, before) == before)
        {
            Tell();
        }
    }

    void Tell() => listener?.Report(new(stage, what, PlainBytes, Interlocked.Read(ref rows), Interlocked.Read(ref stored), Expected));
}
