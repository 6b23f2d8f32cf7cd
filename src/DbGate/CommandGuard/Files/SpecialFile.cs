using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DbGate.CommandGuard.Files;

/// <summary>Reports a pipe, socket or device from an empty file, without waiting for its other end.</summary>
static class SpecialFile
{
    /// <summary>True when a file that reports no length is not an empty regular file.</summary>
    public static bool Is(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        var descriptor = Open(path, OperatingSystem.IsMacOS() ? 0x4 : 0x800);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() is 6; // ENXIO: a socket.
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            return !stream.CanSeek || stream.ReadByte() >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            return true;
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
