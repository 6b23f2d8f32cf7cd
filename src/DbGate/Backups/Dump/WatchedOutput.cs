using DbGate.Backups.Streams;
using DbGate.Processes;

namespace DbGate.Backups.Dump;

/// <summary>
/// A child's standard output whose every read has a deadline: a child that stays silent for longer is stopped, and the read
/// then meets the end of the stream.
/// </summary>
sealed class WatchedOutput : ReadStream
{
    readonly Stream output;
    const int Swallow = 16 * 1024;
    const int Patience = 64 * 1024;

    readonly CancellationTokenSource stop;
    readonly TimeSpan silence;
    readonly TimeProvider clock;
    readonly ITimer timer;
    readonly Action<int>? onRead;
    readonly bool isLarge;
    long since;
    long streamed;

    public WatchedOutput(ChildProcess child, CancellationTokenSource stop, TimeSpan silence, TimeProvider clock, Action<int>? onRead)
    {
        (this.stop, this.silence, this.clock, this.onRead) = (stop, silence, clock, onRead);
        output = child.StandardOutput;
        isLarge = Pipes.Enlarge(output);
        timer = clock.CreateTimer(_ => Check(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>The child was ended because it stayed silent.</summary>
    public bool WasSilent { get; private set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        Volatile.Write(ref since, clock.GetTimestamp());
        var read = output.Read(buffer, offset, count);
        if (isLarge && read < Swallow && streamed > Patience && read > 0)
        {
            // In the middle of much data, and ahead of the child: let it fill the pipe instead of being woken by its every write.
            Thread.Sleep(1);
            streamed = 0;
        }

        streamed += read;
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
