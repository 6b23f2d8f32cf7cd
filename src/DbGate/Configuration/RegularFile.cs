using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DbGate.Configuration;

/// <summary>
/// Reads a settings file. A pipe, a device or a socket of that name would let the read wait for a writer that never comes; it is refused
/// instead, and so is a file that is larger than any settings.
/// </summary>
static class RegularFile
{
    const int LargestBytes = 4 << 20;

    /// <summary>All of it.</summary>
    /// <exception cref="IOException">It cannot be read, is not a regular file, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException("it is a folder");
        }

        using var handle = Open(path);
        if (handle is not null)
        {
            using var probe = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            Demand(probe.CanSeek, "it is not a regular file");
            Demand(probe.Length <= LargestBytes, $"it has {probe.Length} bytes; settings have at most {LargestBytes}");
            var content = new byte[probe.Length];
            probe.ReadExactly(content);
            Demand(probe.ReadByte() < 0, "it is not a regular file");
            return content;
        }

        Demand(new FileInfo(path).Length <= LargestBytes, $"it is larger than {LargestBytes} bytes");
        return File.ReadAllBytes(path);
    }

    /// <summary>
    /// Opened without waiting for a writer; null where the system is not Unix, or the file cannot be opened so that the ordinary way
    /// reports why.
    /// </summary>
    static SafeFileHandle? Open(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var nonBlocking = OperatingSystem.IsLinux() ? 0x800 : 0x4;
        var descriptor = open(path, nonBlocking);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    static void Demand(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new IOException(otherwise);
        }
    }

#pragma warning disable IDE1006, SA1300 // The name is libc's.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
#pragma warning restore IDE1006, SA1300
}
