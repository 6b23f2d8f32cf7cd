using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace DbGate.Migrations.Rehearsal.Observed;

/// <summary>
/// A network of its own, with nothing but loopback: a program that is started on its thread reaches no other machine and no port of this
/// one, except those that were opened on the same thread. Linux gives it to root (CAP_SYS_ADMIN). Unix sockets are files and stay
/// reachable.
/// </summary>
sealed class NetworkNamespace : IDisposable
{
    const int NewNetwork = 0x40000000;
    const uint SetFlags = 0x8914;
    const short UpAndRunning = 0x41;
    const int RequestLength = 40;
    const int NameLength = 16;

    readonly BlockingCollection<Action> work = [];
    readonly Thread thread;

    NetworkNamespace()
    {
        thread = new Thread(() =>
        {
            foreach (var action in work.GetConsumingEnumerable())
            {
                action();
            }
        }) { IsBackground = true, Name = "network namespace" };
        thread.Start();
    }

    /// <summary>Makes one.</summary>
    /// <returns>The namespace; or null, and why this machine gives none.</returns>
    public static async Task<(NetworkNamespace? Network, string? Refusal)> CreateAsync()
    {
        if (!OperatingSystem.IsLinux())
        {
            return (null, "only Linux has network namespaces");
        }

        var network = new NetworkNamespace();
        if (await network.RunAsync(Enter) is not { } refusal)
        {
            return (network, null);
        }

        network.Dispose();
        return (null, refusal);
    }

    /// <summary>Runs it on the namespace's thread: sockets that it opens and programs that it starts belong to the namespace.</summary>
    public Task<T> RunAsync<T>(Func<T> function)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        work.Add(() =>
        {
            try
            {
                done.SetResult(function());
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                done.SetException(fault);
            }
        });
        return done.Task;
    }

    /// <summary>Ends the thread, and with it and its programs the namespace.</summary>
    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }

    static string? Enter()
    {
        if (Unshare(NewNetwork) != 0)
        {
            return $"a network namespace was refused ({Marshal.GetLastPInvokeErrorMessage()}); it needs root with CAP_SYS_ADMIN";
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var request = new byte[RequestLength];
        Encoding.ASCII.GetBytes("lo", request);
        BitConverter.TryWriteBytes(request.AsSpan(NameLength), UpAndRunning);
        return Control((int)socket.Handle, SetFlags, request) == 0
            ? null
            : $"the loopback interface of a network namespace cannot be started ({Marshal.GetLastPInvokeErrorMessage()})";
    }

    [DllImport("libc", EntryPoint = "unshare", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Unshare(int flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Control(int descriptor, nuint request, byte[] argument);
}
