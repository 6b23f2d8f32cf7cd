using System.Globalization;
using System.Diagnostics;

namespace DbGate.Processes;

/// <summary>
/// A temporary folder of this process for files such as passwords, readable by its owner only. Its <c>owner</c> file is locked while the
/// process lives, also against processes of other containers on the same file system. So a later run knows which folders a killed process
/// left behind, and deletes them.
/// </summary>
sealed class RunFolder : IDisposable
{
    const string Prefix = "dbgate-";
    const string OwnerFile = "owner";

    /// <summary>Files of a folder of an older version, which had no owner file; and of one that is being made at this moment.</summary>
    static readonly TimeSpan AgeWithoutOwner = TimeSpan.FromHours(12);
    static readonly Lock Gate = new();
    static readonly HashSet<RunFolder> Open = [];

    readonly FileStream owner;

    RunFolder(DirectoryInfo folder, FileStream owner) => (Path, this.owner) = (folder.FullName, owner);

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <summary>Makes one: mode 0700 on Unix, with a name no one can guess.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    public static RunFolder Create()
    {
        var folder = Directory.CreateTempSubdirectory(Prefix);
        try
        {
            var owner =
                new FileStream(System.IO.Path.Combine(folder.FullName, OwnerFile), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            owner.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            owner.Flush();
            var created = new RunFolder(folder, owner);
            lock (Gate)
            {
                Open.Add(created);
            }

            return created;
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Deletes the folders of processes that are gone. What belongs to another user stays.</summary>
    /// <param name="now">The time, for folders without an owner file.</param>
    /// <returns>How many were deleted.</returns>
    public static int Sweep(DateTimeOffset now)
    {
        var swept = 0;
        try
        {
            foreach (var folder in new DirectoryInfo(System.IO.Path.GetTempPath()).EnumerateDirectories($"{Prefix}*"))
            {
                swept += IsLeft(folder, now) && TryDelete(folder.FullName) ? 1 : 0;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A temporary folder that cannot be listed has nothing that this run could delete.
        }

        return swept;
    }

    /// <summary>Deletes every folder of this process: before it ends without unwinding.</summary>
    public static void DeleteAll()
    {
        RunFolder[] all;
        lock (Gate)
        {
            all = [.. Open];
        }

        foreach (var folder in all)
        {
            TryDelete(folder.Path);
        }
    }

    /// <summary>Deletes it.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            Open.Remove(this);
        }

        TryDelete(Path);
        owner.Dispose();
    }

    /// <summary>
    /// A folder with an owner file that nothing locks. Where the file system does not support locks, the process that it names decides too.
    /// Without an owner file: one with a password file, after half a day.
    /// </summary>
    static bool IsLeft(DirectoryInfo folder, DateTimeOffset now)
    {
        var file = System.IO.Path.Combine(folder.FullName, OwnerFile);
        if (!File.Exists(file))
        {
            return File.Exists(System.IO.Path.Combine(folder.FullName, "pass")) && now - folder.LastWriteTimeUtc > AgeWithoutOwner;
        }

        try
        {
            using var held = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            using var reader = new StreamReader(held);
            return !(int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && IsAlive(id, folder.CreationTimeUtc));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A process of that number that was started before the folder was made; the numbers are used again.</summary>
    static bool IsAlive(int id, DateTime created)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return id != Environment.ProcessId && process.StartTime.ToUniversalTime() <= created.AddSeconds(2);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    static bool TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
