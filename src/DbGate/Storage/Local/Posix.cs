using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DbGate.Storage.Local;

/// <summary>The two calls that .NET lacks: a hard link, which fails when the name is taken, and the fsync of a folder.</summary>
static class Posix
{
    public enum LinkOutcome
    {
        Linked,
        Taken,
        Unsupported,
    }

    const int Eperm = 1;
    const int Eexist = 17;
    const int Emlink = 31;

    static readonly int[] NotSupported = OperatingSystem.IsMacOS() ? [Eperm, Emlink, 45, 78, 102] : [Eperm, Emlink, 38, 95];

    public static LinkOutcome Link(string from, string to)
    {
        if (link(from, to) == 0)
        {
            return LinkOutcome.Linked;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Eexist ? LinkOutcome.Taken
            : NotSupported.Contains(error) ? LinkOutcome.Unsupported
            : throw new IOException($"link: {new Win32Exception(error).Message}", error);
    }

    /// <summary>Makes the names in a folder durable. Where a file system cannot do that for folders, there is nothing to do.</summary>
    public static void SyncFolder(string folder)
    {
        var descriptor = open(folder, flags: 0);
        if (descriptor >= 0)
        {
            _ = fsync(descriptor);
            _ = close(descriptor);
        }
    }

#pragma warning disable IDE1006, SA1300 // The names are libc's.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int fsync(int descriptor);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int close(int descriptor);
#pragma warning restore IDE1006, SA1300
}
