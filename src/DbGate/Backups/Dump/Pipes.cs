using System.Runtime.InteropServices;

namespace DbGate.Backups.Dump;

/// <summary>
/// Makes a child's pipe large, where the system allows it: <c>psql</c> writes 4 KiB at a time, and every write into an empty pipe
/// wakes the reader. With room, both work in long stretches.
/// </summary>
static class Pipes
{
    // The most that Linux allows without privileges (/proc/sys/fs/pipe-max-size).
    const int Size = 1 << 20;
    const int SetPipeSize = 1031;

    /// <summary>Tries to; elsewhere than on Linux, the pipe stays as it is.</summary>
    public static void Enlarge(Stream pipe)
    {
        if (OperatingSystem.IsLinux() && HandleOf(pipe) is { IsInvalid: false } handle)
        {
            _ = Control(handle, SetPipeSize, Size);
        }
    }

    static SafeHandle? HandleOf(Stream stream) => stream switch
    {
        System.IO.Pipes.PipeStream pipe => pipe.SafePipeHandle,
        FileStream file => file.SafeFileHandle,
        _ => null,
    };

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Control(SafeHandle file, int command, int argument);
}
