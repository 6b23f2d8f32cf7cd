using DbGate.Storage.Streams;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>
/// A child's standard output whose every read has a deadline: a child that stays silent for longer is stopped, and the read
/// then meets the end of the stream.
/// </summary>
sealed class WatchedOutput : ReadStream
{
    readonly Stream output;
    readonly CancellationTokenSource stop;
    readonly TimeSpan silence;
    readonly TimeProvider clock;
    readonly ITimer timer;
    readonly Action<int>? onRead;
    long since;

    public WatchedOutput(ChildProcess child, CancellationTokenSource stop, TimeSpan silence, TimeProvider clock, Action<int>? onRead)
    {
        (this.stop, this.silence, this.clock, this.onRead) = (stop, silence, clock, onRead);
        output = child.StandardOutput;
        Pipes.Enlarge(output);
        timer = clock.CreateTimer(_ => Check(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>The child was ended because it stayed silent.</summary>
    public bool WasSilent { get; private set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        Volatile.Write(ref since, clock.GetTimestamp());
        var read = output.Read(buffer, offset, count);
        Volatile.Write(ref since, 0);
        onRead?.Invoke(read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            timer.Dispose();
        }

        base.Dispose(disposing);
    }

    void Check()
    {
        if (Volatile.Read(ref since) is not 0 and var started && clock.GetElapsedTime(started) > silence && !WasSilent)
        {
            WasSilent = true;
            stop.Cancel();
        }
    }
}
