using System.Runtime.InteropServices;

namespace DbGate.Frosting;

/// <summary>SIGINT and SIGTERM cancel the run, so that children are stopped and the report says "cancelled".</summary>
static class Signals
{
    // Kept for the whole process: a registration that is collected no longer answers.
    static readonly List<PosixSignalRegistration> Registrations = [];

    public static void Cancel(CancellationTokenSource cancellation)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM })
        {
            Registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                try
                {
                    cancellation.Cancel();
                }
                catch (ObjectDisposedException)
                {
                    // The run has ended already.
                }
            }));
        }
    }
}
