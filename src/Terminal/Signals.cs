using System.Runtime.InteropServices;
using DbGate.Problems;
using DbGate.Processes;

namespace DbGate.Terminal;

/// <summary>
/// SIGINT, SIGTERM, SIGHUP and SIGQUIT cancel the run: children are stopped, secrets deleted, and the report is "cancelled". A second
/// signal ends the process at once. A process that was started to survive its terminal (<c>nohup</c>) still does.
/// </summary>
static class Signals
{
    const string ShowCursor = "\u001b[?25h";

    static readonly PosixSignal[] Handled = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    // Kept for the whole process: a registration that is collected no longer answers.
    static readonly List<PosixSignalRegistration> Registrations = [];

    static int received;

    public static void Cancel(CancellationTokenSource cancellationToken)
    {
        foreach (var signal in Handled.Where(signal => signal != PosixSignal.SIGHUP || !IsHangupIgnored()))
        {
            Registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                if (Interlocked.Increment(ref received) > 1)
                {
                    End();
                }

                Say("cancelling: child processes are being stopped; press Ctrl-C again to end at once");
                Stop(cancellationToken);
            }));
        }
    }

    static void End()
    {
        Emergency.Clean();
        if (!Console.IsOutputRedirected)
        {
            Say($"{ShowCursor}ended");
        }

        Environment.Exit((int)ExitCode.Cancelled);
    }

    static void Stop(CancellationTokenSource cancellationToken)
    {
        try
        {
            cancellationToken.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has ended already.
        }
    }

    static void Say(string line)
    {
        try
        {
            Console.Error.WriteLine($"dbgate: {line}");
        }
        catch (IOException)
        {
            // The terminal is gone.
        }
    }

    /// <summary>The first bit of the signals that this process was started to ignore.</summary>
    static bool IsHangupIgnored()
    {
        const string Line = "SigIgn:";
        try
        {
            return OperatingSystem.IsLinux()
                && File.ReadLines("/proc/self/status")
                    .FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal)) is { } ignored
                && (Convert.ToUInt64(ignored[Line.Length..].Trim(), 16) & 1) == 1;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }
}
