using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DbGate.Processes;

/// <summary>A process and everything it started, as it was when it was looked at: a child that loses its parent is still known.</summary>
sealed class ProcessTree
{
    const int Stop = 19;
    const int Continue = 18;
    const int MostRounds = 20; // One of another account cannot be halted.

    readonly IReadOnlyList<(int Id, string Started)> members;

    ProcessTree(IReadOnlyList<(int Id, string Started)> members) => this.members = members;

    /// <summary>The root and, on Linux, all its descendants.</summary>
    /// <param name="root">The process.</param>
    /// <param name="halt">
    /// They are still until they get a signal, so that none starts another one unseen: its parent would end, and it would not. Were
    /// If DbGate is killed at this moment, they stay stopped.
    /// </param>
    public static ProcessTree From(int root, bool halt)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new([(root, "")]);
        }

        var members = new Dictionary<int, string>();
        var found = Read(root) is { } first ? [first] : Array.Empty<Stat>();
        for (var round = 0; found.Length > 0 && round < MostRounds; found = Below(members), round++)
        {
            foreach (var one in found)
            {
                _ = halt ? Native.Kill(one.Id, Stop) : 0;
                members.Add(one.Id, one.Started);
            }
        }

        return new([.. members.Select(member => (member.Key, member.Value))]);
    }

    /// <summary>Asks all to end.</summary>
    public void Signal(StopSignal signal)
    {
        foreach (var (id, _) in members.Where(IsSame))
        {
            _ = Native.Kill(id, (int)signal);
            _ = Native.Kill(id, Continue);
        }
    }

    /// <summary>Ends those that are still there.</summary>
    public void Kill()
    {
        foreach (var (id, _) in members.Where(IsSame))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill(entireProcessTree: true);
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or Win32Exception or AggregateException)
            {
                // It ended by itself, or is not ours any more.
            }
        }
    }

    // Descendants that are not known yet.
    static Stat[] Below(IReadOnlyDictionary<int, string> known)
    {
        var processes = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                ? Read(id)
                : null)
            .OfType<Stat>()
            .ToLookup(stat => stat.Parent);

        var found = new List<Stat>();
        for (var waiting = new Queue<int>(known.Keys); waiting.TryDequeue(out var parent);)
        {
            foreach (var child in processes[parent].Where(child => !known.ContainsKey(child.Id)))
            {
                found.Add(child);
                waiting.Enqueue(child.Id);
            }
        }

        return [.. found];
    }

    // An id is given to another process one day; with its start time it is not.
    static bool IsSame((int Id, string Started) member) => !OperatingSystem.IsLinux() || Read(member.Id)?.Started == member.Started;

    static Stat? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new(id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    sealed record Stat(int Id, int Parent, string Started);

    static class Native
    {
        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int id, int signal);
    }
}
