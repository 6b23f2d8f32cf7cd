using System.Runtime.InteropServices;

namespace DbGate.Processes;

/// <summary>
/// Threads of their own, for work that passes rows between a child's pipe and a file. On Linux they and the children that they start are
/// scheduled in long stretches (SCHED_BATCH, sched(7)): otherwise each block that a server sends wakes <c>psql</c>, and each that
/// <c>psql</c> writes wakes the reader, at once, which costs a backup a fifth of its CPU time; and another program, such
/// as the application, goes first.
/// </summary>
static class DedicatedThread
{
    const int Usual = 0;
    const int Batch = 3;

    /// <summary>Runs it.</summary>
    public static Task RunAsync(Action work) => Task.Factory.StartNew(
        () =>
        {
            WorkInLongStretches();
            work();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    // A process that was started with a lower priority (chrt --idle) keeps it. Where the system refuses, everything works, only slower.
    static void WorkInLongStretches()
    {
        if (OperatingSystem.IsLinux() && GetScheduler(0) == Usual)
        {
            var priority = 0;
            _ = SetScheduler(0, Batch, ref priority);
        }
    }

    [DllImport("libc", EntryPoint = "sched_getscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int GetScheduler(int thread);

    [DllImport("libc", EntryPoint = "sched_setscheduler")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int SetScheduler(int thread, int policy, ref int priority);
}
